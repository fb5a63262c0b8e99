import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backOffMs } from '../../../renderer/api/back-off'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { subscribe } from '../../../renderer/api/subscribe'

beforeEach(() => {
  vi.useFakeTimers()
  linkState.value = { kind: 'connected' }
})
afterEach(() => {
  vi.useRealTimers()
})

async function* numbers(list: readonly number[], error?: Error): AsyncGenerator<number> {
  yield* list
  if (error) throw error
}

describe('a subscription', () => {
  it('is opened again when the host comes back, not before', async () => {
    const seen: number[] = []
    let opened = 0
    const stop = subscribe(
      async () => {
        opened += 1
        return opened === 1 ? numbers([1, 2], new HostLostError()) : numbers([3])
      },
      (event) => seen.push(event),
    )
    linkState.value = { kind: 'reconnecting', sinceMs: 0, nextTryMs: 0 }
    await vi.advanceTimersByTimeAsync(5_000)
    expect(opened).toBe(1)
    linkState.value = { kind: 'connected' }
    await vi.advanceTimersByTimeAsync(0)
    expect(seen).toEqual([1, 2, 3])
    stop()
  })

  it('ends with what the host refuses, and is not asked for again', async () => {
    const onError = vi.fn()
    const open = vi.fn(async () => numbers([], new Error('NOT_FOUND')))
    subscribe(open, () => undefined, { onError })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(onError).toHaveBeenCalledOnce()
    expect(open).toHaveBeenCalledOnce()
  })

  it('tells when there is no more to come', async () => {
    const onEnd = vi.fn()
    subscribe(
      async () => numbers([1]),
      () => undefined,
      { onEnd },
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(onEnd).toHaveBeenCalledOnce()
  })

  it('hands on nothing after it was stopped', async () => {
    const seen: number[] = []
    const stop = subscribe(
      async () => numbers([1, 2, 3]),
      (event) => {
        seen.push(event)
        stop()
      },
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(seen).toEqual([1])
  })
})

describe('the back-off', () => {
  it('doubles from half a second to ten, plus up to a quarter', () => {
    expect([0, 1, 2, 3, 4, 5, 20].map((attempt) => backOffMs(attempt, () => 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ])
    expect(backOffMs(0, () => 1)).toBe(625)
  })
})
