// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import CommandPalette from '../../../../renderer/components/frame/CommandPalette.vue'
import { useOverlays } from '../../../../renderer/composables/use-overlays'
import { useTabs } from '../../../../renderer/stores/tabs'
import { events, fakeApi } from '../../helpers/fake-api'
import { mountOn } from '../../helpers/mount-view'
import { useStreams } from '../../../../renderer/stores/streams'

const keys = ['orders', 'orders:dlq', 'ncc:checkins']

const host = defineComponent({
  setup() {
    useStreams()
    return () => h(CommandPalette)
  },
})

async function open(typed: string): Promise<HTMLInputElement> {
  fakeApi({
    stream: {
      discover: (_input, options) =>
        events([{ state: 'done', scanned: 3, total: 3, found: 3, keys, error: null }], options?.signal),
    },
  })
  useOverlays().isPaletteOpen.value = false
  await mountOn(host, {})
  useOverlays().isPaletteOpen.value = true
  await flushPromises()
  await nextTick()
  const input = document.querySelector<HTMLInputElement>('.palette-input')
  if (!input) throw new Error('the palette is not open')
  input.value = typed
  input.dispatchEvent(new Event('input'))
  await flushPromises()
  return input
}

function labels(): string[] {
  return [...document.querySelectorAll('[role=option] .label')].map((option) => option.textContent)
}

enableAutoUnmount(afterEach)

describe('the palette', () => {
  it('goes to a stream by part of its name', async () => {
    const input = await open('dlq')
    expect(labels()[0]).toBe('orders:dlq')
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await flushPromises()
    expect(useTabs().active).toEqual({ kind: 'stream', key: 'orders:dlq' })
    expect(document.querySelector('.palette-input')).toBeNull()
  })

  it('puts what holds exactly the letters typed before what is only like them', async () => {
    await open('orders')
    expect(labels().slice(0, 2)).toEqual(['orders', 'orders:dlq'])
  })

  it('forgives a slip', async () => {
    await open('chekcins')
    expect(labels()).toContain('ncc:checkins')
  })

  it('moves by arrow keys, round about, and tells readers where it is', async () => {
    const input = await open('')
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }))
    await flushPromises()
    const selected = document.querySelector('[role=option][aria-selected=true]')
    expect(selected?.id).toBe(input.getAttribute('aria-activedescendant'))
    expect(labels().at(-1)).toBe(selected?.querySelector('.label')?.textContent)
  })

  it('says so when there is nothing by that name', async () => {
    await open('zzzzqqqq')
    expect(document.body.textContent).toContain('Nothing by that name')
  })
})
