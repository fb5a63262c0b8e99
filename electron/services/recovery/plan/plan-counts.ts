import { nameKey } from '../../../redis/bytes'
import type { Count } from '../../../../shared/count'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { Holdings } from '../action'
import { BATCH, type ObservedRow } from '../../inspection/observe-pending'

/** So many batches are kept, to show their commands. */
const KEPT_BATCHES = 20

/** What a plan counts as it reads. */
export interface PlanCounts {
  /** All that match. */
  readonly entries: number
  /** Everyone who holds something that is sent. */
  readonly holders: ReadonlySet<string>
  /** Of what the action sends: who loses how much. */
  readonly leaving: Holdings
  /** The same without what Redis will drop. */
  readonly moving: Holdings
  /** Gone from the stream. Null once there were too many to look up. */
  readonly gone: number | null
  /** Left out because they are as wanted already. */
  readonly alreadySo: number
  readonly oldestId: EntryId | null
  readonly mostDeliveries: Count | null
  /** Of what the action sends, since the last delivery, ms. */
  readonly mostIdleMs: number
  /** What is sent of the first batches. */
  readonly batches: readonly (readonly ObservedRow[])[]
}

export interface PageSeen {
  readonly rows: readonly ObservedRow[]
  /** Not matching; but what is gone of them is dropped, where something that matches comes before it, and something after. */
  readonly passed: readonly ObservedRow[]
  /** Null: not known. */
  readonly gone: ReadonlySet<EntryId> | null
  isAlreadySo(row: ObservedRow): boolean
  /** What becomes of entries gone from the stream. */
  readonly goneAre: 'left-out' | 'sent' | 'dropped'
}

export interface PlanCounter {
  /** Adds a page of matching rows, in id order. */
  add(page: PageSeen): void
  readonly counts: PlanCounts
}

export function createPlanCounter(): PlanCounter {
  const holders = new Set<string>()
  const leaving = new Map<string, number>()
  const moving = new Map<string, number>()
  const batches: ObservedRow[][] = []
  let stillToCome: readonly ObservedRow[] = []
  let entries = 0
  let alreadySo = 0
  let gone: number | null = 0
  let oldestId: EntryId | null = null
  let mostDeliveries: Count | null = null
  let mostIdleMs = 0
  return {
    add(page) {
      for (const row of page.rows) {
        const name = nameKey(row.consumer)
        const at = Math.floor(entries / BATCH)
        entries += 1
        oldestId ??= row.id
        if (mostDeliveries === null || row.deliveries > mostDeliveries) mostDeliveries = row.deliveries
        const isGone = page.gone?.has(row.id) ?? false
        if (page.isAlreadySo(row)) alreadySo += 1
        else if (!isGone || page.goneAre !== 'left-out') {
          holders.add(name)
          mostIdleMs = Math.max(mostIdleMs, row.idleMs)
          leaving.set(name, (leaving.get(name) ?? 0) + 1)
          if (!isGone || page.goneAre === 'sent') moving.set(name, (moving.get(name) ?? 0) + 1)
          if (at < KEPT_BATCHES) (batches[at] ??= []).push(row)
        }
      }
      const lastId = page.rows.at(-1)?.id
      const begun = oldestId
      const isBehindFirst = ({ id }: ObservedRow): boolean => begun !== null && compareIds(id, begun) > 0
      const passedGone = page.passed.filter(({ id }) => page.gone?.has(id) === true)
      const dropped = [...stillToCome, ...passedGone.filter(isBehindFirst)]
      const isOnTheWay = ({ id }: ObservedRow): boolean => lastId !== undefined && compareIds(id, lastId) < 0
      stillToCome = dropped.filter((row) => !isOnTheWay(row))
      const met = dropped.filter(isOnTheWay)
      for (const { consumer } of met) {
        const name = nameKey(consumer)
        holders.add(name)
        leaving.set(name, (leaving.get(name) ?? 0) + 1)
      }
      const matching = page.rows.filter(({ id }) => page.gone?.has(id) === true).length
      gone = gone === null || page.gone === null ? null : gone + matching + met.length
    },
    get counts() {
      return { entries, holders, leaving, moving, gone, alreadySo, oldestId, mostDeliveries, mostIdleMs, batches }
    },
  }
}
