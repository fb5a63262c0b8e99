/** How closely the past is kept, and for how long. */
export interface Tier {
  readonly stepMs: number
  /** One file holds so much; a new one begins with all there is. */
  readonly fileMs: number
  readonly keepMs: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const TIERS: readonly Tier[] = [
  { stepMs: 10 * SECOND, fileMs: 30 * MINUTE, keepMs: 3 * HOUR },
  { stepMs: MINUTE, fileMs: 6 * HOUR, keepMs: 2 * DAY },
  { stepMs: 10 * MINUTE, fileMs: 3 * DAY, keepMs: 30 * DAY },
]
