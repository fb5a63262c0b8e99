import type { Bytes } from '../../shared/bytes'
import { formatMinute } from '../../shared/format/format-time'
import { shownZone } from '../../shared/time/shown-zone'
import { readWhen } from '../../shared/time/read-when'
import { ruleFault } from '../../shared/judgement/rules/rule-fault'
import { canNeverAct } from '../../shared/judgement/rules/known-for-good'
import type { ConnectionProfile } from '../../shared/model/connection'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import type { Selection } from '../../shared/model/selection'
import type { RuleAction, RuleFields } from '../../shared/model/rule'
import { words } from '../../shared/words/words'
import { patternOf } from './pattern-of'
import { EVERY_DAY, readWindow, windowFaults, windowForm, type WindowFaults, type WindowForm } from './time-window'

type Mode = Extract<RuleAction, { kind: 'release' }>['mode']

/** A rule as a person fills it in. Null: what is typed is no number, or nothing where that may be. */
export interface RuleForm {
  readonly name: string
  readonly connectionId: string
  readonly stream: string
  readonly group: string
  readonly idleSeconds: number | null
  readonly minDeliveries: number | null
  readonly kind: RuleAction['kind']
  readonly to: string
  readonly deadStream: string
  readonly prefix: string
  readonly idField: string
  readonly mode: Mode
  readonly everySeconds: number | null
  readonly mostPerRun: number | null
  readonly mostPerDay: number | null
  readonly window: WindowForm
  /** "2030-12-31 18:00"; empty: no end. */
  readonly end: string
}

export const EMPTY_RULE: RuleForm = {
  ...{ name: '', connectionId: '', stream: '', group: '*', idleSeconds: 60, minDeliveries: null },
  ...{ kind: 'claim', to: '', deadStream: '', prefix: '', idField: '', mode: 'SILENT' },
  ...{ everySeconds: 20, mostPerRun: 500, mostPerDay: 10_000 },
  ...{ window: { isOn: false, from: '22:00', to: '06:00', days: EVERY_DAY }, end: '' },
}

/** A name that is no text can't be typed: it is asked for anew. */
const typed = (value: Bytes | null): string => (typeof value === 'string' ? value : '')

export function ruleFormOf(rule: RuleFields): RuleForm {
  const { action, window, untilMs } = rule
  return {
    ...EMPTY_RULE,
    ...{ name: rule.name, connectionId: rule.connectionId, stream: rule.stream, group: rule.group },
    ...{ idleSeconds: rule.minIdleMs / 1_000, minDeliveries: rule.minDeliveries, kind: action.kind },
    ...('to' in action ? { to: typed(action.to) } : {}),
    ...(action.kind === 'deadLetter' ? { deadStream: typed(action.stream) } : {}),
    ...(action.kind === 'handle' ? { prefix: typed(action.prefix), idField: typed(action.idField) } : {}),
    ...(action.kind === 'release' ? { mode: action.mode } : {}),
    ...{ everySeconds: rule.everyMs / 1_000, mostPerRun: rule.mostPerRun, mostPerDay: rule.mostPerDay },
    window: windowForm(window, EMPTY_RULE.window),
    end: untilMs === null ? '' : formatMinute(untilMs),
  }
}

type Checked = 'name' | 'connectionId' | 'stream' | 'group' | 'to' | 'minDeliveries' | 'mostPerDay' | 'end'

export interface RuleFaults extends Readonly<Record<Checked, string | null>> {
  readonly window: WindowFaults
}

/** Whether a person names who gets the entries. */
export function namesConsumer(kind: RuleAction['kind']): boolean {
  return kind === 'claim' || kind === 'handle'
}

/** What is wrong with what was filled in, in words, field by field. */
export function ruleFaults(form: RuleForm, nowMs: number): RuleFaults {
  const { name, connectionId, stream, group, end, kind } = form
  const endMs = readTime(end)
  const whole = ruleFault(fieldsOf(form), nowMs)?.field
  return {
    name: name.trim() === '' ? words.listed.nameNeeded : null,
    connectionId: connectionId === '' ? words.rule.connectionNeeded : null,
    stream: stream.trim() === '' ? words.rule.patternNeeded : null,
    group: group.trim() === '' ? words.rule.patternNeeded : null,
    to: namesConsumer(kind) && form.to === '' ? words.rule.toNeeded : null,
    minDeliveries: whole === 'minDeliveries' ? words.rule.deliveriesNeeded : null,
    mostPerDay: whole === 'mostPerDay' ? words.rule.perDayFault : null,
    end: end.trim() !== '' && (endMs === null || endMs <= nowMs) ? words.rule.untilFault : null,
    window: windowFaults(form.window),
  }
}

/** Null: something is wrong with it. */
export function readRuleForm(form: RuleForm, nowMs: number): RuleFields | null {
  const numbers = [form.idleSeconds, form.everySeconds, form.mostPerRun, form.mostPerDay]
  const { window, ...faults } = ruleFaults(form, nowMs)
  const all = [faults, window].flatMap((some) => Object.values<string | null>({ ...some }))
  const isFaulty = all.some((fault) => fault !== null)
  return isFaulty || numbers.includes(null) ? null : fieldsOf(form)
}

function fieldsOf(form: RuleForm): RuleFields {
  return {
    ...{ name: form.name.trim(), connectionId: form.connectionId },
    ...{ stream: form.stream.trim(), group: form.group.trim() },
    ...{ minIdleMs: (form.idleSeconds ?? 0) * 1_000, minDeliveries: form.minDeliveries, action: actionOf(form) },
    ...{ everyMs: (form.everySeconds ?? 0) * 1_000 },
    ...{ mostPerRun: form.mostPerRun ?? 0, mostPerDay: form.mostPerDay ?? 0 },
    window: readWindow(form.window),
    untilMs: readTime(form.end),
  }
}

function actionOf({ kind, to, deadStream, prefix, idField, mode }: RuleForm): RuleAction {
  switch (kind) {
    case 'claim':
      return { kind, to }
    case 'deadLetter':
      return { kind, stream: deadStream === '' ? null : deadStream }
    case 'handle':
      return { kind, to, prefix, idField: idField === '' ? null : idField }
    case 'spread':
    case 'ackGone':
      return { kind }
    case 'release':
      return { kind, mode }
  }
}

/** As times are shown where it names no zone, ms since 1970. Null: it is no such time, or was there twice. */
function readTime(text: string): number | null {
  if (!/^\s*\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}/.test(text)) return null
  const read = readWhen(text, { bound: 'low', nowMs: Date.now(), zone: shownZone() })
  return 'id' in read ? read.atMs : null
}

/** A rule that does what a plan does, of the same group and as long idle; null: no rule does that, or none on this connection. What can't be typed is asked for. */
export function ruleFormFor(
  { connectionId, key, group }: { readonly connectionId: string; readonly key: Bytes; readonly group: Bytes },
  selection: Selection,
  action: RecoveryAction,
  connection: Pick<ConnectionProfile, 'environment'>,
): RuleForm | null {
  const { minIdleMs, minDeliveries, presence } = selection.kind === 'matching' ? selection.criteria : {}
  const kind = kindFor(action, presence === 'gone')
  if (kind === null || canNeverAct({ kind }, connection)) return null
  const idleMs = minIdleMs ?? (action.kind === 'handle' ? action.minIdleMs : 0)
  return {
    ...EMPTY_RULE,
    ...{ connectionId, stream: patternOf(key), group: patternOf(group), kind },
    idleSeconds: idleMs >= 1_000 ? Math.round(idleMs / 1_000) : EMPTY_RULE.idleSeconds,
    minDeliveries: minDeliveries ?? (kind === 'deadLetter' ? 5 : null),
    to: action.kind === 'claim' || action.kind === 'handle' ? typed(action.to) : '',
    ...(action.kind === 'deadLetter' ? { deadStream: typed(action.stream) } : {}),
    ...(action.kind === 'handle' ? { prefix: typed(action.prefix), idField: typed(action.idField) } : {}),
    ...(action.kind === 'release' ? { mode: action.mode } : {}),
  }
}

/** What a rule has for an action; null: nothing. One that spreads chooses the consumers itself, and one that acks takes only what is gone. */
function kindFor(action: RecoveryAction, onlyGone: boolean): RuleAction['kind'] | null {
  switch (action.kind) {
    case 'claim':
    case 'handle':
    case 'deadLetter':
    case 'release':
      return action.kind
    case 'spread':
      return action.to === null ? 'spread' : null
    case 'ack':
      return onlyGone ? 'ackGone' : null
    case 'ackDelete':
    case 'autoClaim':
    case 'requeue':
      return null
  }
}
