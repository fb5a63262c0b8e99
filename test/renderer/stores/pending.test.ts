// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { usePending } from '../../../renderer/stores/pending'
import { compareIds } from '../../../shared/entry-id'
import type { Criteria } from '../../../shared/model/selection'
import { fakeApi } from '../helpers/fake-api'

const ALL = { consumer: null, criteria: null }
const target = { connectionId: 'c1', key: 'orders', group: 'billing' }

interface PageInput {
  readonly from?: string
  readonly after?: string
  readonly count: number
}

function serve(ids: readonly string[]): void {
  fakeApi({
    pending: {
      page: ({ from, after, count }: PageInput) => {
        const begin = ids.findIndex((id) =>
          after === undefined ? compareIds(id, from ?? '0-0') >= 0 : compareIds(id, after) > 0,
        )
        const page = begin < 0 ? [] : ids.slice(begin, begin + count)
        const rest = begin >= 0 && begin + count < ids.length
        return {
          entries: page.map((id) => ({ id, consumer: 'w', idleMs: 1, deliveries: 1, inStream: true, body: null })),
          next: rest ? page.at(-1) : null,
        }
      },
    },
  })
}

beforeEach(() => setActivePinia(createPinia()))

it('reads 1 200 pending of one millisecond from the middle both ways, each once', async () => {
  const ids = Array.from({ length: 1_200 }, (_, seq) => `1620973121009-${seq}`)
  serve(ids)
  const list = usePending().list(target, ALL)
  await list.open('1620973121009-600')
  while (!list.atStart.value) await list.more('start')
  while (!list.atEnd.value) await list.more('end')
  expect(list.rows.value.map(({ id }) => id)).toEqual(ids)
})

it('keeps one list per consumer and filter', () => {
  const pending = usePending()
  const of = (consumer: string | null, criteria: Criteria | null = null, group = 'billing') =>
    pending.list({ ...target, group }, { consumer, criteria })
  expect(of('a')).toBe(of('a'))
  expect(of('a')).not.toBe(of('b'))
  expect(of('a')).not.toBe(of('a', null, 'audit'))
  expect(of('')).not.toBe(of(null))
  expect(of('a', { minIdleMs: 1 })).toBe(of('a', { minIdleMs: 1 }))
  expect(of('a', { minIdleMs: 1 })).not.toBe(of('a', { minIdleMs: 2 }))
})

describe('a filtered list', () => {
  const STRETCH = 100
  const all = Array.from({ length: 2_000 }, (_, at) => `${at + 1}-0`)
  let wanted = new Set<string>()
  /** As the host does it: looks at so many per call, and says how far it came. */
  function search({ from, after, count, criteria }: PageInput & { readonly criteria?: Criteria }) {
    const end =
      criteria?.to === undefined ? all.length : all.filter((id) => compareIds(id, criteria.to ?? '') <= 0).length
    const at = all.findIndex((id) =>
      after === undefined ? compareIds(id, from ?? '0-0') >= 0 : compareIds(id, after) > 0,
    )
    const begin = at === -1 ? end : at
    const rows: string[] = []
    let walked = 0
    while (begin + walked < end && walked < STRETCH && rows.length < count) {
      const id = all[begin + walked] ?? ''
      if (wanted.has(id)) rows.push(id)
      walked += 1
    }
    const entries = rows.map((id) => ({ id, consumer: 'w', idleMs: 1, deliveries: 9, inStream: true, body: null }))
    const untold = walked > 0 && begin < 2 * STRETCH ? { untold: 3 } : {}
    return { entries, walked, next: begin + walked < end ? all[begin + walked - 1] : null, ...untold }
  }
  const filtered = () => usePending().list(target, { consumer: null, criteria: { minDeliveries: 9 } })
  const shown = (list: ReturnType<typeof filtered>) => list.rows.value.map(({ id }) => id)

  it('goes on over stretches without a match, looks at each once, and tells how many', async () => {
    wanted = new Set(['950-0', '951-0', '1999-0'])
    const calls = fakeApi({ pending: { page: search } })
    const list = filtered()
    await list.open()
    expect([shown(list), list.walked.value, list.atEnd.value]).toEqual([[], 100, false])
    while (!list.atEnd.value) await list.more('end')
    expect(shown(list)).toEqual([...wanted])
    expect([list.walked.value, calls.length]).toEqual([2_000, 20])
    // Of the first two stretches three each.
    expect(list.untold.value).toBe(6)
  })

  it('is not searched again by a refresh, neither before it found something nor after its end', async () => {
    wanted = new Set(['950-0', '1999-0'])
    const calls = fakeApi({ pending: { page: search } })
    const list = filtered()
    await list.open()
    await list.more('end')
    await list.refresh(0, 30)
    await list.more('end')
    expect(list.walked.value).toBe(300)
    while (!list.atEnd.value) await list.more('end')
    const before = calls.length
    await list.refresh(0, 2)
    await list.more('end')
    expect([shown(list), list.atEnd.value, calls.length - before]).toEqual([[...wanted], true, 1])
  })

  it('goes back to its start from where one jumped to, without a hole', async () => {
    wanted = new Set(all.filter((_, at) => at % 37 === 0))
    fakeApi({ pending: { page: search } })
    const list = filtered()
    await list.open('1500-0')
    while (!list.atStart.value) await list.more('start')
    while (!list.atEnd.value) await list.more('end')
    expect(shown(list)).toEqual([...wanted])
  })
})
