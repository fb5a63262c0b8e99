import { expect, test } from 'vitest'
import { ruleReports } from '../../../../shared/judgement/rules/rule-report'
import type { RuleNow, RuleTurn } from '../../../../shared/model/rule'
import { ruleReportText } from '../../../../shared/words/rule-text'
import { ANY_RULE } from '../../../helpers/any-rule'

const NOON = new Date(2026, 0, 15, 12).getTime()
const HOUR = 3_600_000
const anna = { who: { by: 'user', name: 'anna' }, door: 'web' } as const
const rule: RuleNow = {
  ...{ ...ANY_RULE, id: 'r1', name: 'dead-workers', connectionId: 'c1', phase: 'on', stopped: null },
  ...{ provenAtMs: null, doneToday: 0, runs: [], turns: [] },
}
const counts = { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }
const undo = { possible: true, note: { code: 'undo.claim', params: {} } as never, undoneBy: null }
const record = (key: string, changed: number, more: object = {}) => ({
  ...{
    at: NOON,
    who: { by: 'rule', name: 'dead-workers', ruleId: 'r1' } as const,
    action: 'handle' as const,
    key,
    undo,
  },
  ...{ counts: { ...counts, changed } },
  ...more,
})
const said = (
  records: Parameters<typeof ruleReports>[1],
  turns: readonly RuleTurn[] = [],
  phase: RuleNow['phase'] = 'on',
  runs: RuleNow['runs'] = [],
) => ruleReports([{ ...rule, turns, phase, runs }], records, NOON - HOUR).map(ruleReportText)

test('entries, streams and recoveries since then, by this rule and nobody else', () => {
  const others = [
    record('a', 1_000, { at: NOON - HOUR - 1 }),
    record('a', 1_000, { who: { by: 'rule', name: 'dead-workers', ruleId: 'r2' } }),
    record('a', 1_000, { who: { by: 'user', name: 'dead-workers' } }),
    record('a', 1_000, { who: null }),
  ]
  expect(said([record('a', 20), record('b', 3), record('a', 100), ...others])).toEqual([
    'dead-workers wrote 123 entries of 2 streams to hashes and acked them in 3 recoveries.',
  ])
})

test('what it did by another text, what is not known, and what was undone', () => {
  const records = [
    record('a', 1),
    record('a', 2, { action: 'claim', undo: { ...undo, undoneBy: 'x' } }),
    record('b', 0, { action: 'claim', counts: { ...counts, unknown: 5 } }),
  ]
  expect(said(records)).toEqual([
    'dead-workers claimed 2 entries of 2 streams in 2 recoveries (of 5 more entries the outcome is not known) (1 of them was undone since), ' +
      'wrote 1 entry of 1 stream to hashes and acked them in 1 recovery.',
  ])
})

test('when it was turned on and off and why it stopped, the oldest first', () => {
  const turns: RuleTurn[] = [
    { what: 'stopped', atMs: NOON + 60_000, why: 'day-budget' },
    { what: 'on', atMs: NOON, ...anna },
    { what: 'off', atMs: NOON - HOUR - 1, ...anna },
  ]
  expect(said([], turns, 'off')).toEqual([
    'dead-workers was on, but was not run; turned on by anna, in the browser (2026-01-15 12:00); ' +
      'turned itself off: there was more to do than it may in a day (2026-01-15 12:01).',
  ])
  expect(said([], [], 'off')).toEqual(['dead-workers was off.'])
})

test('where it did nothing: whether anybody looked, and what came of it', () => {
  const run = (more: Partial<RuleNow['runs'][number]> = {}, atMs = NOON) => ({
    ...{ atMs, changed: 0, failed: 0, groups: 0, recordIds: [], error: null, ...more },
  })
  const refused = { code: 'READ_ONLY', data: { connection: null } }
  expect(said([], [], 'on', [run()])).toEqual(['dead-workers found nothing to do.'])
  expect(said([], [], 'closed', [run({}, NOON - HOUR - 1)])).toEqual(['dead-workers was on, but was not run.'])
  expect(said([], [], 'over')).toEqual(['dead-workers was over.'])
  expect(said([], [], 'on', [run({ error: refused }), run()])).toEqual(['dead-workers found nothing to do.'])
  expect(said([], [], 'on', [run({ error: refused })])).toEqual([
    'dead-workers came to nothing: This Sluice is read-only.',
  ])
  expect(said([record('a', 0)], [], 'on', [run({ failed: 2, groups: 1 })])).toEqual([
    'dead-workers came to nothing: 0 entries in 1 group, 2 refused.',
  ])
})
