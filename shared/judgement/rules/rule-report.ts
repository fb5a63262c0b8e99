import { bytesKey } from '../../bytes'
import type { JournalRecord } from '../../model/journal'
import type { RuleNow, RuleRun, RuleTurn } from '../../model/rule'

/** The kinds of action that rules do, as the journal has them. */
const RULE_DEEDS = ['claim', 'spread', 'ack', 'deadLetter', 'handle', 'release'] as const
export type RuleDeed = (typeof RULE_DEEDS)[number]

/** What a rule did by one kind of action, as the journal has it. */
export interface RuleDeeds {
  readonly action: RuleDeed
  readonly entries: number
  readonly streams: number
  /** Recoveries: one of each group that a run found something in. */
  readonly records: number
  /** Beside the entries: those that nobody knows the outcome of. */
  readonly unknown: number
  /** Of the records. */
  readonly undone: number
}

export interface RuleReport {
  readonly rule: RuleNow
  /** None: nothing. What it does may have been another before it was changed. */
  readonly deeds: readonly RuleDeeds[]
  /** Of those that are kept (`RuleNow`), the latest first. None: nobody looked whether there was something to do. */
  readonly runs: readonly RuleRun[]
  /** The oldest first. */
  readonly turns: readonly RuleTurn[]
}

type Told = Pick<JournalRecord, 'at' | 'who' | 'action' | 'key' | 'counts' | 'undo'>

/** What each rule did since a time (ms since 1970), from the journal's records. */
export function ruleReports(
  rules: readonly RuleNow[],
  records: readonly Told[],
  sinceMs: number,
): readonly RuleReport[] {
  return rules.map((rule) => {
    const own = records.filter(({ at, who }) => at >= sinceMs && who?.by === 'rule' && who.ruleId === rule.id)
    return {
      rule,
      deeds: RULE_DEEDS.flatMap((kind) => {
        const alike = own.filter(({ action }) => action === kind)
        return alike.length === 0 ? [] : [deedsOf(kind, alike)]
      }),
      runs: rule.runs.filter(({ atMs }) => atMs >= sinceMs),
      turns: rule.turns.filter(({ atMs }) => atMs >= sinceMs).toReversed(),
    }
  })
}

function deedsOf(action: RuleDeed, records: readonly Told[]): RuleDeeds {
  const sum = (figure: (record: Told) => number): number => records.reduce((all, each) => all + figure(each), 0)
  return {
    action,
    entries: sum(({ counts }) => counts.changed),
    streams: new Set(records.map(({ key }) => bytesKey(key))).size,
    records: records.length,
    unknown: sum(({ counts }) => counts.unknown),
    undone: sum(({ undo }) => (undo.undoneBy === null ? 0 : 1)),
  }
}
