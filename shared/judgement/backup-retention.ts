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
  /** A file of entries that was read, and that no import was begun of: nothing was removed or overwritten. */
  readonly isStaged?: boolean
}

export interface RetentionLimits {
  /** 0: however old. */
  readonly keepDays: number
  /** What all of them may hold together; 0: however much. */
  readonly keepBytes: number
}

/**
 * Which saved files go: those that are too old, then the oldest ones until the rest is within the limit. Never one that is
 * needed, and never one of the last week. What is staged takes no room from these, and goes after a day: whoever looked at it has left.
 */
export function expiredFiles<F extends SavedFile>(
  files: readonly F[],
  { keepDays, keepBytes }: RetentionLimits,
  nowMs: number,
): readonly F[] {
  const [staged, saved] = [files.filter(isStaged), files.filter((file) => !isStaged(file))]
  const expired = staged.filter(({ changedAt }) => nowMs - changedAt > DAY_MS)
  let held = saved.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const file of saved.toSorted((a, b) => a.changedAt - b.changedAt)) {
    const ageMs = nowMs - file.changedAt
    const isTooOld = keepDays > 0 && ageMs > keepDays * DAY_MS
    const isTooMuch = keepBytes > 0 && held > keepBytes
    if (file.isNeeded || ageMs <= ALWAYS_KEPT_MS || (!isTooOld && !isTooMuch)) continue
    expired.push(file)
    held -= file.bytes
  }
  return expired
}

function isStaged({ isStaged = false, isNeeded }: SavedFile): boolean {
  return isStaged && !isNeeded
}
