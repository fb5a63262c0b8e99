import { serialize } from 'node:v8'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPlanShelf } from '../../../../electron/services/jobs/plan-shelf'
import { planBytes } from '../../../../electron/services/jobs/plan-size'
import { createPlanStore, type Prepared } from '../../../../electron/services/jobs/plan-store'
import { saying } from '../../../helpers/saying'

const MINUTE_MS = 60_000
const MIB = 1024 * 1024
const here = () => ({ line: 1, runId: 'run' })
const stale = expect.objectContaining({ code: 'STALE_PLAN', data: saysAgain() }) as Error
function saysAgain(): unknown {
  return expect.objectContaining({ problem: saying('gave way to newer ones') }) as unknown
}

/** Of the pool's 8 KiB, which count as a whole, a plan would hold one or two, as it happens. */
function unpooled(text: string): Buffer {
  const bytes = Buffer.alloc(text.length)
  bytes.write(text)
  return bytes
}

/** As a plan of many pending entries is: an id, an owner, figures, and the command for each. */
function large(id: string, entries: number): Prepared & { readonly selected: readonly unknown[] } {
  const selected = Array.from({ length: entries }, (_, n) => ({
    id: `1764${String(n).padStart(9, '0')}-0`,
    consumer: unpooled(`worker ${n % 7}`),
    idleMs: n,
    deliveries: 1,
    commands: [`XCLAIM orders billing bob 0 1764${n}-0`],
  }))
  return { plan: { id, connectionId: 'here', key: 'orders', group: 'billing' }, selected }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('plans that are kept', () => {
  test('of all kinds together take no more than the bound, however many are made; the newest are there', () => {
    const shelf = createPlanShelf()
    const kinds = [createPlanStore<Prepared>(here, shelf), createPlanStore<Prepared>(here, shelf)]
    const made = Array.from({ length: 120 }, (_, n) => ({ id: `plan ${n}`, of: kinds[n % 2] }))
    for (const { id, of } of made) of?.keep(large(id, 8_000))
    const kept = made.flatMap(({ id, of }) => {
      try {
        return [of?.look(id, {})]
      } catch {
        return []
      }
    })
    const bytes = kept.reduce<number>((sum, plan) => sum + planBytes(plan), 0)
    expect(bytes).toBeLessThanOrEqual(64 * MIB)
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.map((plan) => plan?.plan.id)).toEqual(made.slice(-kept.length).map(({ id }) => id))
  })

  test('give way one by one, the oldest first, and that is told with what to do', () => {
    const plans = createPlanStore<Prepared>(here, createPlanShelf({ mostBytes: 2.5 * planBytes(large('a', 100)) }))
    for (const id of ['a', 'b']) plans.keep(large(id, 100))
    expect(plans.look('a', {}).plan.id).toBe('a')
    plans.keep(large('c', 100))
    expect(() => plans.look('a', {})).toThrow(stale)
    for (const id of ['b', 'c']) expect(plans.look(id, {}).plan.id).toBe(id)
  })

  test('make room once they are run', () => {
    const plans = createPlanStore<Prepared>(here, createPlanShelf({ mostBytes: 2.5 * planBytes(large('a', 100)) }))
    for (const id of ['a', 'b']) plans.keep(large(id, 100))
    plans.drop('b')
    plans.keep(large('c', 100))
    for (const id of ['a', 'c']) expect(plans.look(id, {}).plan.id).toBe(id)
  })

  test('one that is larger than the bound is there until the next', () => {
    const plans = createPlanStore<Prepared>(here, createPlanShelf({ mostBytes: 1_000 }))
    plans.keep(large('a', 100))
    expect(plans.look('a', {}).plan.id).toBe('a')
    plans.keep(large('b', 1))
    expect(() => plans.look('a', {})).toThrow(stale)
  })

  test('what gave way stays whole for the job that runs it', () => {
    const plans = createPlanStore<ReturnType<typeof large>>(here, createPlanShelf({ mostBytes: 1_000 }))
    plans.keep(large('a', 100))
    const running = plans.look('a', {})
    plans.keep(large('b', 100))
    expect(running).toEqual(large('a', 100))
    expect(() => plans.drop('a')).not.toThrow()
    expect(plans.look('b', {}).plan.id).toBe('b')
  })

  test('are freed when their time is over, though nobody asks', async () => {
    const freed: string[] = []
    const shelf = createPlanShelf()
    shelf.put({ bytes: 1, free: () => freed.push('a') })
    await vi.advanceTimersByTimeAsync(4 * MINUTE_MS)
    shelf.put({ bytes: 1, free: () => freed.push('b') })
    await vi.advanceTimersByTimeAsync(6 * MINUTE_MS)
    expect(freed).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(freed).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(4 * MINUTE_MS)
    expect(freed).toEqual(['a', 'b'])
  })

  test('that were run are not freed a second time', async () => {
    const free = vi.fn()
    createPlanShelf().put({ bytes: 1, free }).remove()
    await vi.advanceTimersByTimeAsync(20 * MINUTE_MS)
    expect(free).not.toHaveBeenCalled()
  })
})

describe('about how large a plan is', () => {
  test.each([10, 600, 20_000])('of %i entries, it is told within a factor of what it takes written down', (entries) => {
    const plan = large('a', entries)
    const written = serialize(plan).length
    expect(planBytes(plan)).toBeGreaterThan(written)
    expect(planBytes(plan)).toBeLessThan(written * 6 + 16_384)
  })

  test('what it shares counts once, a window on a large reply counts as all of it', () => {
    const reply = Buffer.alloc(5 * MIB)
    const parts = [reply.subarray(0, 10), reply.subarray(10, 20)]
    expect(planBytes({ parts })).toBeGreaterThan(5 * MIB)
    expect(planBytes({ parts })).toBeLessThan(6 * MIB)
  })

  test('one that holds itself comes to an end', () => {
    const plan: Record<string, unknown> = { map: new Map([['a', new Set(['b'])]]) }
    plan.self = plan
    expect(planBytes(plan)).toBeLessThan(1_000)
  })
})
