import type { Rule, RuleRun } from '../../model/rule'
import { isQuiet } from '../alerts/quiet-hours'

/** So many runs that failed, one after the other, stop a rule. */
export const MOST_FAILED_RUNS = 3

/** Why a rule that is on does not run at this time (ms since 1970), by the clocks of a time zone; null: it may. */
export function waitsFor({ window, untilMs }: Rule, nowMs: number, zone: string): 'over' | 'outside' | null {
  if (untilMs !== null && nowMs >= untilMs) return 'over'
  return window !== null && !isQuiet(window, nowMs, zone) ? 'outside' : null
}

/** Whether so long has passed since its last run began. A clock that was set back makes it due as well. */
export function isDue({ everyMs }: Rule, lastMs: number | null, nowMs: number): boolean {
  return lastMs === null || Math.abs(nowMs - lastMs) >= everyMs
}

/** The day by the clocks of a time zone, as 2024-02-29. */
export function dayOf(nowMs: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'gregory', timeZone: zone },
  }).formatToParts(nowMs)
  return (['year', 'month', 'day'] as const).map((type) => parts.find((part) => part.type === type)?.value).join('-')
}

/** Entries that may be taken still today, `day` being the one of `done`. */
export function leftToday({ mostPerDay }: Rule, done: { readonly day: string; readonly count: number }, day: string) {
  return Math.max(0, mostPerDay - (done.day === day ? done.count : 0))
}

/** Whether a run came to nothing for a reason: one that did something is none that failed, whatever else it could not. */
export function isFailedRun({ changed, failed, error }: RuleRun): boolean {
  return changed === 0 && (failed > 0 || error !== null)
}
