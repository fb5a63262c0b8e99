import { isDeepStrictEqual } from 'node:util'
import { findingCards, type FindingCard } from '../../../shared/judgement/finding-cards'
import type { Trouble } from '../../../shared/judgement/alerts/trouble'
import { allFindings } from '../../../shared/judgement/findings'
import type { NearlyFull } from '../../../shared/judgement/memory-findings'
import type { Collision } from '../../../shared/judgement/collision'
import type { Growth } from '../../../shared/judgement/growth'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import type { LastWords } from '../../../shared/model/last-words'
import type { StoppedRule } from '../../../shared/model/rule-stop'
import { worstFirst, type TriageRow } from '../../../shared/judgement/triage-row'
import type { VanishedGroup } from '../../../shared/judgement/vanished'
import { withoutSnoozed, type Snoozed } from '../../../shared/judgement/without-snoozed'
import type { GroupReport } from '../../../shared/model/monitoring'
import type { KnownStream } from './known-streams'

/** All groups with the worst first, and what is wrong with them. */
export interface Judged {
  /** Of how many streams. */
  readonly streams: number
  readonly rows: readonly TriageRow[]
  readonly cards: readonly FindingCard[]
  /** Each by itself, also where many are told by one, and what nobody wants to be told. */
  readonly troubles: readonly Trouble[]
  /** Findings that there are and that nobody wants to be told. */
  readonly snoozed: number
  /** Of those that are told, the ids of those that nobody wanted to be told before they got worse. */
  readonly worse: readonly string[]
}

export interface JudgedBeside {
  /** What is missed. */
  readonly vanished: readonly VanishedGroup[]
  /** Who fell silent in a group, and with what. */
  readonly lastWords: (groupId: string) => LastWords
  /** Servers that are nearly at their `maxmemory`. */
  readonly nearlyFull: readonly NearlyFull[]
  /** Rules of the connection that turned themselves off. */
  readonly stoppedRules: readonly StoppedRule[]
  /** Ids of findings that are not to be told, and how bad each was then; null: not known. */
  readonly snoozed: Snoozed
}

/** What is made of all streams together; they come by name, which settles ties. */
export function judgeAll(
  streams: readonly KnownStream[],
  { vanished, nearlyFull, stoppedRules, snoozed, lastWords }: JudgedBeside,
  thresholds: Thresholds,
): Judged {
  const reports = new Map<string, GroupReport>()
  const growths = new Map<string, Growth | null>()
  const collisions = new Map<string, Collision | null>()
  for (const { rows, report, growths: own, collisions: met } of streams) {
    rows.forEach(({ id }, at) => {
      const group = report.groups[at]
      if (group) reports.set(id, group)
      growths.set(id, own[at] ?? null)
      collisions.set(id, met[at] ?? null)
    })
  }
  const rows = worstFirst(streams.flatMap((stream) => stream.rows))
  const sources = {
    rates: (id: string) => reports.get(id)?.rates ?? null,
    peek: (id: string) => reports.get(id)?.peek ?? undefined,
    growth: (id: string) => growths.get(id) ?? null,
    collision: (id: string) => collisions.get(id) ?? null,
    claims: (id: string) => reports.get(id)?.claims ?? null,
    ...{ vanished, nearlyFull, stoppedRules, lastWords },
  }
  const summaries = streams.map(({ report }) => report.summary)
  const all = allFindings(rows, summaries, sources, thresholds)
  const { told, worse } = withoutSnoozed(all.told, snoozed)
  const heard = new Set(told.map(({ id }) => id))
  const troubles = all.singles.map(({ finding, toldAs }) => ({ finding, isSnoozed: !heard.has(toldAs) }))
  const snoozedCount = all.told.length - told.length
  return { streams: streams.length, rows, cards: findingCards(told), troubles, snoozed: snoozedCount, worse }
}

/** Whether a page that was told the one has nothing to learn from the other. */
export function tellTheSame(a: Judged, b: Judged): boolean {
  return a.snoozed === b.snoozed && a.cards.length === b.cards.length && isDeepStrictEqual(a.cards, b.cards)
}
