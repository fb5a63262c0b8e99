import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'

/** A group that was there and is not any more, as it was seen last. */
export interface VanishedGroup {
  readonly key: Bytes
  readonly group: Bytes
  /** Its stream is gone as well. */
  readonly withStream: boolean
  readonly consumers: number
  readonly pending: number
  readonly lastDeliveredId: EntryId
  /** When it was missed first, ms since 1970 by the host's clock. */
  readonly sinceMs: number
}
