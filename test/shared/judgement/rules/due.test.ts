import { expect, test } from 'vitest'
import {
  dayOf,
  isDue,
  isFailedRun,
  isNeglected,
  isWaiting,
  leftToday,
  waitsFor,
  worseError,
} from '../../../../shared/judgement/rules/due'
import { ruleFault } from '../../../../shared/judgement/rules/rule-fault'
import { ruleFields, type Rule, type RuleNow } from '../../../../shared/model/rule'
import { ANY_RULE } from '../../../helpers/any-rule'

const NOON = Date.UTC(2026, 0, 15, 12) // a Thursday
const HOUR = 3_600_000
const RULE: Rule = { ...ANY_RULE, id: 'r', connectionId: 'c' }

test('it is due once its time has passed, and where the clock was set back', () => {
  expect(isDue(RULE, null, NOON)).toBe(true)
  expect(isDue(RULE, NOON, NOON + 4_999)).toBe(false)
  expect(isDue(RULE, NOON, NOON + 5_000)).toBe(true)
  expect(isDue(RULE, NOON + HOUR, NOON)).toBe(true)
})

test('it waits outside of its window, and is over at its end', () => {
  const window = { days: [4], fromMinute: 22 * 60, toMinute: 6 * 60 }
  expect(waitsFor(RULE, NOON, 'UTC')).toBeNull()
  expect(waitsFor({ ...RULE, window }, NOON, 'UTC')).toBe('outside')
  expect(waitsFor({ ...RULE, window }, NOON + 11 * HOUR, 'UTC')).toBeNull()
  expect(waitsFor({ ...RULE, window }, NOON + 17 * HOUR, 'UTC')).toBeNull()
  expect(waitsFor({ ...RULE, window }, NOON + 18 * HOUR, 'UTC')).toBe('outside')
  expect(waitsFor({ ...RULE, window, untilMs: NOON }, NOON, 'UTC')).toBe('over')
  expect(waitsFor({ ...RULE, untilMs: NOON + 1 }, NOON, 'UTC')).toBeNull()
})

test('a day is one of the clocks of a zone, and another day has its budget anew', () => {
  expect(dayOf(NOON, 'UTC')).toBe('2026-01-15')
  expect(dayOf(NOON, 'Pacific/Kiritimati')).toBe('2026-01-16')
  expect(leftToday(RULE, { day: '2026-01-15', count: 990 }, '2026-01-15')).toBe(10)
  expect(leftToday(RULE, { day: '2026-01-15', count: 2_000 }, '2026-01-15')).toBe(0)
  expect(leftToday(RULE, { day: '2026-01-14', count: 990 }, '2026-01-15')).toBe(1_000)
})

test('a run that did something has not failed', () => {
  const run = { atMs: 0, changed: 0, failed: 0, groups: 1, recordIds: [], error: null }
  expect(isFailedRun(run)).toBe(false)
  expect(isFailedRun({ ...run, failed: 1 })).toBe(true)
  expect(isFailedRun({ ...run, error: { code: 'REDIS', data: {} } })).toBe(true)
  expect(isFailedRun({ ...run, failed: 1, changed: 1 })).toBe(false)
})

test('who is away, or nobody who is there, is no failure of the rule', () => {
  const waits = ['REDIS', 'BAD_INPUT'].map((code) => isWaiting({ code, data: { field: 'ids' } }))
  expect([isWaiting(null), ...waits]).toEqual([false, false, false])
  expect(isWaiting({ code: 'BAD_INPUT', data: null })).toBe(false)
  expect(isWaiting({ code: 'UNREACHABLE', data: {} })).toBe(true)
  const asked = (code: string) => ({ code: 'BAD_INPUT', data: { field: 'action.to', problem: { code } } })
  expect(isWaiting(asked('recovery.none-active'))).toBe(true)
  expect(isWaiting(asked('recovery.none-fit'))).toBe(true)
  expect(isWaiting(asked('recovery.others-emptied'))).toBe(true)
  expect(isWaiting(asked('recovery.no-other-consumer'))).toBe(true)
  expect(isWaiting(asked('recovery.empty-name'))).toBe(false)
})

test('of several errors the first is told that is more than waiting', () => {
  const [waits, away, bad, worse] = ['UNREACHABLE', 'READ_ONLY', 'REDIS', 'BUSY'].map((code) => ({ code, data: {} }))
  expect(worseError(null, waits!)).toBe(waits)
  expect(worseError(waits!, away!)).toBe(waits)
  expect(worseError(waits!, null)).toBe(waits)
  expect(worseError(waits!, bad!)).toBe(bad)
  expect(worseError(bad!, worse!)).toBe(bad)
  expect(worseError(bad!, waits!)).toBe(bad)
})

test('a rule that is on is run by nobody once it was due three times, and for a minute', () => {
  const who = { who: { by: 'password' }, door: 'web' } as const
  const on: RuleNow = {
    ...{ ...RULE, everyMs: 30_000, phase: 'closed', stopped: null, provenAtMs: null, doneToday: 0, runs: [] },
    turns: [{ what: 'on', atMs: NOON, ...who }],
  }
  expect(isNeglected(on, NOON + 90_000)).toBe(false)
  expect(isNeglected(on, NOON + 90_001)).toBe(true)
  expect(isNeglected({ ...on, everyMs: 5_000 }, NOON + 59_000)).toBe(false)
  expect(isNeglected({ ...on, phase: 'outside' }, NOON + HOUR)).toBe(false)
  const run = { atMs: NOON + HOUR, changed: 0, failed: 0, groups: 0, recordIds: [], error: null }
  expect(isNeglected({ ...on, runs: [run] }, NOON + HOUR + 1_000)).toBe(false)
})

test('what is wrong with a rule names its field', () => {
  const dead = { ...RULE, action: { kind: 'deadLetter' as const, stream: null } }
  expect(ruleFault(RULE, NOON)).toBeNull()
  expect(ruleFault(dead, NOON)?.field).toBe('minDeliveries')
  expect(ruleFault({ ...dead, minDeliveries: 1 }, NOON)?.field).toBe('minDeliveries')
  expect(ruleFault({ ...dead, minDeliveries: 2 }, NOON)).toBeNull()
  expect(ruleFault({ ...RULE, mostPerDay: 99 }, NOON)?.field).toBe('mostPerDay')
  expect(ruleFault({ ...RULE, untilMs: NOON }, NOON)?.field).toBe('untilMs')
  for (const change of [
    { stream: ' ' },
    { minIdleMs: 0 },
    { everyMs: 4_999 },
    { mostPerRun: 0 },
    { untilMs: -1 },
    { untilMs: 1e300 },
    { action: { kind: 'ack' } },
  ]) {
    expect(ruleFields.safeParse({ ...RULE, ...change }).success).toBe(false)
  }
})
