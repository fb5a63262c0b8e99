import type { RedisClient } from '../../redis/client'
import { createLooker, type Looker } from '../inspection/look'
import type { Budget } from './budget'

/** What a stream costs, until it is known. */
const FIRST_GUESS_BYTES = 500

/** Who looks at streams, by server, and what a look costs. */
export interface Lookers {
  /** `asked`: somebody asked for it, so that it is no matter of the budget. */
  of(client: RedisClient, asked: boolean): Looker
  /** Within the budget; undefined: the server is none of these. */
  bound(client: RedisClient): Looker | undefined
  /** What a stream costs on average, of those looked at last. */
  bytesEach(): number
}

export function createLookers(primaries: readonly RedisClient[], budget: Budget): Lookers {
  let bytesEach = FIRST_GUESS_BYTES
  function spend(commands: number, bytes: number): void {
    budget.spend(commands, bytes)
    bytesEach += (bytes / Math.max(1, commands) - bytesEach) / 8
  }
  const unbound = new Map(primaries.map((client) => [client, createLooker(client.reader)]))
  const bound = new Map(primaries.map((client) => [client, createLooker(client.reader, spend)]))
  return {
    of: (client, asked) => (asked ? unbound : bound).get(client) ?? createLooker(client.reader, budget.spend),
    bound: (client) => bound.get(client),
    bytesEach: () => bytesEach,
  }
}
