// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import EntriesPanel from '../../../../renderer/components/entry/EntriesPanel.vue'
import ManageSearches from '../../../../renderer/components/entry/ManageSearches.vue'
import SavedSearches from '../../../../renderer/components/entry/SavedSearches.vue'
import SaveSearch from '../../../../renderer/components/entry/SaveSearch.vue'
import SearchBar from '../../../../renderer/components/entry/SearchBar.vue'
import MenuButton, { type MenuItem } from '../../../../renderer/components/base/MenuButton.vue'
import { useEntryLayouts } from '../../../../renderer/stores/entry-layouts'
import { fieldColumn } from '../../../../renderer/utils/column-id'
import { idTimeMs } from '../../../../shared/entry-id'
import { EVERY_ENTRY } from '../../../../shared/model/entry-query'
import type { SavedSearch } from '../../../../shared/model/saved-search'
import { defaultSettings } from '../../../../shared/model/settings'
import { localZone } from '../../../../shared/time/zone'
import { events, fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }
const saved = (changes: Partial<SavedSearch> = {}): SavedSearch => ({
  ...{ id: 's1', connectionId: 'c1', name: 'first', stream: '*', query: EVERY_ENTRY },
  ...{ from: '10m', to: '', zone: localZone(), order: 'oldest', ...changes },
})
const watched = { watch: (_input: never, options?: { signal?: AbortSignal }) => events([[saved()]], options?.signal) }
const field = (label: string): HTMLInputElement => {
  const id = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === label)?.htmlFor ?? ''
  const found = document.getElementById(id)
  if (!(found instanceof HTMLInputElement)) throw new Error(`no field ${label}`)
  return found
}
async function type(into: HTMLInputElement, text: string): Promise<void> {
  into.value = text
  into.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

afterEach(() => {
  document.body.innerHTML = ''
  vi.useRealTimers()
})
enableAutoUnmount(afterEach)

describe('the search bar', () => {
  interface Range {
    readonly from?: string
    readonly to?: string
  }
  let started: Range[]
  async function bar(): Promise<VueWrapper> {
    fakeApi({ search: watched })
    started = []
    return mountOn(SearchBar, {
      ...{
        applied: null,
        ranged: true,
        figures: [],
        run: 'Search',
        close: 'Close',
        saves: { target, order: 'newest' },
      },
      onStart: (_query: unknown, range: Range) => started.push(range),
    })
  }

  it('reads how long ago an end is each time it searches', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 4, 15, 12), toFake: ['Date'] })
    await bar()
    await type(field('From id or time'), '10m')
    button('Search').click()
    vi.setSystemTime(Date.UTC(2026, 4, 15, 13))
    button('Search').click()
    await flushPromises()
    expect(started.map(({ from = '' }) => idTimeMs(from))).toEqual([
      Date.UTC(2026, 4, 15, 11, 50),
      Date.UTC(2026, 4, 15, 12, 50),
    ])
  })

  it('shows the ends of a chosen one with the zone they were meant in, where that is another', async () => {
    const wrapper = await bar()
    const choose = async (search: SavedSearch): Promise<void> => {
      wrapper.findComponent(SavedSearches).vm.$emit('choose', search)
      await flushPromises()
    }
    await choose(saved({ from: '2021-05-15 12:00', to: '10m', zone: 'Asia/Tokyo' }))
    expect([field('From id or time').value, field('To id or time').value]).toEqual(['2021-05-15 12:00 +09:00', '10m'])
    expect(started[0]?.from).toBe(`${Date.UTC(2021, 4, 15, 3)}-0`)
    await choose(saved({ from: '2021-05-15 12:00' }))
    expect(field('From id or time').value).toBe('2021-05-15 12:00')
  })

  it('says in which zone what is typed is meant', async () => {
    const wrapper = await bar()
    await type(field('From id or time'), '2021-05-15')
    expect(wrapper.findComponent(SavedSearches).props('typed')).toEqual({
      ...{ query: EVERY_ENTRY, from: '2021-05-15', to: '', zone: localZone(), order: 'newest' },
    })
  })
})

describe('a search that is chosen', () => {
  it('is begun once, also where it is in the other order', async () => {
    const calls = fakeApi({
      search: watched,
      entry: {
        list: () => ({ entries: [], next: null }),
        search: (_input: never, options?: { signal?: AbortSignal }) => events([], options?.signal),
      },
    })
    const wrapper = await mountOn(EntriesPanel, { target, length: 0, whyNoAdd: null, outerError: null })
    button(/^Search/).click()
    await flushPromises()
    wrapper.findComponent(SavedSearches).vm.$emit('choose', saved({ from: '', query: EVERY_ENTRY, to: '9-0' }))
    await flushPromises()
    const searches = calls.filter(({ name }) => name === 'entry.search')
    expect(searches).toMatchObject([{ input: { order: 'oldest', to: '9-0' } }])
  })
})

describe('a view', () => {
  const layout = { columns: ['id', fieldColumn('total')], widths: [{ column: 'id', px: 120 }], sort: null }
  const saves: unknown[] = []
  const api = {
    search: { ...watched, save: (input: unknown) => void saves.push(input) },
    host: { saveSettings: (changes: object) => ({ ...defaultSettings, ...changes }) },
  }
  const chosen = () => useEntryLayouts().chosenOf(target)

  it('has the columns as they are, unless they are left out', async () => {
    saves.length = 0
    fakeApi(api)
    const open = shallowRef(false)
    const typed = { query: EVERY_ENTRY, from: '', to: '', zone: localZone(), order: 'newest' } as const
    await mountOn(defineComponent({ render: () => h(SaveSearch, { target, typed, open: open.value }) }), {})
    await useEntryLayouts().change(target, layout)
    for (const isKept of [true, false]) {
      open.value = true
      await flushPromises()
      await type(field('Name'), 'totals')
      if (!isKept) field('With the columns, their widths and the sorting as they are now').click()
      button('Save the search, or view').click()
      await flushPromises()
      open.value = false
      await flushPromises()
    }
    expect(saves).toEqual([
      { ...typed, connectionId: 'c1', name: 'totals', stream: 'orders', layout },
      { ...typed, connectionId: 'c1', name: 'totals', stream: 'orders' },
    ])
  })

  it('of all entries is chosen without a search, with its columns; one without leaves those that are', async () => {
    const all: unknown[] = []
    fakeApi({
      ...api,
      search: { watch: (_: never, o?: { signal?: AbortSignal }) => events([[view, plain]], o?.signal) },
    })
    const view = saved({ name: 'totals', from: '', layout })
    const plain = saved({ id: 's2', name: 'plain', from: '' })
    const wrapper = await mountOn(SearchBar, {
      ...{
        applied: null,
        ranged: true,
        figures: [],
        run: 'Search',
        close: 'Close',
        saves: { target, order: 'newest' },
      },
      onAll: (order: unknown) => all.push(order),
      onStart: () => all.push('started'),
    })
    await flushPromises()
    const items = (): readonly MenuItem[] => wrapper.findComponent(MenuButton).props('items')
    const saving = () => items().find(({ label }) => label.startsWith('Save'))
    expect([chosen(), saving()?.disabled]).toEqual([null, true])
    for (const name of ['totals', 'plain'])
      items()
        .find(({ label }) => label === name)
        ?.run()
    await flushPromises()
    expect(all).toEqual(['oldest', 'oldest'])
    expect([chosen(), saving()?.disabled]).toEqual([layout, false])
  })
})

describe('the dialog of saved searches', () => {
  it('keeps what is typed when another changes the list, and shows what became of the others', async () => {
    fakeApi({})
    const searches = shallowRef([saved(), saved({ id: 's2', name: 'second' })])
    const dialog = () => h(ManageSearches, { open: true, searches: searches.value })
    await mountOn(defineComponent({ render: dialog }), {})
    const names = () => [...document.querySelectorAll<HTMLInputElement>('.searches input')].map(({ value }) => value)
    await type(document.querySelector<HTMLInputElement>('.searches input')!, 'half-ty')
    searches.value = [saved(), saved({ id: 's2', name: 'other' }), saved({ id: 's3', name: 'third' })]
    await flushPromises()
    expect(names()).toEqual(['half-ty', 'other', 'third'])
    searches.value = [saved({ name: 'half-ty' })]
    await flushPromises()
    searches.value = [saved({ name: 'again another' })]
    await flushPromises()
    expect(names()).toEqual(['again another'])
  })
})

describe('for which streams', () => {
  it.each([
    ['orders', 'orders'],
    ['orders*', ''],
    ['what?', ''],
    [{ base64: '//4A' }, ''],
    ['a\u202eb', ''],
    ['x'.repeat(513), ''],
  ])('of %j it is %j to begin with', async (key, stream) => {
    fakeApi({})
    const open = shallowRef(false)
    const props = { target: { ...target, key }, typed: saved() }
    await mountOn(defineComponent({ render: () => h(SaveSearch, { ...props, open: open.value }) }), {})
    open.value = true
    await flushPromises()
    expect(field('Streams').value).toBe(stream)
  })
})
