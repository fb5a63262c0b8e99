import { timeOfDay } from '../../shared/format/time-of-day'
import type { QuietHours } from '../../shared/model/alert'
import { words } from '../../shared/words/words'

const DAY_MINUTES = 1_440

/** A stretch of the day, on some days, as a person fills it in; `days` from 0, Sunday. */
export interface WindowForm {
  readonly isOn: boolean
  readonly from: string
  readonly to: string
  readonly days: readonly number[]
}

export const EVERY_DAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6]

export interface WindowFaults {
  readonly from: string | null
  readonly to: string | null
  readonly days: string | null
}

/** What is wrong with what was filled in, in words. Of one that is off nothing is. */
export function windowFaults({ isOn, from, to, days }: WindowForm): WindowFaults {
  if (!isOn) return { from: null, to: null, days: null }
  const [start, end] = [readTimeOfDay(from), readTimeOfDay(to)]
  const isSame = start !== null && start === end
  return {
    from: start === null || start === DAY_MINUTES ? words.window.timeWrong : null,
    to: end === null ? words.window.timeWrong : isSame ? words.window.timesSame : null,
    days: days.length === 0 ? words.window.daysNeeded : null,
  }
}

/** Null: it is off. */
export function readWindow({ isOn, from, to, days }: WindowForm): QuietHours | null {
  const times = { fromMinute: readTimeOfDay(from) ?? 0, toMinute: readTimeOfDay(to) ?? 0 }
  return isOn ? { days: days.toSorted(), ...times } : null
}

/** `empty`: what a form shows while it is off. */
export function windowForm(window: QuietHours | null, empty: WindowForm): WindowForm {
  if (window === null) return { ...empty, isOn: false }
  return { isOn: true, from: timeOfDay(window.fromMinute), to: timeOfDay(window.toMinute), days: window.days }
}

/** Null: it is no time of the day. */
export function readTimeOfDay(text: string): number | null {
  const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(text) ?? []
  if (hours === undefined || minutes === undefined || Number(minutes) > 59) return null
  const minute = Number(hours) * 60 + Number(minutes)
  return minute <= DAY_MINUTES ? minute : null
}
