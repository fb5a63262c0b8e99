import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { Criteria, Selection } from '../../../../shared/model/selection'
import { pendingSummary } from '../../../redis/xpending'
import { rowTest } from '../../inspection/pending-criteria'
import {
  BATCH,
  isUnmovedSince,
  observeClearly,
  observeEach,
  observeIds,
  observeStable,
  type ObservedRow,
} from '../../inspection/observe-pending'
import type { GroupSource } from '../../../redis/source'
import type { RecoveryRequest } from './plan-of-counts'
import { createSeenHoldings, type SeenHoldings } from '../selection/seen-holdings'
import { matchingBodies, pendingPages, type ReadPage, type Selected } from '../selection/selected'
import type { TickedHolding } from '../selection/ticked'

export interface Page {
  readonly rows: readonly ObservedRow[]
  /** Read as well, and not matching. */
  readonly passed: readonly ObservedRow[]
  /** Of so many of these nobody could tell whether they match. */
  readonly untold: number
  readonly walked: number
  readonly total: number
  /** Nothing that matches lies beyond. */
  readonly complete: boolean
}

export interface Read {
  readonly selected: Selected
  readonly plannedAt: number
  readonly notPending: number
}

/**
 * Reads what a plan is to be made of, page by page: the ticked entries, or those of the pending list that match.
 * `since`: see `RecoveryRequest`. `then`: what that earlier plan saw, and nothing else is taken. `readsOn`: whether more of what one consumer holds is read than so many, which end with this id.
 */
export async function* readSelection(
  context: GroupSource,
  { selection, since, then }: Pick<RecoveryRequest, 'selection' | 'since'> & { readonly then?: SeenHoldings | null },
  readsOn: (last: EntryId, walked: number) => Promise<boolean>,
): AsyncGenerator<Page, Read> {
  const clock = createPlanClock(context, since)
  const isSeen = (row: ObservedRow): boolean => then?.isSame(row) ?? true
  if (selection.kind === 'ids') {
    const isLeft = (row: ObservedRow, plannedAt: number): boolean =>
      since === undefined || (isUnmovedSince(plannedAt, row) && isSeen(row))
    return yield* readIds(context, selection, clock, isLeft)
  }
  const criteria: Criteria = selection.kind === 'consumer' ? { consumers: [selection.consumer] } : selection.criteria
  const summary = await pendingSummary(context.reader, context.key, context.group)
  let walked = 0
  const seen = createSeenHoldings()
  for await (const page of pendingPages(context, criteria, summary.greatestId, clock.readPage)) {
    walked += page.rows.length
    const plannedAt = clock.plannedAt()
    const isMatch = rowTest(criteria, plannedAt)
    const unmoved = page.rows.filter((row) => isUnmovedSince(plannedAt, row) && isMatch(row) && isSeen(row))
    const { rows, untold } = await matchingBodies(context, criteria, unmoved)
    seen.add(rows)
    const last = page.rows.at(-1)?.id
    const isEnd = last === undefined || page.rows.length < BATCH
    const goesOn = selection.kind === 'matching' || (!isEnd && (await readsOn(last, walked)))
    const complete = goesOn || isEnd
    const chosen = new Set(rows)
    const passed = page.rows.filter((row) => !chosen.has(row))
    yield { rows, passed, untold: untold.length, walked, total: summary.total, complete }
    if (goesOn) continue
    if (!complete) seen.stopHere()
    break
  }
  const selected: Selected = { kind: 'matching', criteria, upTo: summary.greatestId, seen }
  return { selected, plannedAt: clock.plannedAt(), notPending: 0 }
}

async function* readIds(
  { reader, key, group }: GroupSource,
  selection: Extract<Selection, { kind: 'ids' }>,
  clock: PlanClock,
  isLeft: (row: ObservedRow, plannedAt: number) => boolean,
): AsyncGenerator<Page, Read> {
  const { minIdleMs = 0 } = selection
  const ids = [...new Set(selection.ids)].sort(compareIds)
  let pending = 0
  const holdings = new Map<EntryId, TickedHolding>()
  for (let at = 0; at < ids.length; at += BATCH) {
    const page = await clock.readPage(() => observeIds(reader, key, group, ids.slice(at, at + BATCH)))
    pending += page.rows.length
    const plannedAt = clock.plannedAt()
    const isIdle = ({ deliveredBy }: ObservedRow): boolean => minIdleMs === 0 || plannedAt - deliveredBy >= minIdleMs
    const rows = page.rows.filter((row) => isIdle(row) && isLeft(row, plannedAt))
    for (const row of rows) holdings.set(row.id, row)
    const walked = Math.min(at + BATCH, ids.length)
    yield { rows, passed: [], untold: 0, walked, total: ids.length, complete: true }
  }
  const selected: Selected = { kind: 'ids', ids: ids.filter((id) => holdings.has(id)), holdings, minIdleMs }
  return { selected, plannedAt: clock.plannedAt(), notPending: ids.length - pending }
}

interface PlanClock {
  readonly readPage: ReadPage
  /** Server time just before the first page was read, ms since 1970. */
  plannedAt(): number
}

/**
 * The first page that is read sets the plan's moment: before it all of that page had been delivered. It is `since` where that was
 * earlier.
 */
function createPlanClock(context: GroupSource, since = Infinity): PlanClock {
  let moment: number | null = null
  return {
    plannedAt: () => moment ?? 0,
    async readPage(read) {
      if (moment === null) {
        const page = await observeStable(read)
        moment = Math.min(page.at - 1, since)
        if (moment < since) return page
      }
      return observeClearly(moment, read, (ids) => observeEach(context, ids))
    },
  }
}
