import { isEntryId, type EntryId } from '../../../shared/entry-id'
import { words } from '../../../shared/words/words'
import { splitIds } from '../../utils/split-ids'

/** What one command may carry. */
const MOST = 500

export interface ReadIds {
  /** Each once. */
  readonly ids: readonly EntryId[]
  /** What is wrong with them, in words. */
  readonly problem: string | null
}

/** Whole ids out of a text. */
export function readIds(text: string): ReadIds {
  const ids = [...new Set(splitIds(text))]
  const odd = ids.find((each) => !isEntryId(each))
  if (odd !== undefined) return { ids: [], problem: words.groupChange.noId(odd.slice(0, 60)) }
  return { ids, problem: ids.length > MOST ? words.groupChange.tooManyIds(MOST) : null }
}
