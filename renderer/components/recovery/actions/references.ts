import type { References } from '../../../../shared/model/references'
import { words } from '../../../../shared/words/words'

/** What a deletion means for other groups, to choose from. */
export const REFERENCES: readonly { readonly value: References; readonly label: string }[] = [
  { value: 'KEEPREF', label: words.recoveryAction.keepReferences },
  { value: 'DELREF', label: words.recoveryAction.deleteReferences },
  { value: 'ACKED', label: words.recoveryAction.onlyAcked },
]
