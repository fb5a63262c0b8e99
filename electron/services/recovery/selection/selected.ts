import { compareIds, nextId, type EntryId } from '../../../../shared/entry-id'
import { AppError } from '../../../../shared/error'
import { asksForBody, type Criteria } from '../../../../shared/model/selection'
import { nameKey, toBuffer } from '../../../redis/bytes'
import { rowTest, spanOf } from '../../inspection/pending-criteria'
import {
  isUnmovedSince,
  observeClearly,
  observeEach,
  observeIds,
  observeRange,
  isGuarded,
  spanning,
  timeOf,
  BATCH,
  type Observation,
  type ObservedRow,
} from '../../inspection/observe-pending'
import { withBodies, type WithBodies } from '../../inspection/entry-presence'
import type { StreamMark } from '../../inspection/stream-mark'
import type { SeenHoldings } from './seen-holdings'
import type { GroupSource } from '../../../redis/source'
import { message } from '../../../../shared/words/messages'
import { isDeliveredAgain, isHeldAsSeen, isKnownAgain, type TickedHolding } from './ticked'

/** What a run works through, as its plan saw it. */
export type Selected =
  | {
      readonly kind: 'ids'
      /** Sorted. */
      readonly ids: readonly EntryId[]
      /** Who held each one when the plan was made, and after how many deliveries. */
      readonly holdings: ReadonlyMap<EntryId, TickedHolding>
      /** What is asked for only where it is idle for so long has moved once it is delivered again; 0: it has not. */
      readonly minIdleMs: number
    }
  | {
      readonly kind: 'matching'
      readonly criteria: Criteria
      /** The greatest id that was pending when the plan was made. */
      readonly upTo: EntryId | null
      /** Of those that matched. */
      readonly seen: SeenHoldings
      /** How many the plan showed, where it did not read all of them: what it did not see may be others by now, and no more. */
      readonly most?: number | undefined
    }

export interface SelectedBatch {
  readonly observation: Observation
  /** As the plan saw them: not claimed since, nor, unless they were ticked, delivered again. At most 500. */
  readonly untouched: readonly ObservedRow[]
  /** No longer as the plan saw them; to be left alone. */
  readonly moved: number
}

/** One text per holder and delivery count, to compare by. */
export function holdingOf({ consumer, deliveries }: Pick<ObservedRow, 'consumer' | 'deliveries'>): string {
  return `${deliveries} ${nameKey(consumer)}`
}

/**
 * Reads the selection again, batch by batch, and parts what the plan saw from what moved since: a delivery or a claim
 * after `plannedAt` (server time) gives an entry a later delivery time, or, where that is kept, another holder or count.
 * Throws STALE_PLAN before what would come to more than was shown.
 * A ticked entry that was delivered to the same consumer once more has not moved, where `mark` tells that stream and group
 * are those of the plan.
 */
export async function* selectedBatches(
  context: GroupSource,
  selected: Selected,
  plannedAt: number,
  mark: StreamMark | undefined,
): AsyncGenerator<SelectedBatch, void> {
  const { reader, key, group } = context
  const clearly: ReadPage = (read) => observeClearly(plannedAt, read, (ids) => observeEach(context, ids))
  if (selected.kind === 'ids') {
    const { ids, holdings, minIdleMs } = selected
    const isAgain = (row: ObservedRow): boolean => minIdleMs === 0 && isDeliveredAgain(holdings.get(row.id), row)
    const isSame = (row: ObservedRow): boolean =>
      isUnmovedSince(plannedAt, row) && isHeldAsSeen(holdings.get(row.id), row)
    const until = (row: ObservedRow): number => (isAgain(row) ? Infinity : plannedAt)
    const isKnown = once(() => isKnownAgain(context, mark))
    for (let at = 0; at < ids.length; at += BATCH) {
      const asked = ids.slice(at, at + BATCH)
      const read = () => observeIds(reader, key, group, asked)
      const observation = await observeClearly(until, read, (each) => observeEach(context, each))
      const takesAgain = observation.rows.some(isAgain) && (await isKnown())
      const same = observation.rows.filter((row) => isSame(row) || (takesAgain && isAgain(row)))
      const untouched = minIdleMs === 0 ? same.map((row) => ({ ...row, orMore: true })) : same
      yield { observation, untouched, moved: asked.length - untouched.length }
    }
    return
  }
  const { criteria, upTo, seen, most = Infinity } = selected
  const isMatch = rowTest(criteria, plannedAt)
  let gathered: Observation[] = []
  let found = 0
  for await (const page of pendingPages(context, criteria, upTo, clearly)) {
    const matching = page.rows.filter((row) => isUnmovedSince(plannedAt, row) && isMatch(row) && seen.isSame(row))
    const { rows } = await matchingBodies(context, criteria, matching)
    if (!isGuarded(rows, timeOf(gathered[0] ?? page, page))) {
      yield* batchesOf(gathered)
      gathered = []
    }
    found += rows.length
    if (found > most) {
      yield* batchesOf(gathered)
      throw new AppError('STALE_PLAN', { planId: '', problem: message('recovery.more-held', { shown: most }) })
    }
    gathered.push({ ...page, rows })
    if (gathered.length < GATHER_PAGES && sizeOf(gathered) < BATCH) continue
    yield* batchesOf(gathered)
    gathered = []
  }
  yield* batchesOf(gathered)
}

/** Asked for the first time it is needed, and remembered. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => (answer ??= ask())
}

/** Where few entries match, those of so many pages make a batch. */
const GATHER_PAGES = 10

function sizeOf(pages: readonly Observation[]): number {
  return pages.reduce((sum, { rows }) => sum + rows.length, 0)
}

function* batchesOf(pages: readonly Observation[]): Generator<SelectedBatch, void> {
  const at = pages.at(-1)?.at ?? 0
  const observation = { ...spanning(pages), at }
  const rows = pages.length < 2 ? observation.rows : observation.rows.map((row) => asIdleAs(at, row))
  for (let first = 0; first < rows.length; first += BATCH) {
    yield { observation, untouched: rows.slice(first, first + BATCH), moved: 0 }
  }
}

/** As idle as it is by the last reading of several: from then on their age is counted. */
function asIdleAs(
  at: number,
  { id, consumer, idleMs, deliveries, deliveredAt, deliveredBy }: ObservedRow,
): ObservedRow {
  return { id, consumer, idleMs: Math.max(idleMs, at - deliveredBy), deliveries, deliveredAt, deliveredBy }
}

/** The rows whose bodies match, where the criteria ask for that. */
export async function matchingBodies<T extends { readonly id: EntryId }>(
  { reader, key }: GroupSource,
  criteria: Criteria,
  rows: readonly T[],
): Promise<WithBodies<T>> {
  return asksForBody(criteria) ? withBodies(reader, key, rows, criteria) : { rows, untold: [] }
}

/** How a page is read: once, or again until what it leaves open is clear. */
export type ReadPage = (read: () => Promise<Observation>) => Promise<Observation>

/** The pending list in pages, of the one consumer that is asked for or of the whole group. */
export async function* pendingPages(
  { reader, key, group }: GroupSource,
  criteria: Criteria,
  upTo: EntryId | null,
  readPage: ReadPage,
): AsyncGenerator<Observation, void> {
  if (upTo === null) return
  const span = spanOf(criteria, upTo)
  const [only, ...others] = criteria.consumers ?? []
  const one = only !== undefined && others.length === 0 ? { consumer: toBuffer(only) } : {}
  const count = 'consumer' in one ? BATCH : 1000
  let from: string | null = span.from
  while (from !== null) {
    const range: Parameters<typeof observeRange>[3] = { from, to: span.to, count, ...one }
    const page = await readPage(() => observeRange(reader, key, group, range))
    yield page
    const lastId = page.rows.at(-1)?.id
    const isEnd = lastId === undefined || page.rows.length < count || compareIds(lastId, span.to) >= 0
    from = isEnd ? null : nextId(lastId)
  }
}
