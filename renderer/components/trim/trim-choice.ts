import type { TrimStrategy } from '../../../shared/model/trim-plan'
import type { References } from '../../../shared/model/references'

/** What a trim is to keep, and how it goes about it. */
export interface TrimChoice {
  readonly strategy: TrimStrategy
  readonly approximate: boolean
  readonly references: References
  /** Nothing that a group holds, or has yet to read. */
  readonly keepNeeded: boolean
  /** Entries per command at most. */
  readonly limit: number
}
