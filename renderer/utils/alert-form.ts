import type { Alert, AlertFields, AlertKind } from '../../shared/model/alert'
import { words } from '../../shared/words/words'

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6] as const
const DAY_MINUTES = 1_440

/** An alert as a person fills it in. */
export interface AlertForm {
  readonly name: string
  readonly kinds: readonly AlertKind[]
  readonly least: Alert['least']
  readonly connectionIds: readonly string[]
  readonly stream: string
  readonly group: string
  /** Null: what is typed is no number. */
  readonly holdSeconds: number | null
  readonly tellsResolved: boolean
  readonly isQuiet: boolean
  readonly from: string
  readonly to: string
  readonly days: readonly number[]
  readonly isPaused: boolean
  readonly notifies: boolean
  readonly destinationIds: readonly string[]
}

export const EMPTY_FORM: AlertForm = {
  name: '',
  kinds: [],
  least: 'bad',
  connectionIds: [],
  stream: '',
  group: '',
  holdSeconds: 60,
  tellsResolved: true,
  isQuiet: false,
  from: '22:00',
  to: '07:00',
  days: EVERY_DAY,
  isPaused: false,
  notifies: true,
  destinationIds: [],
}

export function formOf(alert: Alert): AlertForm {
  const { holdMs, quiet, ...same } = alert
  const { days, from, to } = EMPTY_FORM
  const times = quiet && { days: quiet.days, from: timeOfDay(quiet.fromMinute), to: timeOfDay(quiet.toMinute) }
  return { ...same, holdSeconds: Math.round(holdMs / 1_000), isQuiet: quiet !== null, ...(times ?? { days, from, to }) }
}

export interface FormFaults {
  readonly name: string | null
  readonly from: string | null
  readonly to: string | null
  readonly days: string | null
}

/** What is wrong with what was filled in, in words, field by field. */
export function faultsOf({ name, isQuiet, from, to, days }: AlertForm): FormFaults {
  const start = isQuiet ? readTimeOfDay(from) : 0
  const end = isQuiet ? readTimeOfDay(to) : 1
  const isSame = start !== null && start === end
  return {
    name: name.trim() === '' ? words.alert.nameNeeded : null,
    from: start === null || start === DAY_MINUTES ? words.alert.timeWrong : null,
    to: end === null ? words.alert.timeWrong : isSame ? words.alert.timesSame : null,
    days: isQuiet && days.length === 0 ? words.alert.daysNeeded : null,
  }
}

/** Null: something is wrong with it. */
export function readForm(form: AlertForm): AlertFields | null {
  const {
    name,
    kinds,
    least,
    connectionIds,
    stream,
    group,
    holdSeconds,
    tellsResolved,
    isPaused,
    notifies,
    destinationIds,
  } = form
  if (holdSeconds === null || Object.values(faultsOf(form)).some((fault) => fault !== null)) return null
  const times = { fromMinute: readTimeOfDay(form.from) ?? 0, toMinute: readTimeOfDay(form.to) ?? 0 }
  return {
    ...{ name: name.trim(), kinds: [...kinds], least, connectionIds: [...connectionIds], stream, group },
    ...{ holdMs: holdSeconds * 1_000, tellsResolved, isPaused, notifies, destinationIds: [...destinationIds] },
    quiet: form.isQuiet ? { days: form.days.toSorted(), ...times } : null,
  }
}

/** Minutes since midnight as "07:05"; the end of a day is 24:00. */
export function timeOfDay(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** Null: it is no time of the day. */
export function readTimeOfDay(text: string): number | null {
  const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(text) ?? []
  if (hours === undefined || minutes === undefined || Number(minutes) > 59) return null
  const minute = Number(hours) * 60 + Number(minutes)
  return minute <= DAY_MINUTES ? minute : null
}
