const DAY_MS = 86_400_000
/** What is younger than this stays, however much it is: somebody may just have trimmed too much. */
const ALWAYS_KEPT_MS = 7 * DAY_MS

/** What was saved before it was removed or overwritten: one file, or several that belong together. */
export interface SavedFile {
  readonly name: string
  readonly bytes: number
  /** When it was last written to, ms since 1970. */
  readonly changedAt: number
  /** An undo that is still offered, or a job that runs, would be lost with it. */
  readonly isNeeded: boolean
}

export interface RetentionLimits {
  /** 0: however old. */
  readonly keepDays: number
  /** What all of them may hold together; 0: however much. */
  readonly keepBytes: number
}

/**
 * Which saved files go: those that are too old, then the oldest ones until the rest is within the limit. Never one that is
 * needed, and never one of the last week.
 */
export function expiredFiles<F extends SavedFile>(
  files: readonly F[],
  { keepDays, keepBytes }: RetentionLimits,
  nowMs: number,
): readonly F[] {
  let held = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const expired: F[] = []
  for (const file of files.toSorted((a, b) => a.changedAt - b.changedAt)) {
    const ageMs = nowMs - file.changedAt
    const isTooOld = keepDays > 0 && ageMs > keepDays * DAY_MS
    const isTooMuch = keepBytes > 0 && held > keepBytes
    if (file.isNeeded || ageMs <= ALWAYS_KEPT_MS || (!isTooOld && !isTooMuch)) continue
    expired.push(file)
    held -= file.bytes
  }
  return expired
}
