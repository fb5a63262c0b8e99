import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'

interface Asked {
  readonly selection: Selection
  readonly action: RecoveryAction
}

/** What to ask for once more of what a job was asked to do: all of it, or only these of its entries. */
export function remainingRequest({ selection, action }: Asked, ids?: readonly EntryId[]): Asked {
  if (ids === undefined) return { selection, action }
  // The first try claimed them: that they were idle for long was asked of them then.
  const again = action.kind === 'handle' ? { ...action, minIdleMs: 0 } : action
  return { selection: { kind: 'ids', ids: [...ids] }, action: again }
}
