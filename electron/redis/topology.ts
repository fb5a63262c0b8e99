import type { RedisClient } from './client'

/**
 * The servers behind one connection. What is about a key goes to the server that has it; what looks for keys goes to every
 * server that has some of its own. With a standalone server that is one and the same.
 */
export interface Topology {
  /** The server that has this key, or would have it. */
  clientOf(key: Buffer): RedisClient
  /** All that hold keys which no other of them holds. */
  primaries(): readonly RedisClient[]
}

export function standalone(client: RedisClient): Topology {
  return { clientOf: () => client, primaries: () => [client] }
}
