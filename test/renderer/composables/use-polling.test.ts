// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, KeepAlive, ref, shallowRef } from 'vue'
import { linkState } from '../../../renderer/api/link-state'
import { usePolling } from '../../../renderer/composables/use-polling'
import { useRefreshBeat } from '../../../renderer/stores/refresh'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
  linkState.value = { kind: 'connected' }
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})

async function start(load: (signal: AbortSignal) => Promise<void>) {
  const source = shallowRef('a')
  const isShown = ref(true)
  let polling: ReturnType<typeof usePolling> | undefined
  const view = defineComponent({
    setup() {
      polling = usePolling(
        load,
        () => 1_000,
        () => source.value,
      )
      return () => h('p')
    },
  })
  mount(() => h(KeepAlive, null, { default: () => (isShown.value ? h(view) : null) }))
  await flushPromises()
  if (!polling) throw new Error('not mounted')
  return { polling, source, isShown }
}

it('loads at once, and again some time after each answer', async () => {
  const load = vi.fn(async () => undefined)
  await start(load)
  expect(load).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(2_500)
  expect(load).toHaveBeenCalledTimes(3)
})

it('behind another view nothing is loaded, whatever changes; once, when it is there again', async () => {
  const load = vi.fn(async () => undefined)
  const { polling, source, isShown } = await start(load)
  isShown.value = false
  await flushPromises()
  useRefreshBeat().now()
  source.value = 'b'
  await polling.load()
  linkState.value = { kind: 'connecting' }
  await flushPromises()
  linkState.value = { kind: 'connected' }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(load).toHaveBeenCalledTimes(1)
  isShown.value = true
  await flushPromises()
  expect(load).toHaveBeenCalledTimes(2)
})

it('another source gives up the load under way, and what comes of it is not told', async () => {
  const signals: AbortSignal[] = []
  const { polling, source } = await start((signal) => {
    signals.push(signal)
    return signals.length === 1 ? Promise.reject(new Error('late')) : Promise.resolve()
  })
  expect(polling.error.value).toEqual(new Error('late'))
  source.value = 'b'
  await flushPromises()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(polling.error.value).toBeNull()
})
