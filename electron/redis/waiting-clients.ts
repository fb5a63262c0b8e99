import { nameKey } from './bytes'
import type { Reader } from './reader-writer'
import { asBuffer } from './reply'
import { info } from './server'

/** Clients that wait in XREADGROUP … BLOCK: alive, though Redis does not count their waiting as a sign of life. */
export interface WaitingClients {
  /** As CLIENT SETNAME gave them, by `nameKey`. Redis does not tell for which stream, group or consumer they wait. */
  readonly names: ReadonlySet<string>
  readonly count: number
}

const NOBODY: WaitingClients = { names: new Set(), count: 0 }
/** A line of CLIENT LIST has some 350 bytes. */
const MOST_CLIENTS = 2_000

/**
 * Who waits in XREADGROUP on this server. Null: too many clients are connected to list them. Throws where the server or
 * its ACL refuses. https://redis.io/docs/latest/commands/client-list/
 */
export async function waitingClients(reader: Reader): Promise<WaitingClients | null> {
  const clients = await info(reader, 'clients')
  if (clients.get('blocked_clients') === '0') return NOBODY
  if (Number(clients.get('connected_clients') ?? Infinity) > MOST_CLIENTS) return null
  return parseWaiting(asBuffer(await reader.call('CLIENT', 'LIST')).toString('latin1'))
}

/** `list`: the reply's bytes, as latin1. */
export function parseWaiting(list: string): WaitingClients {
  const waiting = list.split('\n').filter((line) => / flags=\w*b/.test(line) && / cmd=xreadgroup\b/.test(line))
  const names = waiting.flatMap((line) => / name=(\S+)/.exec(line)?.[1] ?? [])
  return { names: new Set(names.map((name) => nameKey(Buffer.from(name, 'latin1')))), count: waiting.length }
}
