import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace } from '../../../../electron/services/copy/pace'
import { createReplayClock } from '../../../../electron/services/copy/replay-clock'
import type { CopyPace } from '../../../../shared/model/stream-copy'

const dues = (pace: CopyPace, ids: readonly string[]): readonly number[] => {
  const { dueMs } = createPace(pace)
  return ids.map((id) => dueMs(id))
}
const spaced = (times: number, maxGapMs: number | null = null): CopyPace => ({ kind: 'spaced', times, maxGapMs })

describe('the pace of a replay', () => {
  test.each([
    ['as the ids are', spaced(1), [0, 0, 1_000, 61_000]],
    ['ten times as fast', spaced(10), [0, 0, 100, 6_100]],
    ['half as fast', spaced(0.5), [0, 0, 2_000, 122_000]],
    ['with no rest beyond five seconds', spaced(1, 5_000), [0, 0, 1_000, 6_000]],
    ['without rests', spaced(1, 0), [0, 0, 0, 0]],
    ['not by ids', { kind: 'fast' }, [0, 0, 0, 0]],
  ] satisfies [string, CopyPace, number[]][])('%s', (_, pace, due) => {
    expect(dues(pace, ['1700000000000-0', '1700000000000-7', '1700000001000-0', '1700000061000-0'])).toEqual(due)
  })

  test('never goes back, and never beyond what the ids say', () => {
    const ids = fc
      .array(fc.nat(10_000_000), { minLength: 1, maxLength: 50 })
      .map((all) => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(ids, fc.double({ min: 0.01, max: 1e4, noNaN: true }), fc.option(fc.nat(9_999)), (at, times, most) => {
        const due = dues(
          spaced(times, most),
          at.map((ms) => `${1_700_000_000_000 + ms}-0`),
        )
        expect(due[0]).toBe(0)
        for (const [n, each] of due.entries()) expect(each).toBeGreaterThanOrEqual(due[n - 1] ?? 0)
        const whole = (at.at(-1)! - at[0]!) / times
        expect(due.at(-1)).toBeLessThanOrEqual(whole * (1 + 1e-9) + 1e-6)
      }),
    )
  })
})

describe('the clock of a replay', () => {
  test('stands still while it is held back, and not for what a batch takes', () => {
    let now = 1_000
    const clock = createReplayClock(() => now)
    now += 400
    expect(clock.now()).toBe(400)
    now += 60_000
    clock.heldSince(400)
    expect(clock.now()).toBe(400)
    now += 100
    clock.heldSince(400)
    expect(clock.now()).toBe(500)
  })

  test('waits no more once it is told to stop', async () => {
    const clock = createReplayClock()
    const stop = new AbortController()
    const waited = clock.until(3_600_000, stop.signal)
    stop.abort()
    await waited
    expect(clock.now()).toBeLessThan(3_600_000)
  })
})
