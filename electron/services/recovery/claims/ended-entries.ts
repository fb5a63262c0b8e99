import type { EntryId } from '../../../../shared/entry-id'
import { goneIds } from '../../inspection/entry-presence'
import type { Source } from '../../../redis/source'

/**
 * Of a claim's entries that are pending no more, which ones were in the stream no more when that was first seen: one that is deleted
 * after its ack was acked. Each is looked for once.
 */
export interface EndedEntries {
  /** Throws NOT_FOUND stream, REDIS, UNREACHABLE. */
  look(source: Source, ids: readonly EntryId[]): Promise<void>
  /** Of one that was looked for. */
  isGone(id: EntryId): boolean
}

export function createEndedEntries(): EndedEntries {
  const there = new Map<EntryId, boolean>()
  return {
    look: async ({ reader, key }, ids) => {
      const open = ids.filter((id) => !there.has(id))
      const gone = await goneIds(reader, key, open)
      for (const id of open) there.set(id, !gone.has(id))
    },
    isGone: (id) => there.get(id) === false,
  }
}
