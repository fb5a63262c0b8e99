// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Entry } from '../../../../shared/model/entry'
import { defaultSettings, type Settings } from '../../../../shared/model/settings'
import EntriesPanel from '../../../../renderer/components/entry/EntriesPanel.vue'
import { useConnections } from '../../../../renderer/stores/connections'
import { useEntryLayouts } from '../../../../renderer/stores/entry-layouts'
import { useRefreshBeat } from '../../../../renderer/stores/refresh'
import { useSettings } from '../../../../renderer/stores/settings'
import { events, fakeApi, type Call } from '../../helpers/fake-api'
import { button, connection, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }
const entryOf = (n: number, total: number): Entry => ({
  ...{ id: `${n}-0`, size: n, moreFields: 0 },
  fields: [
    { name: 'body', value: JSON.stringify({ total }), size: 9, cut: false },
    ...(n === 2 ? [] : [{ name: 'who', value: `w${n}`, size: 2, cut: false }]),
  ],
})
const BEHIND = entryOf(1, 20)
let calls: readonly Call[]
let saved: Partial<Settings>[]

interface Asked {
  readonly after?: string
  readonly order?: string
  readonly paths?: readonly string[]
}

enableAutoUnmount(afterEach)
beforeEach(async () => {
  document.body.innerHTML = ''
  saved = []
  calls = fakeApi({
    entry: {
      page: ({ after, order }: Asked) =>
        order === 'oldest'
          ? after === undefined
            ? { entries: [entryOf(2, 100), entryOf(3, 30), entryOf(4, 9)], next: '4-0' }
            : { entries: [entryOf(9, 20)], next: null }
          : after === undefined
            ? { entries: [entryOf(4, 9), entryOf(3, 30), entryOf(2, 100)], next: '2-0' }
            : { entries: [BEHIND], next: null },
      search: (_input: never, options?: { signal?: AbortSignal }) => events([], options?.signal),
      tail: (_input: never, options?: { signal?: AbortSignal }) =>
        events([{ entries: [entryOf(5, 1), entryOf(6, 2)], passed: 0, partly: 0, at: '6-0' }], options?.signal),
    },
    search: { watch: (_input: never, options?: { signal?: AbortSignal }) => events([[]], options?.signal) },
    host: {
      saveSettings: (changes: Partial<Settings>) => {
        saved.push(changes)
        return { ...defaultSettings, ...changes }
      },
    },
  })
  await mountOn(EntriesPanel, { target, length: 4, whyNoAdd: null, outerError: null })
})

const cells = (): readonly (readonly string[])[] =>
  [...document.querySelectorAll('[role=grid] [aria-rowindex]:not([aria-rowindex="1"])')]
    .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
    .map((row) => [...row.querySelectorAll('[role=gridcell]')].slice(1).map(({ textContent }) => textContent.trim()))
const ids = (): readonly string[] => cells().map(([id = '']) => id)
const heads = (): readonly string[] =>
  [...document.querySelectorAll('[role=columnheader]')].slice(1).map(({ textContent }) => textContent.trim())
const note = (): string => document.querySelector('.sort-note [role=status]')?.textContent.trim() ?? ''
const pages = (): number => calls.filter(({ name }) => name === 'entry.page').length

async function press(name: string | RegExp): Promise<void> {
  button(name).click()
  await flushPromises()
}
async function addPath(path: string): Promise<void> {
  await press('Columns…')
  const field = document.querySelector<HTMLInputElement>('[placeholder="payload.order.id"]')!
  field.value = path
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await press('Add column')
}

it('has the columns that are chosen, in their order, remembered for this stream', async () => {
  expect(heads().slice(2)).toEqual(['body', 'who', 'Size'])
  await addPath('body.total')
  document.querySelector<HTMLInputElement>('.lines li:nth-child(2) [type=checkbox]')!.click()
  await press('Move body.total up: further left')
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Move body.total up: further left')
  await press('Use these columns')
  expect(document.querySelector('[role=dialog]')).toBeNull()
  expect(heads()).toEqual(['Id', 'body', 'body.total', 'who', 'Size'])
  expect(saved.at(-1)?.entryLayouts).toEqual([
    { ...target, columns: ['id', 'field:sbody', 'field:sbody.total', 'field:swho', 'size'], widths: [], sort: null },
  ])
  expect(cells().map((row) => row[2])).toEqual(['9', '30', '100', '20'])
  expect(cells()[2]?.[3]).toBe('–This entry has no field who')
  expect(useEntryLayouts().of({ ...target, key: 'others' })).toEqual({ columns: null, widths: [], sort: null })

  await press('Columns…')
  await press('As they come')
  await press('Use these columns')
  expect(saved.at(-1)?.entryLayouts).toEqual([])
  expect(heads().slice(2)).toEqual(['body', 'who', 'Size'])
})

it('sorts what is loaded, says so, and a third time is by id again', async () => {
  await useEntryLayouts().change(target, { columns: ['id', 'field:sbody.total'] })
  await flushPromises()
  await press('body.total')
  expect(ids()).toEqual(['2-0', '3-0', '1-0', '4-0'])
  expect(note()).toBe('Sorted by body.total, highest first: 4 entries, all there are. New ones go to their place.')
  await press(/^body\.total/)
  expect(ids()).toEqual(['4-0', '1-0', '3-0', '2-0'])
  await press(/^body\.total/)
  expect(ids()).toEqual(['4-0', '3-0', '2-0', '1-0'])
  expect(note()).toBe('')
})

it('sorted, a list reads no further by itself, and puts what is loaded then in its place', async () => {
  const sort = { column: 'field:sbody.total', direction: 'descending' } as const
  await useEntryLayouts().change(target, { columns: ['id', 'field:sbody.total'], sort })
  const order = document.querySelector<HTMLSelectElement>('.order select')!
  order.value = 'oldest'
  order.dispatchEvent(new Event('change'))
  await expect.poll(ids).toEqual(['2-0', '3-0', '4-0'])
  expect(note()).toMatch(/^Sorted by body\.total, highest first: only the 3 entries that are loaded\. More of them,/)
  const before = pages()
  useRefreshBeat().now()
  await flushPromises()
  expect(ids()).toHaveLength(3)
  expect(pages()).toBe(before + 1)
  await press('Load more')
  expect(ids()).toEqual(['2-0', '3-0', '9-0', '4-0'])
  expect(button('Load more').getAttribute('aria-disabled')).toBe('true')
})

it('is as wide as its edge was drawn, until a double click', async () => {
  const edge = (): Element => document.querySelectorAll('[role=columnheader] .edge')[3]!
  const tracks = (): string => document.querySelector<HTMLElement>('[aria-rowindex="1"]')!.style.gridTemplateColumns
  const pointer = async (type: string, clientX: number): Promise<void> => {
    edge().dispatchEvent(new PointerEvent(type, { clientX, pointerId: 1, button: 0, bubbles: true }))
    await flushPromises()
  }
  const plain = tracks()
  await pointer('pointerdown', 300)
  await pointer('pointerup', 300)
  expect(saved).toEqual([])
  await pointer('pointerdown', 300)
  await pointer('pointermove', 420)
  expect(tracks()).toContain(' 120px ')
  expect(saved).toEqual([])
  await pointer('pointerup', 421)
  expect(saved.at(-1)?.entryLayouts?.[0]?.widths).toEqual([{ column: 'field:swho', px: 121 }])
  expect(tracks()).toContain(' 121px ')
  edge().dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await flushPromises()
  expect(tracks()).toBe(plain)
  expect(saved.at(-1)?.entryLayouts).toEqual([])
})

it('the live tail keeps the order of time', async () => {
  await useEntryLayouts().change(target, { sort: { column: 'field:sbody.total', direction: 'descending' } })
  await flushPromises()
  await press('Live tail')
  await expect.poll(ids).toEqual(['6-0', '5-0', '4-0', '3-0', '2-0'])
  expect(note()).toBe('The live tail keeps the order of time: sorting by body.total waits until it ends.')
  expect(document.querySelector('[aria-sort]:not([aria-sort=none])')).toBeNull()
})

it('asks the host for the paths among its columns, in pages, searches and the live tail', async () => {
  await useEntryLayouts().change(target, { columns: ['id', 'field:sbody.total', 'field:swho'] })
  await flushPromises()
  const asked = (name: string): unknown =>
    (calls.findLast((call) => call.name === name)?.input as Asked | undefined)?.paths
  expect(asked('entry.page')).toEqual(['body.total'])
  await press('Live tail')
  await expect.poll(() => asked('entry.tail')).toEqual(['body.total'])
  await press('Live tail')
  await press(/^Search all entries/)
  const field = document.querySelector<HTMLInputElement>('.search-bar input[type=search]')!
  field.value = 'w'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
  document.querySelector<HTMLFormElement>('.search-bar')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  expect(asked('entry.search')).toEqual(['body.total'])
})

it('forgets what was chosen on connections that are gone, and the oldest of very many', async () => {
  const layouts = useEntryLayouts()
  useConnections().list = [connection(), connection({ id: 'c2' })]
  await layouts.change({ connectionId: 'c2', key: 'a' }, { columns: ['id'] })
  for (let n = 1; n <= 100; n += 1) await layouts.change({ ...target, key: `s${n}` }, { columns: ['id'] })
  const kept = (): readonly unknown[] => useSettings().settings.entryLayouts.map(({ key }) => key)
  expect(kept()).toHaveLength(100)
  expect(kept()).not.toContain('a')
  await layouts.change({ connectionId: 'c2', key: 'b' }, { columns: ['id'] })
  useConnections().list = [connection()]
  await layouts.change(target, { columns: ['id'] })
  expect(kept()).not.toContain('b')
  expect(kept().at(-1)).toBe('orders')
  expect(pages()).toBeGreaterThan(0)
})
