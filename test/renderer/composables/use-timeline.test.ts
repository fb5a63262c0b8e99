// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesKey } from '../../../shared/bytes'
import { linkState } from '../../../renderer/api/link-state'
import { useEntriesWish, useWishedEntries } from '../../../renderer/composables/use-entries-wish'
import { useTimeline } from '../../../renderer/composables/use-timeline'
import { useTimelineGroup } from '../../../renderer/composables/use-timeline-group'
import type { Group } from '../../../shared/model/group'
import type { Timeline } from '../../../shared/model/timeline'
import { events, fakeApi } from '../helpers/fake-api'

const target = { connectionId: 'c1', key: 'orders' }
let scope: EffectScope
beforeEach(() => {
  setActivePinia(createPinia())
  linkState.value = { kind: 'connected' }
  scope = effectScope()
})
afterEach(() => scope.stop())

const counted = (counting: number | null, count = 1): Timeline => ({
  ...{ kind: 'counted', fromMs: 0, stepMs: 10, nowMs: null, length: 9, hasTimeless: false, counting },
  buckets: [{ count, isSampled: counting !== null }],
})

describe('counting', () => {
  test('shows as it counts, and keeps what is there when it is stopped', async () => {
    fakeApi({ entry: { timeline: (_input, options) => events([counted(0), counted(500)], options?.signal) } })
    const one = scope.run(() => useTimeline(() => target))
    one?.start({}, true)
    await expect.poll(() => one?.timeline.value?.counting).toBe(500)
    expect(one?.isCounting.value).toBe(true)
    one?.stop()
    expect(one?.timeline.value).toMatchObject({ counting: null, buckets: [{ isSampled: true }] })
    expect(one?.isCounting.value).toBe(false)
  })

  test('says why there is nothing, and what failed', async () => {
    fakeApi({
      entry: {
        timeline: (_input, options) => events([{ kind: 'none', why: 'no-times' } as const], options?.signal, true),
      },
    })
    const one = scope.run(() => useTimeline(() => target))
    one?.start({}, false)
    await expect.poll(() => one?.isCounting.value).toBe(false)
    expect([one?.none.value, one?.timeline.value]).toEqual(['no-times', null])
    fakeApi({ entry: { timeline: () => Promise.reject(new Error('no')) } })
    one?.start({}, false)
    await expect.poll(() => one?.error.value).toEqual(new Error('no'))
    expect(one?.isCounting.value).toBe(false)
  })
})

describe('of a group', () => {
  const group = (name: string, pending: number): Group => ({
    ...{ name, pending, consumers: 1, lastDeliveredId: '5-0', beyondEnd: null, entriesRead: null },
    ...{ lag: { value: 0, kind: 'exact' }, oldestPendingId: null },
  })

  test('the one with most pending shows unless another is chosen; a late answer of the one before is dropped', async () => {
    const asked: unknown[] = []
    let answer: (() => void) | null = null
    fakeApi({
      group: { consumers: async () => [] },
      pending: {
        timeline: async (input: unknown) => {
          const { group: of } = input as { readonly group: string }
          asked.push(of)
          if (of === 'b') await new Promise<void>((resolve) => (answer = resolve))
          return { buckets: [{ count: of === 'b' ? 7 : 3, isLeast: false }] }
        },
      },
    })
    const timeline = shallowRef<Timeline | null>(null)
    const groups = [group('a', 1), group('b', 9)]
    const one = scope.run(() =>
      useTimelineGroup(
        () => target,
        () => groups,
        () => timeline.value,
      ),
    )
    if (!one) throw new Error('no scope')
    expect(one.chosen.value).toBe(bytesKey('b'))
    timeline.value = counted(null)
    await expect.poll(() => asked).toEqual(['b'])
    one.chosen.value = bytesKey('a')
    await expect.poll(() => one.pending.value).toEqual([{ count: 3, isLeast: false }])
    ;(answer as (() => void) | null)?.()
    await nextTick()
    expect(one.pending.value).toEqual([{ count: 3, isLeast: false }])
    one.chosen.value = ''
    await nextTick()
    expect([one.group.value, one.pending.value]).toEqual([null, null])
  })

  test('counted again, it is told anew; of another stream nothing stays chosen', async () => {
    let asked = 0
    fakeApi({
      group: { consumers: async () => [] },
      pending: { timeline: async () => ({ buckets: [{ count: (asked += 1), isLeast: false }] }) },
    })
    const of = shallowRef(target)
    const timeline = shallowRef<Timeline | null>({ ...counted(null), nowMs: 1_000 })
    const one = scope.run(() =>
      useTimelineGroup(
        () => of.value,
        () => [group('a', 1), group('b', 9)],
        () => timeline.value,
      ),
    )
    if (!one) throw new Error('no scope')
    await expect.poll(() => one.pending.value).toEqual([{ count: 1, isLeast: false }])
    timeline.value = { ...counted(7), nowMs: 1_000 }
    await nextTick()
    expect(asked).toBe(1)
    timeline.value = { ...counted(null), nowMs: 2_000 }
    await expect.poll(() => one.pending.value).toEqual([{ count: 2, isLeast: false }])
    one.chosen.value = bytesKey('a')
    of.value = { ...target, key: 'others' }
    await expect.poll(() => one.chosen.value).toBe(bytesKey('b'))
  })

  test('those that are silent with something in hand are told, the latest first', async () => {
    const consumer = (name: string, pending: number, idleMs: number, health: 'stalled' | 'active' | 'idle') => ({
      ...{ name, pending, idleMs, inactiveMs: null, oldestIdleMs: null, health },
    })
    fakeApi({
      group: {
        consumers: async () => [
          consumer('old', 3, 90_000, 'stalled'),
          consumer('new', 2, 60_000, 'stalled'),
          consumer('well', 9, 10, 'active'),
          consumer('free', 0, 90_000, 'idle'),
        ],
      },
      pending: { timeline: async () => ({ buckets: [] }) },
    })
    const one = scope.run(() =>
      useTimelineGroup(
        () => target,
        () => [group('a', 1)],
        () => counted(null),
      ),
    )
    await expect.poll(() => one?.silent.value.map(({ name }) => name)).toEqual(['new', 'old'])
  })
})

describe('what is wished of a list of entries', () => {
  test('is taken once, by the list of that stream alone, now or later', async () => {
    const wish = useEntriesWish()
    wish.value = { target, from: '5-1', to: '9' }
    const taken: unknown[] = []
    scope.run(() => {
      useWishedEntries(
        () => ({ ...target, key: 'others' }),
        () => taken.push('others'),
      )
      useWishedEntries(
        () => target,
        (_typed, bounds) => taken.push(bounds),
      )
    })
    const bounds = { from: '5-1', to: '9-18446744073709551615' }
    expect([taken, wish.value]).toEqual([[bounds], null])
    wish.value = { target, from: '', to: '9' }
    await nextTick()
    expect(taken).toEqual([bounds, { to: '9-18446744073709551615' }])
  })
})
