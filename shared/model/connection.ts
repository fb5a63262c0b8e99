import { z } from 'zod'
import { appErrorInfo } from '../error-data'
import { MOST_MASKED_NAMES, MOST_NAME_CHARS } from '../masking/names'
import { message } from './message'

export const environment = z.enum(['dev', 'test', 'prod'])
export type Environment = z.infer<typeof environment>

export const connectionColor = z.enum(['slate', 'blue', 'teal', 'green', 'amber', 'orange', 'red', 'purple'])

const address = { host: z.string().trim().min(1).max(255), port: z.int().min(1).max(65_535) }
const tcp = z.object({ kind: z.literal('tcp'), ...address })
const unix = z.object({ kind: z.literal('unix'), path: z.string().startsWith('/').max(4096) })
/** `nodes`: where it is looked for, in this order; the others are learned from the first that answers. */
const cluster = z.object({ kind: z.literal('cluster'), nodes: z.array(z.object(address)).min(1).max(50) })

export type TcpEndpoint = z.infer<typeof tcp>

/** Where one server is. `unix` takes a socket path. */
export type ServerEndpoint = TcpEndpoint | z.infer<typeof unix>

/** TLS options; null where the connection is plain. `ca` is PEM text; empty means the system's authorities. */
export const tlsOptions = z.object({
  ca: z.string().max(262_144),
  serverName: z.string().max(255),
  /** False accepts any certificate. For test servers only; the screen says so. */
  verify: z.boolean(),
})
export type TlsOptions = z.infer<typeof tlsOptions>

/** `cert`: the client's own certificate and what leads from it to an authority, PEM; empty: none. Its key is a secret. */
const clientTls = tlsOptions.extend({ cert: z.string().max(262_144).default('') })

/** `nodes`: sentinels, all asked at once; others are learned from them. `username` and `tls` are theirs; the client's certificate is the same. */
const sentinel = z.object({
  kind: z.literal('sentinel'),
  nodes: z.array(z.object(address)).min(1).max(50),
  /** How the sentinels call the primary. */
  primary: z.string().trim().min(1).max(255),
  username: z.string().max(255),
  tls: tlsOptions.nullable(),
})

/** An SSH server, and how one proves there who one is. Password, key and passphrase are secrets; the agent is the host's own. */
const sshHop = z.object({
  ...address,
  username: z.string().trim().min(1).max(255),
  auth: z.enum(['password', 'key', 'agent']),
})
export type SshHop = z.infer<typeof sshHop>

/**
 * The way by which all servers of a connection are reached: their addresses are looked up where it ends. `jump`: the SSH
 * server by which this one is reached.
 */
export const sshTunnel = sshHop.extend({ jump: sshHop.nullable() })
export type SshTunnel = z.infer<typeof sshTunnel>

/** Where a connection leads: to one server, to all of a cluster, or to whichever the sentinels take for the primary. */
export const endpoint = z.discriminatedUnion('kind', [tcp, unix, cluster, sentinel])
export type Endpoint = z.infer<typeof endpoint>

/** A server that is announced by an address that can't be reached from here, and the one by which it can. */
const addressPair = z.object({ from: z.object(address), to: z.object(address) })
export type AddressPair = z.infer<typeof addressPair>

/** What a secret of a connection is for. */
export const secretPurpose = z.enum([
  ...(['password', 'sentinel-password', 'tls-key', 'tls-passphrase'] as const),
  ...(['ssh-password', 'ssh-key', 'ssh-passphrase', 'jump-password', 'jump-key', 'jump-passphrase'] as const),
])
export type SecretPurpose = z.infer<typeof secretPurpose>

/** What a person fills in. Secrets travel beside it, never in it. */
export const connectionProfile = z.object({
  name: z.string().trim().min(1).max(80),
  color: connectionColor,
  environment,
  /** Sluice refuses every mutation on such a connection. */
  readOnly: z.boolean(),
  endpoint,
  username: z.string().max(255),
  db: z.int().min(0).max(1_000_000),
  tls: clientTls.nullable(),
  ssh: sshTunnel.nullable().default(null),
  /** For what a cluster, or sentinels, announce: see `reachedAt`. */
  addressMap: z.array(addressPair).max(1_000).optional(),
  /** How the list groups it; empty or none: it stands by itself. */
  folder: z.string().trim().max(80).optional(),
  /** What a person wrote about it, for people. */
  notes: z.string().trim().max(4_000).optional(),
  /** Names of fields, and of keys within values, that are not shown. None: nothing is masked. Absent: `MASKED_NAMES`. */
  masked: z.array(z.string().trim().min(1).max(MOST_NAME_CHARS)).max(MOST_MASKED_NAMES).optional(),
})
export type ConnectionProfile = z.infer<typeof connectionProfile>

/** A connection by its id, as the services know it. */
export type SavedConnection = ConnectionProfile & { readonly id: string }

/** By what a connection was given from outside of Sluice: its command line, or a variable of its environment. */
export const givenBy = z.enum(['command-line', 'REDIS_URL', 'SLUICE_CONNECTIONS'])
export type GivenBy = z.infer<typeof givenBy>

/**
 * The same for the screen. The host keeps secrets: `secrets` says which are known right now. `givenBy` null: it was made in
 * Sluice, and may be changed there.
 */
export const connection = connectionProfile.extend({
  id: z.string(),
  secrets: z.array(secretPurpose),
  givenBy: givenBy.nullable(),
})
export type Connection = z.infer<typeof connection>

/** One of an import. `at`: its position, from 1 on. `known`: there is one to the same server, user and database. */
export const importEntry = z.object({
  at: z.int(),
  name: z.string(),
  state: z.enum(['new', 'known', 'refused']),
  profile: connectionProfile.nullable(),
  /** What secrets come with it. */
  secrets: z.array(secretPurpose),
  /** Why nothing of it can be taken. */
  reason: message.nullable(),
  /** What of it is not taken. */
  notes: z.array(message),
})
export type ImportEntry = z.infer<typeof importEntry>

/** What one import may have, in characters. */
export const MOST_IMPORTED = 400_000

/** A thing a server or its ACL may lack, with the reason where it does. */
export const capability = z.object({ available: z.boolean(), reason: message.nullable() })
export type Capability = z.infer<typeof capability>

export const capabilityName = z.enum([
  'scanType', // SCAN … TYPE (6.0)
  'trimMinId', // XTRIM MINID, LIMIT (6.2)
  'xadd',
  'noMkStream', // NOMKSTREAM of XADD (6.2)
  'xack',
  'xclaim',
  'xautoclaim',
  'xtrim',
  'xdel',
  'xgroup',
  'xsetid',
  'xcfgset', // 8.6
  'renamenx',
  'createConsumer', // XGROUP CREATECONSUMER (6.2)
  'entriesRead', // ENTRIESREAD of XGROUP CREATE and SETID (7.0)
  'hset',
  'multi', // MULTI and EXEC
  'xackdel', // 8.2
  'xdelex', // 8.2
  'xnack', // 8.8
  'eval',
  'memoryUsage',
])
export type CapabilityName = z.infer<typeof capabilityName>

/** What is meant more likely than the one server that was connected to. */
export const betterWay = z.discriminatedUnion('kind', [
  /** It is a node of a cluster, and has its own keys only. `nodes`: how many there are; null: not told. */
  z.object({ kind: z.literal('cluster'), nodes: z.int().nullable() }),
  /** It is a sentinel, and has no keys. `primaries`: whom it watches, by the names it has for them; empty: not told. */
  z.object({ kind: z.literal('sentinel'), primaries: z.array(z.string()) }),
  /** It is a replica, and only read from. This is its primary, by the address that the replica knows. */
  z.object({ kind: z.literal('primary'), ...address }),
])
export type BetterWay = z.infer<typeof betterWay>

/** What the server says it is, and what it was found to have. */
export const serverInfo = z.object({
  /** redis, valkey, dragonfly, keydb… as the server names itself. */
  product: z.string(),
  version: z.string(),
  mode: z.string(),
  role: z.enum(['master', 'replica', 'unknown']),
  /** Of the user that Sluice is logged in as; empty when the server doesn't tell. */
  user: z.string(),
  /** `notify-keyspace-events`; null when CONFIG is not allowed. */
  keyspaceEvents: z.string().nullable(),
  /** Null: it is what was meant, as far as it tells. */
  betterWay: betterWay.nullable(),
  capabilities: z.record(capabilityName, capability),
})
export type ServerInfo = z.infer<typeof serverInfo>

export const connectionState = z.enum(['closed', 'connecting', 'open', 'reconnecting', 'failed'])

/** One node of a cluster. `slots`: how many of the 16384 it has. */
export const nodeStatus = z.object({
  endpoint: z.string(),
  state: connectionState,
  slots: z.int(),
  version: z.string().nullable(),
  latencyMs: z.number().nullable(),
  error: appErrorInfo.nullable(),
})
export type NodeStatus = z.infer<typeof nodeStatus>

/**
 * How a replica follows its primary, by its own word: what it has is as of `heardSecondsAgo` at the oldest (null: not told).
 * `unappliedBytes`: received, and not yet part of what it shows; null: not told.
 */
export const replicaState = z.object({
  link: z.enum(['up', 'down', 'syncing']),
  heardSecondsAgo: z.number().nullable(),
  unappliedBytes: z.number().nullable(),
})
export type ReplicaState = z.infer<typeof replicaState>

/**
 * What goes over the connections of one profile, to all servers behind it: bytes a second of commands and of replies, before TLS
 * and SSH, over the last seconds; null: not measured yet. `reconnects`: how often one of them was lost and came back.
 */
export const trafficFigures = z.object({
  sentPerSecond: z.number().nullable(),
  receivedPerSecond: z.number().nullable(),
  reconnects: z.int(),
})
export type TrafficFigures = z.infer<typeof trafficFigures>

/** The state of one connection as it changes. `server` and `latencyMs` are the last known while it reconnects. */
export const connectionStatus = z.object({
  connectionId: z.string(),
  state: connectionState,
  /** Round trip of a PING, ms. */
  latencyMs: z.number().nullable(),
  server: serverInfo.nullable(),
  /** Null: it is no replica, or doesn't tell. Asked for together with the latency. */
  replica: replicaState.nullable(),
  error: appErrorInfo.nullable(),
  /** Of a cluster, its primaries; a connection to one server has none. */
  nodes: z.array(nodeStatus),
  traffic: trafficFigures.optional(),
})
export type ConnectionStatus = z.infer<typeof connectionStatus>
