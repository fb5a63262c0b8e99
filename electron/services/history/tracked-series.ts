import type { Figures } from './frames'
import type { Tier } from './tiers'

/** One stream, or one group of it, as it is now. */
export interface TrackedSeries {
  /** Tells it from others for as long as there are any. */
  readonly number: number
  readonly name: () => Buffer
  figures: Figures
  /** It is no more: the tiers that have still to hear of it. Null: it is there. */
  untold: Set<Tier> | null
}
