import { toBuffer } from './bytes'
import type { OwnConnection, OwnedClient, OwnPurpose, RedisClient } from './client'
import type { Bytes } from '../../shared/bytes'

/**
 * The servers behind one connection. What is about a key goes to the server that has it; what looks for keys goes to every
 * server that has some of its own. With a standalone server that is one and the same.
 */
export interface Topology {
  /** The server that has this key, or would have it: whichever that is when something is sent. */
  clientOf(key: Buffer): RedisClient
  /** The one that has it just now: the same object for all keys that it has. */
  serverOf(key: Buffer): RedisClient
  /** Another connection to that server, not yet open. */
  beside(key: Buffer, purpose: OwnPurpose): OwnConnection
  /** All that hold keys which no other of them holds. */
  primaries(): readonly RedisClient[]
  /** Asks who has which keys now: another number than before where that has changed. Never rejects. */
  layout(): Promise<number>
}

export function standalone(client: OwnedClient): Topology {
  return {
    clientOf: () => client,
    serverOf: () => client,
    beside: (_key, purpose) => client.beside(purpose),
    primaries: () => [client],
    layout: () => Promise.resolve(0),
  }
}

/** Each server once, with those of the keys that it has, in their order. */
export function byServer(topology: Topology, keys: readonly Bytes[]): ReadonlyMap<RedisClient, readonly Buffer[]> {
  const found = new Map<RedisClient, Buffer[]>()
  for (const key of keys.map(toBuffer)) {
    const client = topology.serverOf(key)
    const same = found.get(client)
    if (same) same.push(key)
    else found.set(client, [key])
  }
  return found
}
