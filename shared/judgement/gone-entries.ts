import { KINDS, type GoneEntries } from '../model/kinds'
import type { RecoveryAction } from '../model/recovery-action'

/** What an action does with those of its entries that are gone from the stream. */
export function goneEntries(action: RecoveryAction): Exclude<GoneEntries, 'as-asked'> {
  const { gone } = KINDS[action.kind]
  if (gone !== 'as-asked') return gone
  return 'includeGone' in action && action.includeGone ? 'dropped' : 'left-out'
}
