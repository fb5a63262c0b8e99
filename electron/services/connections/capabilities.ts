import { isAppError, type AppError } from '../../../shared/error'
import { capabilityName, type Capability, type CapabilityName, type ServerInfo } from '../../../shared/model/connection'
import type { RedisClient } from '../../redis/client'
import { knownCommands } from '../../redis/command-info'
import { WRITE_COMMANDS } from '../../redis/commands'
import { PROBES } from '../../redis/probe'
import { asText, type Reply } from '../../redis/reply'
import { currentUser, hello, info, keyspaceEvents } from '../../redis/server'
import { message } from '../../../shared/words/messages'
import { readBetterWay } from './better-way'

/** Who tells that the server has it: COMMAND INFO and the probe, or, of a form of a command, the probe alone. */
const TOLD_BY: Readonly<Record<CapabilityName, 'command' | 'form'>> = {
  scanType: 'form',
  trimMinId: 'form',
  xadd: 'command',
  noMkStream: 'form',
  xack: 'command',
  xclaim: 'command',
  xautoclaim: 'command',
  xtrim: 'command',
  xdel: 'command',
  xgroup: 'command',
  xsetid: 'command',
  xcfgset: 'command',
  renamenx: 'command',
  createConsumer: 'command',
  entriesRead: 'form',
  hset: 'command',
  multi: 'command',
  xackdel: 'command',
  xdelex: 'command',
  xnack: 'command',
  eval: 'command',
  memoryUsage: 'command',
}
const writing: ReadonlySet<string> = new Set(WRITE_COMMANDS)
/** Whether a replica refuses it. A script may as well read only. */
const changes = (name: CapabilityName): boolean => name !== 'eval' && writing.has(PROBES[name][0])
const SINCE_62: ReadonlySet<CapabilityName> = new Set<CapabilityName>(['trimMinId', 'createConsumer', 'noMkStream'])
/** Told by servers since 7.0, which brought ENTRIESREAD as well. */
const SINCE_70 = 'XGROUP|CREATE'

/**
 * Asks the server what it is and what it has: INFO and HELLO for display, then COMMAND INFO, then one command each that
 * can't execute. Never goes by a version string. What the server won't tell is empty or null. Throws UNREACHABLE.
 */
export async function readServerInfo(client: RedisClient): Promise<ServerInfo> {
  const { reader } = client
  const [told, greeting, user, events, known] = await Promise.all([
    orNothing(info(reader)),
    orNothing(hello(reader)),
    orNothing(currentUser(reader)),
    orNothing(keyspaceEvents(reader)),
    orNothing(knownCommands(reader, [...new Set(Object.values(PROBES).map(([command]) => command)), SINCE_70])),
  ])
  const about: About = { told: told ?? new Map<string, string>(), greeting: greeting ?? new Map<string, Reply>() }
  const role = readRole(about)
  const capabilities = await readCapabilities(client, {
    known,
    user: user ?? client.username,
    replica: role === 'replica',
  })
  const mode = about.told.get('redis_mode') ?? about.told.get('server_mode') ?? helloText(about, 'mode') ?? 'unknown'
  return {
    ...readProduct(about),
    mode,
    role,
    user: user ?? '',
    keyspaceEvents: events,
    betterWay: await readBetterWay(reader, about.told, mode),
    capabilities,
  }
}

/** Null where the server refuses; only a lost connection is an error here. */
async function orNothing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}

interface About {
  readonly told: ReadonlyMap<string, string>
  readonly greeting: ReadonlyMap<string, Reply>
}

function helloText({ greeting }: About, name: string): string | null {
  const value = greeting.get(name)
  return value === undefined || value === null ? null : asText(value)
}

function readRole(about: About): ServerInfo['role'] {
  const role = about.told.get('role') ?? helloText(about, 'role')
  if (role === 'master') return 'master'
  return role === 'slave' || role === 'replica' ? 'replica' : 'unknown'
}

/** Valkey and others report a `redis_version` for old clients' sake beside their own. */
function readProduct(about: About): { readonly product: string; readonly version: string } {
  const { told } = about
  const redisVersion = told.get('redis_version')
  for (const product of ['valkey', 'dragonfly', 'keydb', 'garnet', 'kvrocks']) {
    const version = told.get(`${product}_version`)
    if (version) return { product, version: version.replace(/^(df-)?v?/, '') }
  }
  const product = told.get('server_name') ?? helloText(about, 'server') ?? (redisVersion ? 'redis' : 'unknown')
  return { product, version: redisVersion ?? helloText(about, 'version') ?? 'unknown' }
}

interface Situation {
  /** Null: the server wouldn't tell. */
  readonly known: ReadonlySet<string> | null
  readonly user: string
  readonly replica: boolean
}

async function readCapabilities(
  client: RedisClient,
  situation: Situation,
): Promise<Record<CapabilityName, Capability>> {
  const probed = await Promise.all(
    capabilityName.options.map(async (name) => [name, await probeOne(client, name, situation)] as const),
  )
  const found = new Map<CapabilityName, Capability | null>(probed)
  // What came with 6.2 is there if XAUTOCLAIM is. That tells where a key pattern of the ACL kept the probe from telling.
  const has62 = found.get('xautoclaim')?.reason?.code !== lacks('xautoclaim').reason.code
  const has70 = situation.known?.has(SINCE_70) ?? false
  const all = capabilityName.options.map((name): readonly [CapabilityName, Capability] => {
    // A server before it looks for the key first, and says nothing of what else it doesn't know.
    if (!has62 && SINCE_62.has(name)) return [name, lacks(name)]
    const there = name === 'entriesRead' ? has70 : has62
    return [name, found.get(name) ?? (there ? available : lacks(name))]
  })
  return Object.fromEntries(all) as Record<CapabilityName, Capability>
}

/** Null: the command is there, but the probe's form of it could not be tried (a key pattern of the ACL, a busy server). */
async function probeOne(client: RedisClient, name: CapabilityName, situation: Situation): Promise<Capability | null> {
  const [command] = PROBES[name]
  if (situation.known && !situation.known.has(command)) return lacks(name)
  const refusal = await client.probe(name)
  if (refusal && isAppError(refusal, 'UNSUPPORTED')) return lacks(name)
  if (refusal && isDenied(refusal)) return denied(name, situation.user)
  if (changes(name) && (situation.replica || prefixOf(refusal) === 'READONLY')) return onReplica()
  if (TOLD_BY[name] === 'command') return available
  if (refusal && prefixOf(refusal) !== 'ERR') return null
  return refusal && isFormUnknown(refusal) ? lacks(name) : available
}

const available: Capability = { available: true, reason: null }

function lacks(name: CapabilityName) {
  return { available: false, reason: message('connection.no-capability', { name }) }
}

function denied(name: CapabilityName, user: string): Capability {
  return { available: false, reason: message('connection.not-allowed', { name, user }) }
}

function onReplica(): Capability {
  return { available: false, reason: message('connection.replica') }
}

function prefixOf(refusal: AppError | null): string | null {
  return isAppError(refusal, 'REDIS') ? refusal.data.prefix : null
}

/** "NOPERM … key" says that the command itself is allowed. */
function isDenied(refusal: AppError): boolean {
  if (!isAppError(refusal, 'REDIS') || refusal.data.prefix !== 'NOPERM') return false
  return !/\bkeys?\b/i.test(refusal.data.reply) || /\bto run\b/i.test(refusal.data.reply)
}

/**
 * An old server takes an option that it doesn't know for a syntax error. XGROUP misses
 * the key then, where one that knows ENTRIESREAD misses its number first; XADD takes NOMKSTREAM for the id.
 */
function isFormUnknown(refusal: AppError): boolean {
  if (!isAppError(refusal, 'REDIS')) return false
  const { command, reply } = refusal.data
  if (command === 'XGROUP CREATE') return !/integer/i.test(reply)
  if (command === 'XADD') return !/greater than/i.test(reply)
  return /syntax error/i.test(reply)
}
