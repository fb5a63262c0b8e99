import type { StreamReport } from '../../shared/model/monitoring'

/** What is known of a connection that somebody opened. */
export interface Measured {
  readonly id: string
  readonly name: string
  readonly isUp: boolean
  /** As they were read last. */
  readonly streams: readonly StreamReport[]
}
