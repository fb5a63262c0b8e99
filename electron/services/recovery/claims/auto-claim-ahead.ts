import { compareIds, MIN_ID, nextId, previousId, type EntryId } from '../../../../shared/entry-id'
import { goneIds, mayBeGoneAfter } from '../../inspection/entry-presence'
import { ageOf, observeRange, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import type { GroupSource } from '../../../redis/source'
import { idsOf } from '../../jobs/run-batch'

/** What the next XAUTOCLAIM may come to. */
export interface NextStep {
  readonly start: EntryId
  /** So many it may claim or drop, and it comes to nothing that is somebody else's by now. */
  readonly count: number
  /** Of these: gone from the stream, and dropped on its way, however short their idle time. */
  readonly dropped: readonly EntryId[]
  /** Behind them, idle for long enough, and not as the plan saw them: somebody claimed them since, and kept their idle time. */
  readonly foreign: readonly ObservedRow[]
}

export interface Ahead {
  /** Of those that are to be claimed, what has not moved, as far as was read. */
  readonly left: readonly ObservedRow[]
  /** Null: there is nothing to claim before the first of `left`. */
  readonly step: NextStep | null
}

interface AheadAsked {
  readonly observation: Observation
  /** At a time. */
  readonly most: number
  /** The command drops what is gone from the stream; else it claims that like the rest. */
  readonly dropsGone: boolean
}

/** The server looks at ten times as many as it is to claim. */
const ATTEMPTS = 10

/**
 * Walks the pending list as the command does: what is gone counts among those that it may claim. `planned`: what is to be
 * claimed, in order, as it was observed.
 */
export async function lookAhead(
  { reader, key, group }: GroupSource,
  planned: readonly ObservedRow[],
  { observation, most, dropsGone }: AheadAsked,
): Promise<Ahead> {
  const part = planned.slice(0, most)
  const asPlanned = new Map(planned.map((row) => [row.id, row]))
  const isOwn = ({ id, consumer, deliveries }: ObservedRow): boolean => {
    const was = asPlanned.get(id)
    return was?.consumer.equals(consumer) === true && was.deliveries === deliveries
  }
  const [first, last] = [part[0]?.id ?? MIN_ID, part.at(-1)?.id ?? MIN_ID]
  const drops = dropsGone && (await mayBeGoneAfter(reader, key, previousId(first) ?? MIN_ID))
  const taken: EntryId[] = []
  const dropped: EntryId[] = []
  const foreign: ObservedRow[] = []
  const count = 2 * part.length
  let from: EntryId | null = first
  let walked = last
  for (let looked = 0; from !== null && looked < ATTEMPTS * part.length; looked += count) {
    // Before they are read: they are idle for longer with each moment that this takes.
    const minIdleMs = leastIdle(part) + ageOf(observation)
    const { rows } = await observeRange(reader, key, group, { from, to: '+', count })
    const gone = drops ? await goneIds(reader, key, idsOf(rows)) : new Set<EntryId>()
    for (const row of rows) {
      const isGone = gone.has(row.id)
      if (!isGone && row.idleMs < minIdleMs) continue
      if (!isGone && !isOwn(row)) foreign.push(row)
      else if (foreign.length === 0 && taken.length < part.length && compareIds(row.id, last) <= 0) {
        taken.push(row.id)
        if (isGone) dropped.push(row.id)
      }
    }
    const end = rows.at(-1)?.id ?? last
    walked = rows.length < count ? greaterOf(end, last) : end
    const isEnough = compareIds(end, last) >= 0 || rows.length < count || taken.length === part.length
    from = isEnough || foreign.length > 0 ? null : nextId(end)
  }
  const [start] = taken
  const [other] = foreign
  // What lies before, and up to somebody else's, or to where was looked, moved: it is idle no longer, or no longer pending.
  const isLeft = ({ id }: ObservedRow, at: number): boolean => {
    if (at >= part.length) return true
    if (start !== undefined) return compareIds(id, start) >= 0
    return compareIds(id, other?.id ?? walked) > 0
  }
  return {
    left: planned.filter(isLeft),
    step: start === undefined ? null : { start, count: taken.length, dropped, foreign: foreign.slice(0, count) },
  }
}

export function leastIdle(rows: readonly ObservedRow[]): number {
  return rows.reduce((least, { idleMs }) => Math.min(least, idleMs), Infinity)
}

const greaterOf = (a: EntryId, b: EntryId): EntryId => (compareIds(a, b) >= 0 ? a : b)
