import { sameBytes, type Bytes } from '../../../../shared/bytes'
import type { Count } from '../../../../shared/count'
import type { EntryId } from '../../../../shared/entry-id'
import type { PriorEntry } from '../../../../shared/model/journal'
import type { Journal } from '../../journal/journal'

/** One time that a later action changed an entry, and was undone: how the entry stood before, and by when it did again. */
export interface GivenBack {
  readonly prior: PriorEntry
  /** Server time, ms since 1970. */
  readonly until: number
}

/** In the order of the actions. */
export type GivenBackSince = (id: EntryId) => readonly GivenBack[]

/** So many are kept in mind for one undo; what there is beyond is left alone, as what moved is. */
const MOST = 200_000

/** Reads what actions after this record did to its group, and what their undos gave back for certain. */
export async function readGivenBack(
  journal: Pick<Journal, 'undoneSince' | 'batches'>,
  recordId: string,
): Promise<GivenBackSince> {
  const times = new Map<EntryId, GivenBack[]>()
  let room = MOST
  for (const { id, undos } of await journal.undoneSince(recordId)) {
    const back = new Map<EntryId, number>()
    for (const undo of undos) {
      for await (const { until, changed } of journal.batches(undo)) {
        // Of a batch whose reply was lost nothing tells by when it was carried out.
        if (until === null || until === Number.MAX_SAFE_INTEGER) continue
        for (const entry of changed.slice(0, room)) back.set(entry.id, until)
        room -= Math.min(room, changed.length)
      }
    }
    if (back.size === 0) continue
    for await (const { changed } of journal.batches(id)) {
      for (const prior of changed) {
        const until = back.get(prior.id)
        if (until === undefined) continue
        const known = times.get(prior.id)
        if (known) known.push({ prior, until })
        else times.set(prior.id, [{ prior, until }])
      }
    }
  }
  return (id) => times.get(id) ?? []
}

/** How an action left an entry: with whom, after how many deliveries, and by when (server time). */
export interface Left {
  readonly to: Bytes
  readonly deliveries: Count
  readonly by: number
}

/**
 * By when an entry was last as the action left it. What a later action took just so, and its undo gave back, counts as
 * being so since; what moved in between does not.
 */
export function leftAsIs({ to, deliveries, by }: Left, times: readonly GivenBack[]): number {
  return times.reduce((moment, { prior, until }) => {
    const isSo = sameBytes(prior.consumer, to) && prior.deliveries === deliveries && prior.deliveredAt <= moment
    return isSo ? until : moment
  }, by)
}
