import { sameBytes, type Bytes } from '../../../../shared/bytes'
import { groupKeyOn } from '../../../../shared/group-key'
import type { Consumer } from '../../../../shared/model/group'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { fromBuffer, nameKey } from '../../../redis/bytes'
import type { PlanFacts } from '../action'
import type { GiveBack } from '../undo/given-back-kind'

type Group = Pick<RecoveryPlan, 'connectionId' | 'key' | 'group'>

/** So many groups are remembered. */
const MOST_GROUPS = 1_000
/** What an idle time is older by here than where it was read. */
const ON_ITS_WAY_MS = 1_000

/**
 * Consumers that entries were moved away from, or that were made anew, from here. They hold nothing any more, so they look
 * better than those that took over; but nothing says that they live until they are seen again.
 */
export interface Emptied {
  /** To be called before anything is sent. Those in both hold entries, and are not emptied. */
  note(group: Group, moves: Moves): void
  /** Those that were not seen since, as `nameKey`. `waiting`: who waits for entries now, and so lives. */
  of(group: Group, consumers: readonly Seen[], waiting?: PlanFacts['waiting']): PlanFacts['emptied']
  mark(group: Group, consumers: readonly Consumer[]): Consumer[]
}

interface Moves {
  readonly from: readonly Bytes[]
  readonly to: readonly Bytes[]
}

interface Seen {
  readonly name: Bytes | Buffer
  readonly idleMs: number
}

export function createEmptied(nowMs: () => number = Date.now): Emptied {
  const groups = new Map<string, Map<string, number>>()
  const unseen: Emptied['of'] = (group, consumers, waiting = null) => {
    const known = groups.get(groupKeyOn(group.connectionId, group.key, group.group))
    if (known === undefined) return new Set()
    const now = nowMs()
    const names = consumers.map(({ name, idleMs }) => ({ name: nameKey(name), seenMs: now - idleMs }))
    for (const { name, seenMs } of names) {
      const isSeen = seenMs > (known.get(name) ?? Infinity) + ON_ITS_WAY_MS
      if (isSeen || waiting?.names.has(name) === true) known.delete(name)
    }
    return new Set(names.flatMap(({ name }) => (known.has(name) ? [name] : [])))
  }
  return {
    note(group, { from, to }) {
      const name = groupKeyOn(group.connectionId, group.key, group.group)
      const known = groups.get(name) ?? new Map<string, number>()
      for (const consumer of from) known.set(nameKey(consumer), nowMs())
      for (const consumer of to) known.delete(nameKey(consumer))
      groups.delete(name)
      groups.set(name, known)
      const [oldest] = groups.keys()
      if (groups.size > MOST_GROUPS && oldest !== undefined) groups.delete(oldest)
    },
    of: unseen,
    mark(group, consumers) {
      const emptied = unseen(group, consumers)
      return consumers.map((each) => (emptied.has(nameKey(each.name)) ? { ...each, emptied: true } : each))
    },
  }
}

/** What a run of this plan moves. Who is given entries only to have them acked holds none of them in the end. */
export function movesOf(plan: RecoveryPlan, recipient: Bytes | null): Moves {
  const { consumers, changes } = plan
  const isPassed = recipient !== null && changes > 0 && !consumers.some(({ name }) => sameBytes(name, recipient))
  const namesOf = (those: RecoveryPlan['consumers']): readonly Bytes[] => those.map(({ name }) => name)
  return {
    from: [...namesOf(consumers.filter(({ before, after }) => after < before)), ...(isPassed ? [recipient] : [])],
    to: namesOf(consumers.filter(({ before, after }) => after >= before)),
  }
}

/** Takes note of whom an undo takes entries from, and whom it gives them to. */
export function noting(how: GiveBack, emptied: Emptied, group: Group): GiveBack {
  return {
    ...how,
    send(context, found, part) {
      const to = found.returns.map(({ prior }) => prior.consumer)
      emptied.note(group, { from: found.returns.map(({ row }) => fromBuffer(row.consumer)), to })
      return how.send(context, found, part)
    },
  }
}
