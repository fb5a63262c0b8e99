// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useEntries } from '../../../renderer/stores/entries'
import { usePending } from '../../../renderer/stores/pending'
import type { Entry, EntryPage, HeldPage } from '../../../shared/model/entry'
import type { PendingEntry } from '../../../shared/model/pending'
import { fakeApi } from '../helpers/fake-api'

beforeEach(() => setActivePinia(createPinia()))

const entryOf = (id: string, value = id): Entry => {
  return { id, size: 10, moreFields: 0, fields: [{ name: 'n', value, size: 4, cut: false }] }
}
const values = (rows: readonly Entry[]) => rows.map(({ id, fields }) => [id, fields[0]?.value])

describe('entries that are looked at again', () => {
  const target = { connectionId: 'c1', key: 'orders' }
  let answer: EntryPage
  const asked: (HeldPage | undefined)[] = []
  beforeEach(() => {
    asked.length = 0
    answer = { entries: ['3-0', '2-0', '1-0'].map((id) => entryOf(id)), next: null }
    fakeApi({
      entry: {
        page: ({ held }: { readonly held?: HeldPage }) => {
          asked.push(held)
          return answer
        },
      },
    })
  })
  const opened = async () => {
    const list = useEntries().list(target, 'newest')
    await list.open()
    return list
  }

  it('are not sent again: what is new comes among them, what is gone goes', async () => {
    const list = await opened()
    answer = { entries: [entryOf('5-0'), entryOf('0-9')], next: null, kept: ['3-0', '1-0'] }
    await list.refresh(0, 10, { whole: false })
    expect(asked.at(-1)).toEqual({
      entries: [
        ['3-0', 10],
        ['2-0', 10],
        ['1-0', 10],
      ],
      round: 1,
    })
    expect(values(list.rows.value)).toEqual(['5-0', '3-0', '1-0', '0-9'].map((id) => [id, id]))
    await list.refresh(0, 10, { whole: false })
    expect(asked.at(-1)?.round).toBe(2)
  })

  it('are read whole where that is asked for, and where the host keeps none of them', async () => {
    const list = await opened()
    answer = { entries: [entryOf('3-0', 'another')], next: null }
    await list.refresh(0, 10)
    expect([asked.at(-1), values(list.rows.value)]).toEqual([undefined, [['3-0', 'another']]])
    answer = { entries: [entryOf('9-0')], next: null, kept: [] }
    await list.refresh(0, 10, { whole: false })
    expect(values(list.rows.value)).toEqual([['9-0', '9-0']])
  })
})

it('pending entries keep the body that is held of them, unless it is gone by now', async () => {
  const row = (id: string, inStream: boolean | null, body: Entry | null): PendingEntry => {
    return { id, consumer: 'ann', idleMs: 1, deliveries: 1, inStream, body }
  }
  let entries = [row('1-0', true, entryOf('1-0')), row('2-0', true, entryOf('2-0')), row('3-0', false, null)]
  let asked: HeldPage | undefined
  fakeApi({
    pending: {
      page: ({ held }: { readonly held?: HeldPage }) => {
        asked = held
        return { entries, next: null, walked: 3 }
      },
    },
  })
  const list = usePending().list({ connectionId: 'c1', key: 'orders', group: 'g' }, { consumer: null, criteria: null })
  await list.open()
  entries = [row('1-0', null, null), row('2-0', false, null), row('3-0', null, null), row('4-0', true, entryOf('4-0'))]
  await list.refresh(0, 10, { whole: false })
  expect(asked?.entries).toEqual([
    ['1-0', 10],
    ['2-0', 10],
    ['3-0', 0],
  ])
  expect(list.rows.value.map(({ id, inStream, body }) => [id, inStream, body?.id ?? null])).toEqual([
    ['1-0', true, '1-0'],
    ['2-0', false, null],
    ['3-0', false, null],
    ['4-0', true, '4-0'],
  ])
})
