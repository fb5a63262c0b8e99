import { isAppError } from '../../shared/error'
import type { Reader } from './reader-writer'
import { asBuffer, asText } from './reply'
import { parseInfo } from './server'

/**
 * What tells one server from another. Offsets, in bytes of replication, stay text: they only grow, and may not fit a
 * number. Null: it does not tell.
 */
export interface ServerMark {
  /** Of the process; another one after every start. */
  readonly runId: string
  /** Of the history of the data: shared by a primary and its replicas. */
  readonly replicationId: string | null
  readonly offset: string | null
  /** The history that it followed before it was promoted, and from which offset on its own began. */
  readonly formerReplicationId: string | null
  readonly formerUntil: string | null
  /** Whether it writes each change to an append-only file, from which it is started again; null: it does not tell. */
  readonly keepsLog: boolean | null
  /** Of a cluster; null: it is none, or does not tell. */
  readonly cluster: ClusterMark | null
}

/** Ids of nodes outlive a restart, and every node of a cluster knows those of all others. */
export interface ClusterMark {
  readonly node: string
  readonly others: readonly string[]
}

/**
 * INFO's sections of these names, and of a cluster's node CLUSTER NODES; null where the server, or the user's ACL, does not tell.
 * https://redis.io/docs/latest/commands/info/
 */
export async function readServerMark(reader: Reader): Promise<ServerMark | null> {
  const told = await sectionsOf(reader, ['server', 'replication', 'persistence'])
  if (told === null) return null
  return markIn(told, told.get('redis_mode') === 'cluster' ? await readClusterMark(reader) : null)
}

/** What makes a server follow another one, or none. */
const FOLLOWS = ['replicaof', 'slaveof', 'failover'].map((command) => `cmdstat_${command}`)
/** What may have set the counts back, which then tell of no time before; before 7.0 all of CONFIG is one. */
const SET_BACK = ['cmdstat_config|resetstat', 'cmdstat_config']

/**
 * Whether it was ever told to follow another server, or to follow none, since it was started; null: it does not tell, as a node of a cluster
 * does so untold, and where the counts were set back. https://redis.io/docs/latest/commands/info/
 */
export async function hasEverFollowed(reader: Reader): Promise<boolean | null> {
  const told = await sectionsOf(reader, ['commandstats', 'cluster'])
  if (told === null) return null
  if (FOLLOWS.some((name) => told.has(name))) return true
  return told.get('cluster_enabled') === '0' && !SET_BACK.some((name) => told.has(name)) ? false : null
}

/** INFO's sections of these names; null: not all of them are told. */
async function sectionsOf(reader: Reader, sections: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
  const replies = await reader.pipeline(sections.map((section) => ['INFO', section] as const))
  const texts: string[] = []
  for (const reply of replies) {
    if (isAppError(reply, 'UNREACHABLE')) throw reply
    if (reply instanceof Error) return null
    texts.push(asBuffer(reply).toString('utf8'))
  }
  return parseInfo(texts.join('\r\n'))
}

/** https://redis.io/docs/latest/commands/cluster-nodes/ */
async function readClusterMark(reader: Reader): Promise<ClusterMark | null> {
  const [reply = null] = await reader.pipeline([['CLUSTER', 'NODES']])
  if (isAppError(reply, 'UNREACHABLE')) throw reply
  if (reply === null || reply instanceof Error) return null
  const nodes = asText(reply)
    .split('\n')
    .map((line) => line.split(' '))
    // With these it has not yet shaken hands.
    .filter(([id = '', , flags = '']) => /^[0-9a-f]{40}$/.test(id) && !/handshake|noaddr/.test(flags))
  const mine = nodes.find(([, , flags = '']) => flags.includes('myself'))?.[0]
  return mine === undefined ? null : { node: mine, others: nodes.flatMap(([id]) => (id && id !== mine ? [id] : [])) }
}

const NO_ID = /^0*$/

function markIn(told: ReadonlyMap<string, string>, cluster: ClusterMark | null): ServerMark | null {
  const id = (name: string): string | null => {
    const value = told.get(name) ?? ''
    return NO_ID.test(value) ? null : value
  }
  const offset = (name: string): string | null => {
    const value = told.get(name) ?? ''
    return /^\d{1,19}$/.test(value) ? value : null
  }
  const runId = id('run_id')
  if (runId === null) return null
  const log = told.get('aof_enabled')
  return {
    runId,
    replicationId: id('master_replid'),
    offset: offset('master_repl_offset'),
    formerReplicationId: id('master_replid2'),
    formerUntil: offset('second_repl_offset'),
    keepsLog: log === undefined ? null : log === '1',
    cluster,
  }
}
