// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import type { Bytes } from '../../../shared/bytes'
import { useScreen } from '../../../renderer/composables/use-screen'
import { useRefreshBeat } from '../../../renderer/stores/refresh'
import { events, fakeApi, type Call } from '../helpers/fake-api'
import { monitored } from '../helpers/monitored'
import { mountOn } from '../helpers/mount-view'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const shown = shallowRef<readonly Bytes[]>(['a'])

async function show(): Promise<(name: string) => readonly unknown[]> {
  shown.value = ['a']
  const calls: readonly Call[] = fakeApi({
    monitoring: {
      watch: (_input, options) => events(monitored([]), options?.signal),
      show: () => undefined,
      giveWay: () => undefined,
      refresh: () => undefined,
    },
  })
  const host = defineComponent({
    setup() {
      useScreen(() => shown.value)
      return () => h('p')
    },
  })
  await mountOn(host, {})
  await vi.advanceTimersByTimeAsync(200)
  return (name) => calls.filter((call) => call.name === `monitoring.${name}`).map(({ input }) => input)
}

describe('the host is told', () => {
  it('which streams are on screen, also those of the last moment of a scroll', async () => {
    const told = await show()
    expect(told('show').at(-1)).toMatchObject({ keys: ['a'], hidden: false })
    const before = told('show').length
    for (let at = 0; at < 30; at += 1) {
      shown.value = [`s${at}`]
      await vi.advanceTimersByTimeAsync(5)
    }
    await vi.advanceTimersByTimeAsync(100)
    expect(told('show').at(-1)).toMatchObject({ keys: ['s29'] })
    expect(told('show').length - before).toBeLessThanOrEqual(6)
  })

  it('to give way while keys are pressed, but not of each of them', async () => {
    const told = await show()
    for (let at = 0; at < 20; at += 1) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }))
      await vi.advanceTimersByTimeAsync(30)
    }
    expect(told('giveWay').length).toBeGreaterThanOrEqual(3)
    expect(told('giveWay').length).toBeLessThanOrEqual(5)
  })

  it('to read again when that is asked for', async () => {
    const told = await show()
    expect(told('refresh')).toEqual([])
    useRefreshBeat().now()
    await vi.advanceTimersByTimeAsync(1)
    expect(told('refresh')).toEqual([{ connectionId: 'c1' }])
  })
})
