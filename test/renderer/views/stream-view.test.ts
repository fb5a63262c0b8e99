// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import StreamView from '../../../renderer/views/StreamView.vue'
import { useMonitoring } from '../../../renderer/stores/monitoring'
import { useRefreshBeat } from '../../../renderer/stores/refresh'
import { useTabs } from '../../../renderer/stores/tabs'
import { bytesKey } from '../../../shared/bytes'
import { compareIds } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import type { Group } from '../../../shared/model/group'
import type { StreamReport } from '../../../shared/model/monitoring'
import type { Stream } from '../../../shared/model/stream'
import { events, fakeApi, type Call } from '../helpers/fake-api'
import { button, mountOn } from '../helpers/mount-view'

const stream: Stream = {
  key: 'orders',
  length: 1_000,
  groups: 2,
  firstId: '1620973121001-0',
  lastId: '1620973122000-0',
  lastGeneratedId: '1620973122000-0',
  maxDeletedId: '0-0',
  entriesAdded: 9_007_199_254_740_993n,
  memoryBytes: 1_500_000,
  radixTreeKeys: 1,
  radixTreeNodes: 2,
  ttlMs: null,
  large: false,
}

function groupOf(name: string, lag: Group['lag']): Group {
  return {
    name,
    consumers: 2,
    pending: 209,
    lastDeliveredId: '1620973121009-0',
    beyondEnd: null,
    entriesRead: 9,
    lag,
    oldestPendingId: '1620973121009-0',
  }
}

const groups = [
  groupOf('exact', { value: 5, kind: 'exact' }),
  groupOf('least', { value: 10_000, kind: 'atLeast' }),
  groupOf('guess', { value: 52_000, kind: 'estimate' }),
  groupOf('said', { value: 7, kind: 'reported' }),
  groupOf('dark', { value: null, kind: 'unknown' }),
]

function entryAt(at: number): Entry {
  const id = `${1_620_973_121_000 + at}-0`
  return { id, size: 10, moreFields: 0, fields: [{ name: 'n', value: String(at), size: 4, cut: false }] }
}
const stored = Array.from({ length: 1_000 }, (_, at) => entryAt(at + 1))

interface PageInput {
  readonly order: 'oldest' | 'newest'
  readonly from?: string
  readonly after?: string
  readonly count: number
}

function pageOf(all: readonly Entry[], { order, from, after, count }: PageInput) {
  const sign = order === 'oldest' ? 1 : -1
  const sorted = [...all].sort((a, b) => sign * compareIds(a.id, b.id))
  const begin = sorted.filter(({ id }) => {
    if (from !== undefined) return sign * compareIds(id, from) >= 0
    return after === undefined || sign * compareIds(id, after) > 0
  })
  const entries = begin.slice(0, count)
  return { entries, next: begin.length > count ? (entries.at(-1)?.id ?? null) : null }
}

function fake(
  all: () => readonly Entry[] = () => stored,
  tail: readonly (readonly Entry[])[] = [],
  info: Stream = stream,
): readonly Call[] {
  return fakeApi({
    stream: { info: () => info },
    group: { list: () => groups, create: () => ({ replyLost: false }) },
    entry: {
      // An answer comes over a socket: never in the same turn of the event loop.
      page: async (input: PageInput) => {
        await new Promise((resolve) => setTimeout(resolve))
        return pageOf(all(), input)
      },
      get: ({ id }: { id: string }) => all().find((entry) => entry.id === id),
      tail: (_input, options) =>
        events(
          tail.map((batch) => ({ entries: batch, passed: 0, partly: 0, at: batch.at(-1)?.id ?? '0-0' })),
          options?.signal,
        ),
      add: () => ({ id: '1620973129999-0' }),
    },
  })
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[role=grid] .rows [role=row]')]
}

function firstCells(): string[] {
  return rows().map((row) => row.querySelector('[role=gridcell]:not(.tick)')?.textContent.trim() ?? '')
}

async function openTab(name: RegExp): Promise<void> {
  const tab = [...document.querySelectorAll<HTMLElement>('[role=tab]')].find((one) => name.test(one.textContent))
  tab?.click()
  await flushPromises()
}

afterEach(() => {
  document.body.innerHTML = ''
})
// Before the page is emptied: what is done last is undone first.
enableAutoUnmount(afterEach)

it('sends what it shows of the entries with each beat, and reads them whole when the user asks', async () => {
  const calls = fake()
  await mountOn(StreamView, { streamKey: 'orders' })
  await openTab(/Entries/)
  await expect.poll(() => firstCells()[0]).toBe('1620973122000-0')
  await flushPromises()
  const held = () => {
    const { input } = calls.filter(({ name }) => name === 'entry.page').at(-1) ?? {}
    return (input as { held?: { entries: readonly unknown[] } } | undefined)?.held?.entries.length ?? 0
  }
  const pulse = useRefreshBeat()
  const pages = () => calls.filter(({ name }) => name === 'entry.page').length
  for (const [act, isHeld] of [
    [() => (pulse.beat += 1), true],
    [() => pulse.now(), false],
    [() => (pulse.beat += 1), true],
  ] as const) {
    const before = pages()
    act()
    await expect.poll(pages).toBeGreaterThan(before)
    expect(held() > 0).toBe(isHeld)
    await flushPromises()
    await new Promise((resolve) => setTimeout(resolve))
    await flushPromises()
  }
})

describe('a stream', () => {
  it('tells its figures exactly, and what is not known as such', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    const facts = document.querySelector('.stream-facts')?.textContent ?? ''
    expect(facts).toContain('9\u202f007\u202f199\u202f254\u202f740\u202f993')
    expect(facts).toContain('~ 1.4 MiB')
    expect(facts).toMatch(/Expires in\s*never/)
  })

  it('says that it is unknown when it expires, where the server does not tell', async () => {
    fake(undefined, undefined, { ...stream, ttlMs: 'unknown' })
    await mountOn(StreamView, { streamKey: 'orders' })
    expect(document.querySelector('.stream-facts')?.textContent).toMatch(/Expires in\s*unknown/)
  })

  it('says of each lag what kind of figure it is', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    const lags = rows().map((row) => row.querySelector('.lag-text')?.textContent.replace(/\s+/g, ' ').trim())
    expect(lags).toEqual(['5', '≥ 10 000', '~ 52 000', '7 reported', 'unknown'])
  })

  it('opens a group by Enter', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    const grid = document.querySelector<HTMLElement>('[role=grid]')
    for (const key of ['j', 'j', 'Enter'])
      grid?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    expect(useTabs().active).toEqual({ kind: 'group', key: 'orders', group: 'least' })
  })

  it('shows entries newest first, with their fields as columns', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    await expect.poll(() => firstCells()[0]).toBe('1620973122000-0')
    expect(
      [...document.querySelectorAll('[role=columnheader]:not(.tick)')].map((one) => one.textContent.trim()),
    ).toEqual(['Id', expect.stringMatching(/^Time \(/), 'n', 'Size'])
  })

  it('brings new entries on top when it refreshes, and takes away those trimmed', async () => {
    let all = stored.slice(0, 30)
    fake(() => all)
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    await expect.poll(() => firstCells()[0]).toBe('1620973121030-0')
    all = stored.slice(10, 32)
    useRefreshBeat().now()
    await expect.poll(() => firstCells().slice(0, 2)).toEqual(['1620973121032-0', '1620973121031-0'])
    expect(rows().length).toBe(22)
  })

  it('jumps to an id, and shows that row', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    const field = document.querySelector<HTMLInputElement>('.jump-field input')
    if (!field) throw new Error('no jump field')
    field.value = '1620973121500'
    field.dispatchEvent(new Event('input'))
    field.closest('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    await expect.poll(() => document.querySelector('.row.active')?.textContent).toContain('1620973121500-0')
    expect(button('To the newest')).toBeTruthy()
  })

  it('says what to type when it can’t read where to go', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    const field = document.querySelector<HTMLInputElement>('.jump-field input')
    if (!field) throw new Error('no jump field')
    field.value = 'yesterday-ish'
    field.dispatchEvent(new Event('input'))
    field.closest('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    expect(document.querySelector('.jump-field [role=alert]')?.textContent).toContain('10m ago')
  })

  it('follows new entries live, stands still while paused, and goes back', async () => {
    fake(() => stored, [[entryAt(1_001)], [entryAt(1_002), entryAt(1_003)]])
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    button('Live tail').click()
    await expect.poll(() => firstCells()[0]).toBe('1620973122003-0')
    expect(firstCells()[3]).toBe('1620973122000-0')
    button('Pause').click()
    await flushPromises()
    expect(document.querySelector('.said')?.textContent).toContain('Paused, 0 entries waiting')
    button('Live tail').click()
    await expect.poll(() => firstCells()[0]).toBe('1620973122000-0')
  })

  it('opens an entry beside the table, follows the keyboard, and closes by Esc', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    await expect.poll(() => firstCells()[0]).toBe('1620973122000-0')
    const grid = document.querySelector<HTMLElement>('[role=grid]')
    const press = async (key: string): Promise<void> => {
      grid?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await flushPromises()
    }
    await press('j')
    await press('Enter')
    expect(document.querySelector('aside')?.textContent).toContain('1620973122000-0')
    await press('j')
    expect(document.querySelector('aside')?.textContent).toContain('1620973121999-0')
    await press('Escape')
    expect(document.querySelector('aside')).toBeNull()
  })

  it('adds an entry with names that repeat', async () => {
    const calls = fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    await openTab(/^Entries/)
    button('Add entry').click()
    await flushPromises()
    button('Another field').click()
    await flushPromises()
    const inputs = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('.pair :is(input, textarea)')]
    for (const [at, text] of ['a', '1', 'a', 'two\nlines'].entries()) {
      const input = inputs[at]
      if (!input) throw new Error('no such input')
      input.value = text
      input.dispatchEvent(new Event('input'))
    }
    await flushPromises()
    expect(document.querySelector('.command-lines pre')?.textContent).toBe(
      'XADD orders NOMKSTREAM * a 1 a "two\\nlines"',
    )
    document.querySelector('#add-entry')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    expect(calls.find(({ name }) => name === 'entry.add')?.input).toEqual({
      connectionId: 'c1',
      key: 'orders',
      id: '*',
      fields: [
        ['a', '1'],
        ['a', 'two\nlines'],
      ],
      create: false,
    })
  })

  it.each([
    ['≥ 2 h', { ms: 7_200_000, kind: 'atLeast', atMostMs: null } as const],
    ['5 s', { ms: 5_000, kind: 'byId', atMostMs: 5_000 } as const],
    ['none', { ms: 0, kind: 'none', atMostMs: 0 } as const],
    ['unknown', { ms: null, kind: 'unknown', atMostMs: null } as const],
  ])('says how long the oldest unread entry has waited: %s', async (said, waiting) => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    const fact = () =>
      [...document.querySelectorAll('.fact-item')].find((one) => one.textContent.includes('Oldest unread'))
    expect(fact()).toBeUndefined()
    const summary = { key: 'orders', moreGroups: 0 } as StreamReport['summary']
    const report = { summary, readAtMs: 0, state: 'fine', groups: [{ waiting }] } as unknown as StreamReport
    useMonitoring().reports = { byStream: new Map([[bytesKey('orders'), report]]) }
    await flushPromises()
    expect(fact()?.querySelector('dd')?.textContent.trim()).toBe(said)
  })

  it('creates a group from its first entry on', async () => {
    const calls = fake()
    await mountOn(StreamView, { streamKey: 'orders' })
    button('Create group').click()
    await flushPromises()
    const name = document.querySelector<HTMLInputElement>('#create-group input')
    const begin = document.querySelector<HTMLSelectElement>('#create-group select')
    if (!name || !begin) throw new Error('no form')
    name.value = 'audit'
    name.dispatchEvent(new Event('input'))
    begin.value = '0'
    begin.dispatchEvent(new Event('change'))
    await flushPromises()
    document.querySelector('#create-group')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    expect(calls.find(({ name: call }) => call === 'group.create')?.input).toEqual({
      connectionId: 'c1',
      key: 'orders',
      group: 'audit',
      start: '0-0',
      mkstream: false,
      countRead: true,
    })
  })

  it('says why nothing can be written on a read-only connection', async () => {
    fake()
    await mountOn(StreamView, { streamKey: 'orders' }, { connection: { readOnly: true } })
    for (const name of ['Trim…', 'Create group']) expect(button(name).getAttribute('aria-disabled')).toBe('true')
  })
})
