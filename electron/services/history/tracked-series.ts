import type { Figures } from './frames'
import type { Tier } from './tiers'

/** One stream, one group of it, or one consumer, as it is now. */
export interface TrackedSeries {
  /** Tells it from others for as long as there are any. */
  readonly number: number
  readonly name: () => Buffer
  figures: Figures
  /** A column more tells of each step when it was noted in it. */
  readonly tellsLooks: boolean
  /** When it was noted last, ms since 1970. */
  notedMs: number
  /** It is no more: the tiers that have still to hear of it. Null: it is there. */
  untold: Set<Tier> | null
}
