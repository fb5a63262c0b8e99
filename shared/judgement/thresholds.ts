/** From where on something needs a look. They are settings: see `shared/model/settings.ts` for their bounds. */
export interface Thresholds {
  /** No sign of life for longer than this, with entries pending: stalled. */
  readonly stalledAfterMs: number
  /** Not acked and not delivered again for longer than this, by a consumer that gets other entries: stuck. */
  readonly neglectedAfterMs: number
  /** So many entries behind: lagging, however short the wait. */
  readonly laggingEntries: number
  /** An entry that has waited to be read for longer than this: lagging, however few the entries. */
  readonly laggingAfterMs: number
  /** A lag that is gone within this at its present rate is no finding. */
  readonly drainsSoonMs: number
  /** Delivered so many times and not acked: taken to fail whoever gets it. */
  readonly poisonDeliveries: number
}

export const defaultThresholds: Thresholds = {
  stalledAfterMs: 60_000,
  neglectedAfterMs: 600_000,
  laggingEntries: 1_000,
  laggingAfterMs: 300_000,
  drainsSoonMs: 300_000,
  poisonDeliveries: 5,
}
