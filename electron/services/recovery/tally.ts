import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import type { Holdings } from './action'
import { BATCH, type ObservedRow } from './observe'

/** So many batches are kept, to show their commands. */
const KEPT_BATCHES = 20

/** What a plan counts as it reads. */
export interface Tally {
  /** All that match. */
  readonly entries: number
  /** Everyone who holds something that matches. */
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
  /** What is sent of the first batches. */
  readonly batches: readonly (readonly ObservedRow[])[]
}

export const emptyTally: Tally = {
  entries: 0,
  holders: new Set(),
  leaving: new Map(),
  moving: new Map(),
  gone: 0,
  alreadySo: 0,
  oldestId: null,
  mostDeliveries: null,
  batches: [],
}

export interface PageSeen {
  readonly rows: readonly ObservedRow[]
  /** Null: not known. */
  readonly gone: ReadonlySet<EntryId> | null
  isAlreadySo(row: ObservedRow): boolean
  /** What becomes of entries gone from the stream. */
  readonly goneAre: 'left out' | 'sent' | 'dropped'
}

/** Adds a page of matching rows, in id order. */
export function addPage(tally: Tally, { rows, gone, isAlreadySo, goneAre }: PageSeen): Tally {
  const holders = new Set(tally.holders)
  const leaving = new Map(tally.leaving)
  const moving = new Map(tally.moving)
  const batches = tally.batches.map((batch) => [...batch])
  let { entries, alreadySo, mostDeliveries } = tally
  for (const row of rows) {
    const name = row.consumer.toString('latin1')
    const at = Math.floor(entries / BATCH)
    entries += 1
    holders.add(name)
    if (mostDeliveries === null || row.deliveries > mostDeliveries) mostDeliveries = row.deliveries
    const isGone = gone?.has(row.id) ?? false
    if (isAlreadySo(row)) alreadySo += 1
    else if (!isGone || goneAre !== 'left out') {
      leaving.set(name, (leaving.get(name) ?? 0) + 1)
      if (!isGone || goneAre === 'sent') moving.set(name, (moving.get(name) ?? 0) + 1)
      if (at < KEPT_BATCHES) (batches[at] ??= []).push(row)
    }
  }
  return {
    ...{ entries, holders, leaving, moving, alreadySo, mostDeliveries },
    gone: tally.gone === null || gone === null ? null : tally.gone + gone.size,
    oldestId: tally.oldestId ?? rows[0]?.id ?? null,
    batches,
  }
}
