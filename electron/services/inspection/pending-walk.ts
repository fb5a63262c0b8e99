import type { EntryId } from '../../../shared/entry-id'
import type { HeldPage } from '../../../shared/model/entry'
import type { Criteria } from '../../../shared/model/selection'
import type { PendingRow } from '../../redis/xpending'

export interface PendingPageOptions {
  readonly consumer?: Buffer | undefined
  /** Where to begin, included. */
  readonly from?: EntryId | undefined
  /** The last id seen, excluded. */
  readonly after?: EntryId | undefined
  readonly count: number
  /** Reads the entries too, cut as for a list, and so finds out which are gone from the stream. */
  readonly bodies: boolean
  /** Whose bodies the caller has. */
  readonly held?: HeldPage | undefined
  /** Only what is like this. Then a page may end early, even without an entry: so much was looked at. */
  readonly criteria?: Criteria | undefined
}

/** A stretch of the pending list. */
export interface Walk {
  /** `position`: it was the so-manieth one that was looked at. */
  readonly rows: readonly (PendingRow & { readonly position: number })[]
  /** The last id looked at; null at the end of the list. */
  readonly next: EntryId | null
  readonly walked: number
  /** The positions of those of which nobody could tell whether they are what is asked for; also beyond `walked`. */
  readonly untold: readonly number[]
}
