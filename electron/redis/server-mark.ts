import { isAppError } from '../../shared/error'
import type { Reader } from './reader-writer'
import { asBuffer } from './reply'
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
}

/**
 * INFO's sections `server` and `replication`; null where the server, or the user's ACL, does not tell.
 * https://redis.io/docs/latest/commands/info/
 */
export async function readServerMark(reader: Reader): Promise<ServerMark | null> {
  const replies = await reader.pipeline([
    ['INFO', 'server'],
    ['INFO', 'replication'],
  ])
  const texts: string[] = []
  for (const reply of replies) {
    if (isAppError(reply, 'UNREACHABLE')) throw reply
    if (reply instanceof Error) return null
    texts.push(asBuffer(reply).toString('utf8'))
  }
  return markIn(parseInfo(texts.join('\r\n')))
}

const NO_ID = /^0*$/

function markIn(told: ReadonlyMap<string, string>): ServerMark | null {
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
  return {
    runId,
    replicationId: id('master_replid'),
    offset: offset('master_repl_offset'),
    formerReplicationId: id('master_replid2'),
    formerUntil: offset('second_repl_offset'),
  }
}
