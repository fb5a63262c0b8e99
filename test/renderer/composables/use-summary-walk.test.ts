// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import type { Bytes } from '../../../shared/bytes'
import type { StreamSummary } from '../../../shared/model/stream'
import { useSummaryWalk } from '../../../renderer/composables/use-summary-walk'
import { useRefreshBeat } from '../../../renderer/stores/refresh'
import { useStreams } from '../../../renderer/stores/streams'
import { events, fakeApi, type Call } from '../helpers/fake-api'
import { mountOn } from '../helpers/mount-view'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const keys = Array.from({ length: 450 }, (_, at) => `s${String(at).padStart(3, '0')}`)

function summary(key: Bytes): StreamSummary {
  const isBad = key === 's400'
  const group = {
    name: 'g',
    consumers: 1,
    pending: isBad ? 5 : 0,
    lastDeliveredId: '1-0',
    entriesRead: 1,
    lag: { value: 0, kind: 'exact' as const },
    oldestPendingId: null,
    active: 0,
    stalled: isBad ? 1 : 0,
    stalledPending: isBad ? 5 : 0,
    worst: null,
  }
  return { key, length: 1, groups: [group], moreGroups: 0, lastId: '1-0', error: null }
}

async function walk(
  watched: readonly Bytes[] | (() => readonly Bytes[]),
  summaries: (input: { keys: Bytes[] }) => unknown = (input) => input.keys.map(summary),
): Promise<readonly Call[]> {
  const calls = fakeApi({
    stream: {
      discover: (_input, options) =>
        events([{ state: 'done', scanned: 1, total: 1, found: keys.length, keys, error: null }], options?.signal),
      summaries,
    },
  })
  const host = defineComponent({
    setup() {
      useSummaryWalk(typeof watched === 'function' ? watched : () => watched)
      return () => h('p')
    },
  })
  await mountOn(host, {})
  await vi.advanceTimersByTimeAsync(500)
  await flushPromises()
  return calls
}

function asked(calls: readonly Call[]): Bytes[][] {
  return calls.filter(({ name }) => name === 'stream.summaries').map(({ input }) => (input as { keys: Bytes[] }).keys)
}

describe('the walk over all streams', () => {
  it('reads all of them, in chunks of 200, those on screen first', async () => {
    const calls = asked(await walk(['s300', 's301']))
    expect(calls[0]).toEqual(['s300', 's301'])
    expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(200)
    expect(new Set(calls.flat()).size).toBe(450)
    expect(calls.flat()).toHaveLength(450)
    expect(useStreams().known.records.size).toBe(450)
  })

  it('gives way to keys and clicks, except with what is on screen', async () => {
    const onScreen = shallowRef<readonly Bytes[]>([])
    const press = async (): Promise<void> => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }))
      await vi.advanceTimersByTimeAsync(100)
    }
    const answers: (() => void)[] = []
    const holdBack = (input: { keys: Bytes[] }) =>
      new Promise<StreamSummary[]>((resolve) => answers.push(() => resolve(input.keys.map(summary))))
    const calls = await walk(() => onScreen.value, holdBack)
    expect(asked(calls)).toHaveLength(1)
    await press()
    answers.shift()?.()
    for (let times = 0; times < 5; times += 1) await press()
    expect(asked(calls)).toHaveLength(1)

    onScreen.value = ['s440']
    await press()
    expect(asked(calls)[1]).toEqual(['s440'])
    answers.shift()?.()
    await press()
    expect(asked(calls)).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(300)
    expect(asked(calls)[2]).toHaveLength(200)
  })

  it('reads again on each beat: what is on screen, then trouble, then the rest', async () => {
    const calls = await walk(['s300'])
    const before = asked(calls).length
    useRefreshBeat().now()
    await vi.advanceTimersByTimeAsync(2_000)
    const again = asked(calls).slice(before).flat()
    expect(again.slice(0, 2)).toEqual(['s300', 's400'])
    expect(new Set(again).size).toBe(450)
  })
})
