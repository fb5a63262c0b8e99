import type { Rule, RuleNow, RuleRun } from '../../model/rule'
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

/** A rule that is on and was due so many times is run by nobody. */
const NEGLECTED_TIMES = 3
/** Hosts come and go within this. */
const NEGLECTED_MS = 60_000

/** Whether no process ran a rule for long, though it is on and no connection is open for it here. */
export function isNeglected({ phase, everyMs, runs, turns }: RuleNow, nowMs: number): boolean {
  if (phase !== 'closed') return false
  const lastMs = Math.max(runs[0]?.atMs ?? 0, turns[0]?.atMs ?? 0)
  return nowMs - lastMs > Math.max(NEGLECTED_MS, NEGLECTED_TIMES * everyMs)
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

/** Problems that say that nobody is there to be given anything. */
const NOBODY: readonly unknown[] = [
  'recovery.none-active',
  'recovery.none-fit',
  'recovery.no-other-consumer',
  'recovery.others-emptied',
]

/** The server is away, nothing may be changed for now, or nobody is there to be given anything: that is no failure of the rule. */
export function isWaiting(error: RuleRun['error']): boolean {
  if (error === null) return false
  const isNobodyThere = error.code === 'BAD_INPUT' && NOBODY.includes(problemOf(error.data))
  return isNobodyThere || error.code === 'UNREACHABLE' || error.code === 'READ_ONLY'
}

/** The code of what is wrong with an input. */
function problemOf(data: unknown): unknown {
  const problem: unknown = Reflect.get(Object(data) as object, 'problem')
  return Reflect.get(Object(problem) as object, 'code')
}

/** Of what goes wrong in one run after the other, what is told: the first that is more than mere waiting. */
export function worseError(known: RuleRun['error'], next: RuleRun['error']): RuleRun['error'] {
  return known === null || (isWaiting(known) && next !== null && !isWaiting(next)) ? next : known
}

/** Whether a run came to nothing for a reason: one that did something is none that failed, whatever else it could not. */
export function isFailedRun({ changed, failed, error }: RuleRun): boolean {
  return changed === 0 && (failed > 0 || error !== null)
}
