import { displayName } from '../../shared/format/display-name'
import { formatDuration } from '../../shared/format/format-duration'
import { formatLocalMinute } from '../../shared/format/format-time'
import type { RuleAction, RuleFields } from '../../shared/model/rule'
import { words } from '../../shared/words/words'
import { timeOfDay } from './time-window'

/** What a rule does, of what, when, and how much of it, in one line. `connection` null: it is no more. */
export function ruleSummary(rule: RuleFields, connection: string | null): string {
  const { action, stream, group, minIdleMs, minDeliveries, everyMs, window, untilMs, mostPerRun, mostPerDay } = rule
  return [
    words.rule.what(actionText(action), stream, group, formatDuration(minIdleMs)),
    minDeliveries === null ? null : words.rule.deliveredOften(minDeliveries),
    words.rule.on(connection ?? words.rule.goneConnection),
    words.rule.everyMs(everyMs),
    window && words.rule.windowFrom(timeOfDay(window.fromMinute), timeOfDay(window.toMinute)),
    untilMs === null ? null : words.rule.untilTime(formatLocalMinute(untilMs)),
    words.rule.atMost(mostPerRun, mostPerDay),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

function actionText(action: RuleAction): string {
  switch (action.kind) {
    case 'claim':
      return words.rule.claimTo(displayName(action.to))
    case 'handle':
      return words.rule.writeTo(displayName(action.prefix))
    case 'deadLetter':
      return words.rule.deadTo(action.stream === null ? null : displayName(action.stream))
  }
}
