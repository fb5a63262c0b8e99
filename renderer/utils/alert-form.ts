import type { Alert, AlertFields, AlertKind } from '../../shared/model/alert'
import { words } from '../../shared/words/words'
import { EVERY_DAY, readWindow, windowFaults, windowForm, type WindowFaults, type WindowForm } from './time-window'

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

/** Of the form of an alert, its quiet hours. */
export function quietForm({ isQuiet, from, to, days }: AlertForm): WindowForm {
  return { isOn: isQuiet, from, to, days }
}

export function formOf(alert: Alert): AlertForm {
  const { holdMs, quiet, ...same } = alert
  const { isOn, ...times } = windowForm(quiet, quietForm(EMPTY_FORM))
  return { ...same, holdSeconds: Math.round(holdMs / 1_000), isQuiet: isOn, ...times }
}

export interface FormFaults extends WindowFaults {
  readonly name: string | null
}

/** What is wrong with what was filled in, in words, field by field. */
export function faultsOf(form: AlertForm): FormFaults {
  return { name: form.name.trim() === '' ? words.listed.nameNeeded : null, ...windowFaults(quietForm(form)) }
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
  return {
    ...{ name: name.trim(), kinds: [...kinds], least, connectionIds: [...connectionIds], stream, group },
    ...{ holdMs: holdSeconds * 1_000, tellsResolved, isPaused, notifies, destinationIds: [...destinationIds] },
    quiet: readWindow(quietForm(form)),
  }
}
