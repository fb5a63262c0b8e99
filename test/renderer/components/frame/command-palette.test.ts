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
  const input = await openPalette()
  await typeInto(input, typed)
  return input
}

async function openPalette(): Promise<HTMLInputElement> {
  useOverlays().isPaletteOpen.value = false
  await mountOn(host, {})
  useOverlays().isPaletteOpen.value = true
  await flushPromises()
  await nextTick()
  const input = document.querySelector<HTMLInputElement>('.palette-input')
  if (!input) throw new Error('the palette is not open')
  return input
}

async function typeInto(input: HTMLInputElement, typed: string): Promise<void> {
  input.value = typed
  input.dispatchEvent(new Event('input'))
  await flushPromises()
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

  it('finds what comes in while it is open: at once when there was nothing, else with the next key', async () => {
    let found: (key: string) => void = () => undefined
    fakeApi({
      stream: {
        discover: async function* () {
          const event = { state: 'done' as const, scanned: 1, total: 1, error: null }
          yield { ...event, found: 1, keys: [await new Promise<string>((resolve) => (found = resolve))] }
          yield { ...event, found: 2, keys: [await new Promise<string>((resolve) => (found = resolve))] }
        },
      },
    })
    const input = await openPalette()
    await typeInto(input, 'orders')
    expect(labels()).toEqual([])
    found('orders:dlq')
    await expect.poll(labels).toEqual(['orders:dlq'])
    found('orders')
    await expect.poll(() => useStreams().names.length).toBe(2)
    expect(labels()).toEqual(['orders:dlq'])
    await typeInto(input, 'order')
    expect(labels()).toEqual(['orders', 'orders:dlq'])
  })

  it('says so when there is nothing by that name', async () => {
    await open('zzzzqqqq')
    expect(document.body.textContent).toContain('Nothing by that name')
  })
})
