import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Consumer } from '../../../shared/model/group'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { nameKey } from '../../redis/bytes'
import type { PlanFacts } from './action'

type Place = Pick<RecoveryPlan, 'connectionId' | 'key' | 'group'>

/** So many groups are remembered. */
const MOST_GROUPS = 1_000
/** What an idle time is older by here than where it was read. */
const ON_ITS_WAY_MS = 1_000

/**
 * Consumers that entries were moved away from, from here. They hold nothing any more, so they look better than those that
 * took over; but nothing says that they live until they are seen again.
 */
export interface Emptied {
  /** A run began that moves entries by this plan. */
  note(plan: RecoveryPlan): void
  /** Those that were not seen since, as `nameKey`. */
  of(place: Place, consumers: readonly Seen[]): PlanFacts['emptied']
  mark(place: Place, consumers: readonly Consumer[]): Consumer[]
}

interface Seen {
  readonly name: Bytes | Buffer
  readonly idleMs: number
}

export function createEmptied(nowMs: () => number = Date.now): Emptied {
  const groups = new Map<string, Map<string, number>>()
  const unseen: Emptied['of'] = (place, consumers) => {
    const known = groups.get(placeKey(place))
    if (known === undefined) return new Set()
    const now = nowMs()
    const names = consumers.map(({ name, idleMs }) => ({ name: nameKey(name), seenMs: now - idleMs }))
    for (const { name, seenMs } of names) {
      if (seenMs > (known.get(name) ?? Infinity) + ON_ITS_WAY_MS) known.delete(name)
    }
    return new Set(names.flatMap(({ name }) => (known.has(name) ? [name] : [])))
  }
  return {
    note({ consumers, ...place }) {
      const name = placeKey(place)
      const known = groups.get(name) ?? new Map<string, number>()
      for (const { name: consumer, before, after } of consumers) {
        if (after < before) known.set(nameKey(consumer), nowMs())
        else known.delete(nameKey(consumer))
      }
      groups.delete(name)
      groups.set(name, known)
      const [oldest] = groups.keys()
      if (groups.size > MOST_GROUPS && oldest !== undefined) groups.delete(oldest)
    },
    of: unseen,
    mark(place, consumers) {
      const emptied = unseen(place, consumers)
      return consumers.map((each) => (emptied.has(nameKey(each.name)) ? { ...each, emptied: true } : each))
    },
  }
}

function placeKey({ connectionId, key, group }: Place): string {
  return JSON.stringify([connectionId, bytesKey(key), bytesKey(group)])
}
