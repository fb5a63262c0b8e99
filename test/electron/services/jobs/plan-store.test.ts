import { describe, expect, test } from 'vitest'
import { saying } from '../../../helpers/saying'
import { createPlanShelf } from '../../../../electron/services/jobs/plan-shelf'
import { createPlanStore } from '../../../../electron/services/jobs/plan-store'

const MINUTE_MS = 60_000
const stale = (planId: string) =>
  expect.objectContaining({ code: 'STALE_PLAN', data: { planId, problem: saying('Make it again') } }) as Error
const here = () => ({ line: 1, runId: 'run' })
const prepared = (id: string) => ({ plan: { id, connectionId: 'here', key: 'orders', group: 'billing' } })

describe('a kept plan', () => {
  test('is given once', () => {
    const plans = createPlanStore(here, createPlanShelf())
    expect(plans.keep(prepared('a'))).toEqual(prepared('a').plan)
    expect(plans.look('a', {})).toEqual(prepared('a'))
    plans.drop('a')
    expect(() => plans.look('a', {})).toThrow(stale('a'))
  })

  test('is given until it is ten minutes old, and then no more', () => {
    let now = 0
    const plans = createPlanStore(here, createPlanShelf({ now: () => now }))
    plans.keep(prepared('a'))
    now = 10 * MINUTE_MS
    expect(plans.look('a', {})).toEqual(prepared('a'))
    now += 1
    expect(() => plans.look('a', {})).toThrow(stale('a'))
  })

  test('gives way, the oldest first, when there are too many', () => {
    const plans = createPlanStore(here, createPlanShelf())
    for (let at = 0; at < 250; at += 1) plans.keep(prepared(`plan ${at}`))
    expect(() => plans.look('plan 49', {})).toThrow(stale('plan 49'))
    expect(plans.look('plan 50', {})).toEqual(prepared('plan 50'))
    expect(plans.look('plan 249', {})).toEqual(prepared('plan 249'))
  })

  test('can be looked at as often as one likes before it is taken', () => {
    const plans = createPlanStore(here, createPlanShelf())
    plans.keep(prepared('a'))
    for (let look = 0; look < 3; look += 1) expect(plans.look('a', {})).toEqual(prepared('a'))
    plans.drop('a')
    expect(() => plans.look('a', {})).toThrow(stale('a'))
  })

  test('that was never made is stale as well', () => {
    expect(() => createPlanStore(here, createPlanShelf()).look('nothing', {})).toThrow(stale('nothing'))
  })

  test.each([
    ['another connection', { connectionId: 'there' }],
    ['another stream', { key: 'payments' }],
    ['another group', { group: 'audit' }],
  ])('is stale for %s, and stays what it is', (other, subject) => {
    const plans = createPlanStore(here, createPlanShelf())
    plans.keep(prepared('a'))
    expect(() => plans.look('a', subject)).toThrow(`made for ${other}`)
    expect(plans.look('a', { connectionId: 'here', key: 'orders', group: 'billing' })).toEqual(prepared('a'))
  })

  test("is the same stream's whichever way its name is written down", () => {
    const plans = createPlanStore(here, createPlanShelf())
    plans.keep(prepared('a'))
    expect(plans.look('a', { key: { base64: Buffer.from('orders').toString('base64') } })).toEqual(prepared('a'))
  })

  test.each([
    ['on the same connection, whoever that is', { line: 1, runId: null }, true],
    ['on another connection to the same process', { line: 2, runId: 'run' }, true],
    ['on another connection to another process', { line: 2, runId: 'other' }, false],
    ['on another connection that does not tell', { line: 2, runId: null }, false],
  ])('is looked at %s', (_, later, isGiven) => {
    let stamp: { line: number; runId: string | null } = here()
    const plans = createPlanStore(() => stamp, createPlanShelf())
    plans.keep(prepared('a'))
    stamp = later
    if (isGiven) expect(plans.look('a', {})).toEqual(prepared('a'))
    else expect(() => plans.look('a', {})).toThrow(stale('a'))
  })
})
