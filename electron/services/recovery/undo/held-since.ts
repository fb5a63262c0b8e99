import { bytesKey, type Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { nameKey } from '../../../redis/bytes'
import type { GroupSource } from '../../../redis/source'
import { observeIds } from '../../inspection/observe-pending'
import type { Journal } from '../../journal/journal'
import type { UndoLeft } from '../../journal/lines'
import { returnedBy } from './returned-by'

/** A later record that took an entry, and was not undone. */
export interface Holder {
  readonly record: string
  /** The consumer that it gave it to; null: it acked it. */
  readonly to: Bytes | null
}

export type HeldBy = (id: EntryId) => Holder | undefined

/** So many are kept in mind for one undo; of what there is beyond nobody is told who holds it. */
const MOST = 200_000

/** Reads what records after this one did to its group and can still be undone. The last one that took an entry holds it. */
export async function readHeldSince(
  journal: Pick<Journal, 'batches' | 'holdersSince' | 'undosOf'>,
  recordId: string,
): Promise<HeldBy> {
  const holders = new Map<EntryId, Holder>()
  for (const record of await journal.holdersSince(recordId)) {
    const { back } = await returnedBy(journal, await journal.undosOf(record))
    for await (const { to, changed } of journal.batches(record)) {
      for (const { id } of changed) {
        if (!back.has(id) && (holders.size < MOST || holders.has(id))) holders.set(id, { record, to })
      }
    }
  }
  return (id) => holders.get(id)
}

/** Of these (sorted, at most 500), by record: those that are as a later one left them, so that its undo may bring them back. */
export async function countHeld(
  { reader, key, group }: GroupSource,
  ids: readonly EntryId[],
  heldBy: HeldBy | undefined,
): Promise<ReadonlyMap<string, number>> {
  const held = new Map<string, number>()
  const asked = heldBy === undefined ? [] : ids.filter((id) => heldBy(id) !== undefined)
  if (heldBy === undefined || asked.length === 0) return held
  const { rows } = await observeIds(reader, key, group, asked)
  const now = new Map(rows.map(({ id, consumer }) => [id, nameKey(consumer)]))
  for (const id of asked) {
    const holder = heldBy(id)
    const then = holder === undefined || holder.to === null ? undefined : bytesKey(holder.to)
    if (holder !== undefined && now.get(id) === then) held.set(holder.record, (held.get(holder.record) ?? 0) + 1)
  }
  return held
}

/** Sums by record; the last one to have taken some comes first. */
export interface HeldSum {
  add(more: ReadonlyMap<string, number>): void
  now(): UndoLeft['held']
}

export function createHeldSum(): HeldSum {
  const sums = new Map<string, number>()
  return {
    add(more) {
      for (const [record, entries] of more) sums.set(record, (sums.get(record) ?? 0) + entries)
    },
    now: () => [...sums].map(([record, entries]) => ({ record, entries })),
  }
}
