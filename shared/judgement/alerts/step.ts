import type { Alert } from '../../model/alert'
import { subjectMatcher } from './matches'
import type { OwnSight } from './own-sight'
import { isQuiet } from './quiet-hours'
import type { Standing } from './standing'
import { sameTrouble, subjectOf, type Subject, type Trouble } from './trouble'

/** Of one alert and connection; of more, those that matter most. */
export const MOST_STANDING = 500
/** What comes within so much of what was told last is told together. */
const GATHER_MS = 10_000
/** So long another process may still see what was before, or not yet what is there. */
const SETTLE_MS = 90_000
/** What stands is noted as seen so often; what was not seen for longer, and was not told, begins anew. */
const SEEN_EVERY_MS = 60_000
const UNSEEN_MS = 3 * SEEN_EVERY_MS
/** What was told, and was not seen for so long by anybody, is forgotten; nobody is told that it is resolved. */
const FORGET_MS = 7 * 86_400_000

export interface StepInput {
  /** One that is about this connection, and not paused. */
  readonly alert: Alert
  readonly connectionId: string
  /** Of this alert and connection. */
  readonly standing: readonly Standing[]
  /** All there is on this connection now, what matters most first. */
  readonly troubles: readonly Trouble[]
  /** Whether a finding that is not there has been looked for. */
  readonly wasLookedFor: (subject: Subject) => boolean
  readonly own: OwnSight
  /** ms since 1970, and by the clocks of which time zone its quiet hours are. */
  readonly nowMs: number
  readonly zone: string
}

export interface Step {
  readonly standing: readonly Standing[]
  /** False: all is as it was. */
  readonly isChanged: boolean
  /** What is to be told now. */
  readonly raised: readonly Trouble[]
  readonly resolved: readonly Standing[]
}

/** What one alert makes of what is there: each finding is told once it has stood for so long, and once while it stands. */
export function stepAlert(input: StepInput): Step {
  const { alert, standing, troubles, nowMs, zone } = input
  const isMine = subjectMatcher(alert)
  const known = new Map(standing.map((one) => [one.findingId, one]))
  const there = new Map<string, Trouble>()
  const same = new Set<string>()
  for (const trouble of troubles) {
    const subject = subjectOf(trouble.finding)
    same.add(sameTrouble(subject, trouble.finding.id))
    if (isMine(subject)) there.set(trouble.finding.id, trouble)
  }

  const next: Standing[] = []
  for (const one of standing) {
    if (!isMine(one)) continue
    const now = there.has(one.findingId)
      ? whileThere(one, input)
      : whileGone(one, input, same.has(sameTrouble(one, one.findingId)))
    if (now) next.push(now)
  }
  for (const { finding } of there.values()) {
    if (next.length >= MOST_STANDING) break
    if (!known.has(finding.id)) next.push(begun(input, finding.id, subjectOf(finding)))
  }

  const isSilent = isQuiet(alert.quiet, nowMs, zone) || !isLongAgo(lastTold(standing), nowMs, GATHER_MS)
  const raised: Trouble[] = []
  const resolved: Standing[] = []
  const told = isSilent ? next : next.map((one) => tell(one, there.get(one.findingId), input, { raised, resolved }))
  const isChanged = told.length !== standing.length || told.some((one) => one !== known.get(one.findingId))
  return { standing: told, isChanged, raised, resolved }
}

function begun({ alert, connectionId, nowMs }: StepInput, findingId: string, subject: Subject): Standing {
  const times = { sinceMs: nowMs, seenMs: nowMs, phaseMs: nowMs }
  return { alertId: alert.id, connectionId, findingId, ...subject, phase: 'held', ...times }
}

function whileThere(one: Standing, input: StepInput): Standing {
  const { own, nowMs } = input
  const { phase, seenMs, phaseMs } = one
  if (phase === 'held' || phase === 'told') {
    if (phase === 'held' && isLongAgo(seenMs, nowMs, UNSEEN_MS)) return begun(input, one.findingId, one)
    return isLongAgo(seenMs, nowMs, SEEN_EVERY_MS) ? { ...one, seenMs: nowMs } : one
  }
  // Seen all the time: by looks that may be older than the one which showed that it is gone.
  const isBack = (own.since(one.findingId) ?? 0) > phaseMs || isLongAgo(phaseMs, nowMs, SETTLE_MS)
  if (!isBack) return one
  // That it was gone was not told: it stands still, for all that anybody knows.
  return phase === 'owed' ? { ...one, phase: 'told', seenMs: nowMs, phaseMs: nowMs } : begun(input, one.findingId, one)
}

/** Null: nothing is to be known of it any more. */
function whileGone(
  one: Standing,
  { alert, own, nowMs, wasLookedFor }: StepInput,
  isAnotherNow: boolean,
): Standing | null {
  if (one.phase === 'owed') return one
  if (one.phase === 'cured') return isLongAgo(one.phaseMs, nowMs, SETTLE_MS) ? null : one
  if (nowMs - one.seenMs > FORGET_MS) return null
  if (isAnotherNow || !wasLookedFor(one)) return one
  const isSettled = nowMs - Math.max(own.beganMs, one.phaseMs) > SETTLE_MS
  if (!own.sawItGo(one.findingId) && !isSettled) return one
  const isTold = one.phase === 'told' && alert.tellsResolved
  return { ...one, phase: isTold ? 'owed' : 'cured', phaseMs: nowMs }
}

interface ToTell {
  readonly raised: Trouble[]
  readonly resolved: Standing[]
}

function tell(one: Standing, trouble: Trouble | undefined, { alert, nowMs }: StepInput, to: ToTell): Standing {
  if (one.phase === 'owed') {
    to.resolved.push(one)
    return { ...one, phase: 'cured' }
  }
  if (one.phase !== 'held' || !trouble || trouble.isSnoozed || nowMs - one.sinceMs < alert.holdMs) return one
  to.raised.push(trouble)
  return { ...one, phase: 'told', phaseMs: nowMs, seenMs: nowMs }
}

/** When something was told last, as far as that is known. */
function lastTold(standing: readonly Standing[]): number {
  return standing.reduce((last, { phase, phaseMs }) => (phase === 'told' ? Math.max(last, phaseMs) : last), 0)
}

/** A clock may have been set back: a time that is to come is as good as one long ago. */
function isLongAgo(atMs: number, nowMs: number, forMs: number): boolean {
  return nowMs < atMs || nowMs - atMs >= forMs
}
