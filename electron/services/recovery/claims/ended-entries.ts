import type { EntryId } from '../../../../shared/entry-id'

/** What became of an entry that is pending no more. */
export type Ending = 'acked' | 'removed' | 'gone'

/**
 * How a claim's entries ended, as it was when that was first seen: an acked one stays acked, though it is deleted, or its consumer removed,
 * after that; and one that went with its consumer was not acked, though a consumer of that name reads again.
 */
export interface EndedEntries {
  of(id: EntryId): Ending | undefined
  note(id: EntryId, ending: Ending): void
  /** It is pending again. */
  forget(id: EntryId): void
}

export function createEndedEntries(): EndedEntries {
  const endings = new Map<EntryId, Ending>()
  return {
    of: (id) => endings.get(id),
    note: (id, ending) => void endings.set(id, ending),
    forget: (id) => void endings.delete(id),
  }
}
