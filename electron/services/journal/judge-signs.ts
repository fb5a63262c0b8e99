import { folderTime, timeOf } from './sign-files'

export interface JudgeTimes {
  readonly beatMs: number
  /** One that gave none for so long is taken for dead by those that can't look it up. */
  readonly deadMs: number
}

/** Tells by its signs of life whether a process that can't be looked up is alive. */
export function createJudge(folder: string, { deadMs, beatMs }: JudgeTimes) {
  const seen = new Map<string, { readonly mark: string; readonly since: number }>()
  /** How far the clock of the system is ahead of the one that stands still while the machine sleeps. */
  let skew = Date.now() - performance.now()
  let jumpedAt = -Infinity

  return async (file: string): Promise<boolean> => {
    const now = performance.now()
    const skewNow = Date.now() - now
    if (Math.abs(skewNow - skew) > beatMs / 2) jumpedAt = now
    skew = skewNow
    const mark = await timeOf(file)
    if (mark === null) {
      seen.delete(file)
      return false
    }
    const before = seen.get(file)
    const since = before?.mark === String(mark) ? before.since : now
    seen.set(file, { mark: String(mark), since })
    if (now - since > deadMs) return false
    return (await folderTime(folder)) - mark <= deadMs || now - jumpedAt <= deadMs
  }
}
