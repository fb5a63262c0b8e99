import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { createPagedList, type PageQuery, type ReadPage } from '../../../renderer/stores/paged-list'
import { comparator, type Row, type RowOrder } from '../../../renderer/stores/list-window'

interface Told extends Row {
  readonly told: number
}

/** A list that grows and shrinks under the window, and counts how often it was read. */
function listOf(order: RowOrder, ids: readonly EntryId[]) {
  const compare = comparator(order)
  let held = [...ids].sort(compare)
  let reads = 0
  const read: ReadPage<Told> = ({ direction, from, after, count }: PageQuery) => {
    reads += 1
    const sorted = direction === 'onward' ? held : [...held].reverse()
    const sign = direction === 'onward' ? 1 : -1
    const begin = sorted.findIndex((id) => {
      if (from !== undefined) return sign * compare(id, from) >= 0
      return after === undefined || sign * compare(id, after) > 0
    })
    const page = begin < 0 ? [] : sorted.slice(begin, begin + count)
    const next = begin >= 0 && begin + count < sorted.length ? (page.at(-1) ?? null) : null
    const rows = page.map((id) => ({ id, told: reads }))
    return Promise.resolve({ rows: direction === 'onward' ? rows : rows.reverse(), next })
  }
  return {
    read,
    reads: () => reads,
    ids: () => held,
    change(change: (ids: readonly EntryId[]) => readonly EntryId[]) {
      held = [...change(held)].sort(compare)
    },
  }
}

function ids(count: number, from = 1): EntryId[] {
  return Array.from({ length: count }, (_, index) => `${from + index}-0`)
}

const shown = (window: { rows: { value: readonly Row[] } }): EntryId[] => window.rows.value.map(({ id }) => id)

describe('a window over a long list', () => {
  it.each(['oldest', 'newest'] as const)('pages to the end of %s first without skip or repeat', async (order) => {
    const list = listOf(order, ids(1_000))
    const window = createPagedList({ read: list.read, order, pageSize: 150 })
    await window.open()
    while (!window.atEnd.value) await window.more('end')
    expect(shown(window)).toEqual(list.ids())
    expect(window.atStart.value).toBe(true)
  })

  it('sees all 1 200 rows of one millisecond', async () => {
    const all = Array.from({ length: 1_200 }, (_, seq) => `5-${seq}`)
    const list = listOf('oldest', all)
    const window = createPagedList({ read: list.read, order: 'oldest' })
    await window.open()
    while (!window.atEnd.value) await window.more('end')
    expect(shown(window)).toEqual(all)
  })

  it('goes both ways from an id', async () => {
    const list = listOf('newest', ids(1_000))
    const window = createPagedList({ read: list.read, order: 'newest', pageSize: 100 })
    await window.open('500-0')
    expect(shown(window)[window.indexOf('500-0')]).toBe('500-0')
    expect(window.rows.value).toHaveLength(120)
    while (!window.atStart.value) await window.more('start')
    while (!window.atEnd.value) await window.more('end')
    expect(shown(window)).toEqual(list.ids())
  })

  it('shows what lies before an id that nothing follows', async () => {
    const list = listOf('oldest', ids(300))
    const window = createPagedList({ read: list.read, order: 'oldest', pageSize: 100 })
    await window.open('900-0')
    expect(shown(window)).toEqual(ids(60, 241))
    expect(window.atEnd.value).toBe(true)
    expect(window.atStart.value).toBe(false)
  })

  it('holds no more than its limit, and reads again what it let go', async () => {
    const list = listOf('oldest', ids(1_000))
    const window = createPagedList({ read: list.read, order: 'oldest', pageSize: 100, limit: 300 })
    await window.open()
    for (let page = 0; page < 6; page += 1) await window.more('end')
    expect(shown(window)).toEqual(ids(300, 361))
    expect(window.atStart.value).toBe(false)
    await window.more('start')
    expect(shown(window)).toEqual(ids(300, 261))
    expect(window.atEnd.value).toBe(false)
  })

  it('holds fewer rows where they are heavy', async () => {
    const list = listOf('oldest', ids(3_000))
    const window = createPagedList({ read: list.read, order: 'oldest', weigh: () => 10_000 })
    await window.open()
    for (let page = 0; page < 10; page += 1) await window.more('end')
    expect(window.rows.value).toHaveLength(800)
    expect(window.atStart.value).toBe(false)
  })

  it('asks once for what two scrolls want', async () => {
    const list = listOf('oldest', ids(1_000))
    const window = createPagedList({ read: list.read, order: 'oldest', pageSize: 100 })
    await window.open()
    await Promise.all([window.more('end'), window.more('end')])
    expect(list.reads()).toBe(2)
    expect(window.rows.value).toHaveLength(160)
  })

  it('drops the answer to an older question', async () => {
    const list = listOf('oldest', ids(1_000))
    const window = createPagedList({ read: list.read, order: 'oldest', pageSize: 10 })
    await Promise.all([window.open('100-0'), window.open('700-0')])
    expect(shown(window)).toEqual(ids(20, 690))
  })

  it('keeps what is shown when reading fails, and tells', async () => {
    const list = listOf('oldest', ids(100))
    let broken = false
    const failure = new Error('gone')
    const window = createPagedList<Told>({
      read: (query, signal) => (broken ? Promise.reject(failure) : list.read(query, signal)),
      order: 'oldest',
      pageSize: 50,
    })
    await window.open()
    broken = true
    await expect(window.refresh(0, 20)).rejects.toBe(failure)
    await expect(window.open('50-0')).rejects.toBe(failure)
    expect(window.rows.value).toHaveLength(50)
    await window.more('end')
    expect(window.rows.value).toHaveLength(50)
    expect(window.error.value).toBe(failure)
    broken = false
    await window.more('end')
    expect(window.rows.value).toHaveLength(100)
    expect(window.error.value).toBeNull()
  })
})

describe('refreshing', () => {
  it('brings what is new at the start', async () => {
    const list = listOf('newest', ids(500))
    const window = createPagedList({ read: list.read, order: 'newest', pageSize: 100 })
    await window.open()
    list.change((held) => [...held, '501-0', '502-0'])
    await window.refresh(0, 30)
    expect(shown(window).slice(0, 3)).toEqual(['502-0', '501-0', '500-0'])
    expect(window.atStart.value).toBe(true)
  })

  it('starts over where so much came that a hole would be left', async () => {
    const list = listOf('newest', ids(500))
    const window = createPagedList({ read: list.read, order: 'newest', pageSize: 100 })
    await window.open()
    list.change((held) => [...held, ...ids(3_000, 501)])
    await window.refresh(0, 30)
    while (window.rows.value.length < 1_000) await window.more('end')
    expect(shown(window)).toEqual(list.ids().slice(0, window.rows.value.length))
  })

  it('takes away what was acked or trimmed, and only that', async () => {
    const list = listOf('oldest', ids(300))
    const window = createPagedList({ read: list.read, order: 'oldest', pageSize: 300 })
    await window.open()
    await window.more('end')
    list.change((held) => held.filter((id) => id !== '150-0' && id !== '152-0'))
    await window.refresh(140, 170)
    expect(shown(window)).toEqual(list.ids())
  })

  it('is empty when everything went, and fills again', async () => {
    const list = listOf('oldest', ids(50))
    const window = createPagedList({ read: list.read, order: 'oldest' })
    await window.open()
    list.change(() => [])
    await window.refresh(0, 30)
    expect(shown(window)).toEqual([])
    list.change(() => ids(3))
    await window.refresh(0, 0)
    expect(shown(window)).toEqual(ids(3))
  })

  it('leaves no hole and no repeat, however the list changes and the person scrolls', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('more' as const), side: fc.constantFrom('start' as const, 'end' as const) }),
      fc.record({ kind: fc.constant('refresh' as const), at: fc.nat(400) }),
      fc.record({ kind: fc.constant('open' as const), at: fc.option(fc.nat(2_000)) }),
      fc.record({ kind: fc.constant('grow' as const), by: fc.nat(300) }),
      fc.record({ kind: fc.constant('trim' as const), by: fc.nat(200) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('oldest' as const, 'newest' as const), fc.array(step), async (order, steps) => {
        const list = listOf(order, ids(600))
        const everHeld = new Set(list.ids())
        const window = createPagedList({ read: list.read, order, pageSize: 50, limit: 200 })
        await window.open()
        let next = 601
        for (const move of steps) {
          if (move.kind === 'more') await window.more(move.side)
          else if (move.kind === 'refresh') await window.refresh(move.at, move.at + 30)
          else if (move.kind === 'open') await window.open(move.at === null ? undefined : `${move.at}-0`)
          else if (move.kind === 'grow') {
            const added = ids(move.by, next)
            next += move.by
            list.change((held) => [...held, ...added])
            for (const id of added) everHeld.add(id)
          } else list.change((held) => [...held].sort(compareIds).slice(move.by))
          const rows = shown(window)
          expect(rows).toEqual([...new Set(rows)].sort(comparator(order)))
          expect(rows.length).toBeLessThanOrEqual(500)
          // Whatever still exists between the first and last row shown, and existed when they were read, is shown.
          const [first, last] = [rows[0], rows.at(-1)]
          if (first && last && move.kind === 'refresh') {
            const compare = comparator(order)
            const between = list.ids().filter((id) => compare(id, first) >= 0 && compare(id, last) <= 0)
            expect(between.filter((id) => !rows.includes(id))).toEqual([])
          }
        }
        expect(shown(window).every((id) => everHeld.has(id))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('an answer that comes late', () => {
  /** A list whose answers are read at once, and held back while `hold` is on. */
  function slowListOf(order: RowOrder, count: number) {
    const list = listOf(order, ids(count))
    let open = Promise.resolve()
    let release = (): void => undefined
    const window = createPagedList<Told>({
      read: async (query, signal) => {
        const held = open
        const page = await list.read(query, signal)
        await held
        return page
      },
      order,
      pageSize: 50,
      limit: 300,
    })
    return {
      ...list,
      window,
      /** Holds back what is asked for from now on; gives what lets it go. */
      hold() {
        open = new Promise((done) => (release = done))
        return () => {
          open = Promise.resolve()
          release()
        }
      },
      /** What is asked for from now on is answered at once; what is held stays so. */
      pass: () => void (open = Promise.resolve()),
    }
  }
  const wholeStretch = (order: RowOrder, held: readonly EntryId[], rows: readonly EntryId[]): readonly EntryId[] => {
    const compare = comparator(order)
    const [first = '0-0', last = '0-0'] = [rows[0], rows.at(-1)]
    return held.filter((id) => compare(id, first) >= 0 && compare(id, last) <= 0)
  }

  it('of the next page is dropped where a refresh has begun the list anew', async () => {
    const { window, hold, pass, change, ids: held } = slowListOf('newest', 500)
    await window.open()
    const letGo = hold()
    const more = window.more('end')
    pass()
    change((now) => [...now, ...ids(3_000, 501)])
    await window.refresh(0, 30)
    const rows = shown(window)
    letGo()
    await more
    expect(shown(window)).toEqual(rows)
    await window.more('end')
    expect(shown(window)).toEqual(wholeStretch('newest', held(), shown(window)))
    expect(window.rows.value.length).toBeGreaterThan(rows.length)
  })

  it('of the page before is dropped where a refresh has taken the first row away', async () => {
    const { window, hold, pass, change, ids: held } = slowListOf('oldest', 500)
    await window.open('300-0')
    const letGo = hold()
    const more = window.more('start')
    pass()
    const [first = ''] = shown(window)
    change((now) => now.filter((id) => id !== first))
    await window.refresh(0, 30)
    const rows = shown(window)
    letGo()
    await more
    expect(shown(window)).toEqual(rows)
    await window.more('start')
    expect(shown(window)).toEqual(wholeStretch('oldest', held(), shown(window)))
    expect(window.rows.value.length).toBeGreaterThan(rows.length)
  })

  it.each(['more', 'refresh'] as const)('to “%s” is dropped where the list was opened elsewhere', async (what) => {
    const { window, hold, pass } = slowListOf('oldest', 500)
    await window.open()
    const letGo = hold()
    const late = what === 'more' ? window.more('end') : window.refresh(0, 30)
    pass()
    await window.open('400-0')
    const rows = shown(window)
    letGo()
    await late
    expect(shown(window)).toEqual(rows)
    expect(window.loading.value).toEqual({ start: false, end: false })
    await window.more('end')
    expect(window.rows.value.length).toBeGreaterThan(rows.length)
  })

  it('is dropped where nobody wants the list any more', async () => {
    const { window, hold } = slowListOf('oldest', 500)
    await window.open()
    const rows = shown(window)
    const letGo = hold()
    const late = [window.more('end'), window.refresh(0, 30)]
    window.dispose()
    letGo()
    await Promise.all(late)
    expect(shown(window)).toEqual(rows)
  })

  it('to a refresh that was asked before the next page came keeps that page', async () => {
    const { window, hold, pass, ids: held } = slowListOf('oldest', 500)
    await window.open()
    const letGo = hold()
    const refresh = window.refresh(0, 30)
    pass()
    await window.more('end')
    letGo()
    await refresh
    expect(shown(window)).toEqual(held().slice(0, 100))
  })

  it('is not asked for while the list is opened', async () => {
    const { window, hold, reads } = slowListOf('oldest', 500)
    await window.open()
    const letGo = hold()
    const opening = window.open('400-0')
    const asked = reads()
    const refresh = window.refresh(0, 30)
    expect(reads()).toBe(asked)
    letGo()
    await Promise.all([opening, refresh])
  })
})
