import type { EntryId } from '../../../shared/entry-id'

/**
 * Of commands whose replies were lost, in the order in which they were sent: the ids of those that were not carried out.
 * One that was has changed each of its entries that was as it expected; so one entry that is still so tells of the whole
 * command, and of all that was sent behind it. What became of their other entries is somebody else's doing. That is so as of
 * the reading; `runBatch` sees to what may still be carried out.
 */
export function notCarriedOut(
  commands: readonly (readonly EntryId[])[],
  isUntouched: (id: EntryId) => boolean,
): ReadonlySet<EntryId> {
  const first = commands.findIndex((ids) => ids.some(isUntouched))
  return new Set(first === -1 ? [] : commands.slice(first).flat())
}
