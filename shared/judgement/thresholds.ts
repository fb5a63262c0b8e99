/** From where on something needs a look. They are settings: see `shared/model/settings.ts` for their bounds. */
export interface Thresholds {
  /** No sign of life for longer than this, with entries pending: stalled. */
  readonly stalledAfterMs: number
  /** So many entries behind: lagging, however short the wait. */
  readonly laggingEntries: number
  /** Behind by longer than this, by the times in the ids: lagging, however few the entries. */
  readonly laggingAfterMs: number
  /** A lag that is gone within this at its present rate is no finding. */
  readonly drainsSoonMs: number
  /** Delivered so many times and not acked: taken to fail whoever gets it. */
  readonly poisonDeliveries: number
}

export const defaultThresholds: Thresholds = {
  stalledAfterMs: 60_000,
  laggingEntries: 1_000,
  laggingAfterMs: 300_000,
  drainsSoonMs: 300_000,
  poisonDeliveries: 5,
}
