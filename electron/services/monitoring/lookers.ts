import type { RedisClient } from '../../redis/client'
import { createLooker, type Looker } from '../inspection/look'
import type { Budget } from './budget'

/** What a stream costs, until it is known. */
const FIRST_GUESS_BYTES = 500

/** Who looks at streams, by server, and what a look costs. */
export interface Lookers {
  /** `asked`: somebody asked for it, so that it is no matter of the budget. */
  of(client: RedisClient, asked: boolean): Looker
  /** Within the budget. */
  bound(client: RedisClient): Looker
  /** What a stream costs on average, of those looked at last. */
  bytesEach(): number
}

export function createLookers(budget: Budget): Lookers {
  let bytesEach = FIRST_GUESS_BYTES
  function spend(commands: number, bytes: number): void {
    budget.spend(commands, bytes)
    bytesEach += (bytes / Math.max(1, commands) - bytesEach) / 8
  }
  const unbound = forEach((client) => createLooker(client.reader))
  const bound = forEach((client) => createLooker(client.reader, spend))
  return {
    of: (client, asked) => (asked ? unbound : bound)(client),
    bound,
    bytesEach: () => bytesEach,
  }
}

/** One for each server that is met. */
function forEach(make: (client: RedisClient) => Looker): (client: RedisClient) => Looker {
  const known = new WeakMap<RedisClient, Looker>()
  return (client) => {
    const looker = known.get(client) ?? make(client)
    known.set(client, looker)
    return looker
  }
}
