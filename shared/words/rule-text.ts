import { displayName } from '../format/display-name'
import { formatNoun } from '../format/format-count'
import { formatDuration } from '../format/format-duration'
import { formatMinute } from '../format/format-time'
import { timeOfDay } from '../format/time-of-day'
import { isFailedRun } from '../judgement/rules/due'
import type { RuleDeeds, RuleReport } from '../judgement/rules/rule-report'
import type { DryRun, RuleAction, RuleFields, RuleRun, RuleTurn } from '../model/rule'
import { errorText, errorWords } from './errors'
import { words } from './words'

/** What a rule does, of what, when, and how much of it, in one line. `connection` null: it is no more. */
export function ruleSummary(rule: RuleFields, connection: string | null): string {
  const { everyMs, window, untilMs, mostPerRun, mostPerDay } = rule
  return [
    ruleWhat(rule),
    words.rule.on(connection ?? words.rule.goneConnection),
    words.rule.everyMs(everyMs),
    window && words.rule.windowFrom(timeOfDay(window.fromMinute), timeOfDay(window.toMinute)),
    untilMs === null ? null : words.rule.untilTime(formatMinute(untilMs)),
    words.rule.atMost(mostPerRun, mostPerDay),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

/** What it does, and of what. */
export function ruleWhat({ action, stream, group, minIdleMs, minDeliveries }: RuleFields): string {
  const what = words.rule.what(actionText(action), stream, group, formatDuration(minIdleMs))
  return minDeliveries === null ? what : `${what} · ${words.rule.deliveredOften(minDeliveries)}`
}

function actionText(action: RuleAction): string {
  switch (action.kind) {
    case 'claim':
      return words.rule.claimTo(displayName(action.to))
    case 'handle':
      return words.rule.writeTo(displayName(action.prefix))
    case 'deadLetter':
      return words.rule.deadTo(action.stream === null ? null : displayName(action.stream))
    case 'spread':
    case 'ackGone':
      return words.rule.actions[action.kind]
    case 'release':
      return words.rule.releaseAs(action.mode)
  }
}

/** Who turned it on or off, and by which door; or why it turned itself off. */
export function turnText(turn: RuleTurn): string {
  return turn.what === 'stopped'
    ? words.rule.stopped(turn.why)
    : words.rule.turns[turn.what](words.journal.whoWas(turn.who), words.rule.doors[turn.door])
}

/** What a dry run found, in sentences, but for its plans. */
export function dryRunText({ streams, groups, entries, plans, more, isCapped, error }: DryRun): readonly string[] {
  return [
    words.rule.found(streams, groups, entries),
    ...(plans.length === 0 && error === null ? [words.rule.foundNothing] : []),
    ...(more > 0 ? [words.rule.moreGroups(more)] : []),
    ...(isCapped ? [words.rule.capped] : []),
  ]
}

/** What a rule did, in one sentence. */
export function ruleReportText(report: RuleReport): string {
  const { rule, deeds, turns } = report
  const did = deeds
    .filter(({ entries, unknown }) => entries + unknown > 0)
    .map((each) => {
      const entries = formatNoun(each.entries, 'entry', 'entries')
      const what = words.rule.did[each.action](entries, formatNoun(each.streams, 'stream'))
      return [what, words.rule.inRecoveries(each.records), ...exceptions(each)].join(' ')
    })
  const turned = turns.map((turn) => words.rule.turnedAt(lowerFirst(turnText(turn)), formatMinute(turn.atMs)))
  return `${rule.name} ${[did.length === 0 ? whyNothing(report) : did.join(', '), ...turned].join('; ')}.`
}

/** Of a rule that did nothing. */
function whyNothing({ rule: { phase }, runs, turns }: RuleReport): string {
  const [latest] = runs
  if (latest !== undefined) return runs.every(isFailedRun) ? cameToNothing(latest) : words.rule.didNothing
  if (turns.length > 0 || (phase !== 'off' && phase !== 'over')) return words.rule.wasNotRun
  return phase === 'over' ? words.rule.wasOver : words.rule.wasOff
}

function cameToNothing(run: RuleRun): string {
  const why = run.error === null ? words.rule.run(run) : (errorWords(run.error)?.title ?? errorText(run.error))
  return words.rule.cameToNothing(why)
}

function exceptions({ unknown, undone }: RuleDeeds): readonly string[] {
  return [
    ...(unknown > 0 ? [words.rule.ofThemUnknown(unknown)] : []),
    ...(undone > 0 ? [words.rule.undoneSince(undone)] : []),
  ]
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
