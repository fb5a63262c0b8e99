import { timeOfDay } from '../../shared/format/time-of-day'
import type { Alert } from '../../shared/model/alert'
import { words } from '../../shared/words/words'

/** Of more, the number is told. */
const NAMED = 3

/** By id; null: there is none. */
interface NamesOf {
  readonly connection: (id: string) => string | null
  readonly destination: (id: string) => string | null
}

/** What an alert tells, when, and where, in one line. */
export function alertSummary(alert: Alert, names: NamesOf): string {
  const { destinationIds, kinds, least, connectionIds, stream, group, holdMs, tellsResolved, quiet } = alert
  const titles = some(kinds.map((kind) => words.finding.titles[kind]))
  const every = least === 'bad' ? words.alert.everyBad : words.alert.everyFinding
  const connections = connectionIds.map((id) => names.connection(id) ?? words.alert.goneConnection(id))
  const webhooks = destinationIds.map((id) => names.destination(id) ?? words.alert.goneWebhook(id))
  return [
    kinds.length === 0 ? every : least === 'bad' ? words.alert.onlyBad(titles) : titles,
    connectionIds.length === 0 ? words.alert.onAll : words.alert.on(some(connections)),
    stream === '' ? null : words.alert.streamsLike(stream),
    group === '' ? null : words.alert.groupsLike(group),
    holdMs === 0 ? words.alert.atOnce : words.alert.afterHold(holdMs),
    tellsResolved ? words.alert.andResolved : null,
    quiet && quietText(quiet),
    webhooks.length === 0 ? null : words.alert.tellsTo(some(webhooks)),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

function some(names: readonly string[]): string {
  return words.alert.andMore(names.slice(0, NAMED), Math.max(0, names.length - NAMED))
}

function quietText({ days, fromMinute, toMinute }: NonNullable<Alert['quiet']>): string {
  const named = days.map((day) => words.window.shortDays[day] ?? '').join(', ')
  return words.alert.quietFrom(
    timeOfDay(fromMinute),
    timeOfDay(toMinute),
    days.length === 7 ? '' : words.alert.onDays(named),
  )
}
