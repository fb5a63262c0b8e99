// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, KeepAlive, ref, shallowRef } from 'vue'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { useRefresh } from '../../../renderer/composables/use-refresh'
import { useRefreshBeat } from '../../../renderer/stores/refresh'
import { useSettings } from '../../../renderer/stores/settings'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
  linkState.value = { kind: 'connected' }
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})

type Load = (signal: AbortSignal) => Promise<void>

function start(load: Load) {
  const source = shallowRef('a')
  const isShown = ref(true)
  let refresh: ReturnType<typeof useRefresh> | undefined
  const view = defineComponent({
    setup() {
      refresh = useRefresh(load, source)
      return () => h('p')
    },
  })
  mount(() => h(KeepAlive, null, { default: () => (isShown.value ? h(view) : null) }))
  if (!refresh) throw new Error('not mounted')
  return { refresh, source, isShown }
}

describe('refreshing', () => {
  it('happens at once, on each beat, and when asked', async () => {
    const load = vi.fn(async () => undefined)
    start(load)
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(load).toHaveBeenCalledTimes(3)
    useRefreshBeat().now()
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(4)
  })

  it('never overlaps: beats pass by a slow load, what the user asks for follows it', async () => {
    const ends: (() => void)[] = []
    const load = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)))
    start(load)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(load).toHaveBeenCalledTimes(1)
    useRefreshBeat().now()
    await flushPromises()
    ends[0]?.()
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('gives up a load for what is no longer looked at', async () => {
    const signals: AbortSignal[] = []
    const { source } = start((signal) => {
      signals.push(signal)
      return new Promise(() => undefined)
    })
    source.value = 'b'
    await flushPromises()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('rests while another view shows, and catches up when it is back', async () => {
    const load = vi.fn(async () => undefined)
    const { isShown } = start(load)
    await flushPromises()
    isShown.value = false
    await flushPromises()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(load).toHaveBeenCalledTimes(1)
    isShown.value = true
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('rests while the host is away, and loads when it is back', async () => {
    const load = vi.fn(async () => undefined)
    start(load)
    await flushPromises()
    linkState.value = { kind: 'reconnecting', sinceMs: 0, nextTryMs: 0 }
    await vi.advanceTimersByTimeAsync(30_000)
    expect(load).toHaveBeenCalledTimes(1)
    linkState.value = { kind: 'connected' }
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('keeps an error until a load succeeds; a lost host is no error of what is on screen', async () => {
    let outcome: Error | null = null
    const { refresh } = start(() => (outcome ? Promise.reject(outcome) : Promise.resolve()))
    await flushPromises()
    outcome = new HostLostError()
    await refresh.refresh()
    expect(refresh.error.value).toBeNull()
    outcome = new Error('NOPERM')
    await refresh.refresh()
    expect(refresh.error.value).toBe(outcome)
    outcome = null
    await refresh.refresh()
    expect(refresh.error.value).toBeNull()
  })

  it('does not ask by itself again for what the ACL refused, only when the user does', async () => {
    const refusal = { prefix: 'NOPERM', reply: 'NOPERM this user has no permissions', command: 'XPENDING' }
    const load = vi.fn(async () => {
      throw new ORPCError('REDIS', { defined: true, data: refusal })
    })
    const { isShown, source } = start(load)
    await flushPromises()
    await vi.advanceTimersByTimeAsync(60_000)
    isShown.value = false
    await vi.advanceTimersByTimeAsync(60_000)
    isShown.value = true
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(1)
    useRefreshBeat().now()
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(2)
    source.value = 'b'
    await flushPromises()
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('asks again with the next beat after any other error', async () => {
    const load = vi.fn(async () => {
      throw new ORPCError('REDIS', { defined: true, data: { prefix: 'LOADING', reply: 'LOADING', command: 'XINFO' } })
    })
    start(load)
    await flushPromises()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('takes what was read for old while the host is away, and reads again once it is back, also with no beat', async () => {
    const settings = useSettings()
    settings.settings = { ...settings.settings, refreshSeconds: 0 }
    const load = vi.fn(async () => undefined)
    const { refresh } = start(load)
    await flushPromises()
    expect(refresh.isStale.value).toBe(false)
    linkState.value = { kind: 'reconnecting', sinceMs: 0, nextTryMs: 1 }
    await flushPromises()
    expect(refresh.isStale.value).toBe(true)
    expect(load).toHaveBeenCalledTimes(1)
    linkState.value = { kind: 'connected' }
    await flushPromises()
    expect(refresh.isStale.value).toBe(false)
    expect(load).toHaveBeenCalledTimes(2)
  })
})
