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
  /** A stalled consumer that was not seen for longer than this does not come back by itself. */
  readonly deadAfterMs: number
  /** A lag that grows, and at its present rate is one of `laggingEntries` within this, is a finding. */
  readonly behindSoonMs: number
  /** Trims that reach what a group has not read within this are a finding, and bad within the shorter one. */
  readonly overtakenWithinMs: number
  readonly overtakenSoonMs: number
  /** One active consumer holds so much of all that is pending, in percent, and so many entries at the least. */
  readonly unevenPercent: number
  readonly unevenEntries: number
  /** So many consumers that hold nothing and were not seen for `spareAfterMs` are names that nobody removes. */
  readonly spareConsumers: number
  readonly spareAfterMs: number
  /** A stream of so many entries, of which none was ever removed, is one that nobody trims. */
  readonly untrimmedEntries: number
  /** Of its `maxmemory`, from where on a server is nearly full. */
  readonly memoryPercent: number
  /** A stream of dead letters fills from so many on, if the last of them came within `deadLettersWithinMs`. */
  readonly deadLetters: number
  readonly deadLettersWithinMs: number
}

export const defaultThresholds: Thresholds = {
  stalledAfterMs: 60_000,
  neglectedAfterMs: 600_000,
  laggingEntries: 1_000,
  laggingAfterMs: 300_000,
  drainsSoonMs: 300_000,
  poisonDeliveries: 5,
  deadAfterMs: 86_400_000,
  behindSoonMs: 600_000,
  overtakenWithinMs: 3_600_000,
  overtakenSoonMs: 900_000,
  unevenPercent: 80,
  unevenEntries: 100,
  spareConsumers: 50,
  spareAfterMs: 86_400_000,
  untrimmedEntries: 1_000_000,
  memoryPercent: 90,
  deadLetters: 10,
  deadLettersWithinMs: 3_600_000,
}
