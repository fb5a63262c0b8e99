import { describe, expect, test } from 'vitest'
import { createPlanStore } from '../../../../electron/services/jobs/plan-store'

const MINUTE_MS = 60_000
const stale = (planId: string) => expect.objectContaining({ code: 'STALE_PLAN', data: { planId } }) as Error

describe('a kept plan', () => {
  test('is given once', () => {
    const plans = createPlanStore<string>()
    plans.put('a', 'plan')
    expect(plans.take('a')).toBe('plan')
    expect(() => plans.take('a')).toThrow(stale('a'))
  })

  test('is given until it is ten minutes old, and then no more', () => {
    let now = 0
    const plans = createPlanStore<string>(() => now)
    plans.put('a', 'plan')
    plans.put('b', 'plan')
    now = 10 * MINUTE_MS
    expect(plans.take('a')).toBe('plan')
    now += 1
    expect(() => plans.take('b')).toThrow(stale('b'))
  })

  test('gives way, the oldest first, when there are too many', () => {
    const plans = createPlanStore<number>()
    for (let at = 0; at < 250; at += 1) plans.put(`plan ${at}`, at)
    expect(() => plans.take('plan 49')).toThrow(stale('plan 49'))
    expect(plans.take('plan 50')).toBe(50)
    expect(plans.take('plan 249')).toBe(249)
  })

  test('can be looked at as often as one likes before it is taken', () => {
    const plans = createPlanStore<string>()
    plans.put('a', 'plan')
    expect([plans.look('a'), plans.look('a'), plans.take('a')]).toEqual(['plan', 'plan', 'plan'])
    expect(() => plans.look('a')).toThrow(stale('a'))
  })

  test('that was never made is stale as well', () => {
    expect(() => createPlanStore().take('nothing')).toThrow(stale('nothing'))
  })
})
