// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { usePending } from '../../../renderer/stores/pending'
import { compareIds } from '../../../shared/entry-id'
import { fakeApi } from '../helpers/fake-api'

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
  const list = usePending().list(target, null)
  await list.open('1620973121009-600')
  while (!list.atStart.value) await list.more('start')
  while (!list.atEnd.value) await list.more('end')
  expect(list.rows.value.map(({ id }) => id)).toEqual(ids)
})

it('keeps one list per consumer', () => {
  const pending = usePending()
  expect(pending.list(target, 'a')).toBe(pending.list(target, 'a'))
  expect(pending.list(target, 'a')).not.toBe(pending.list(target, 'b'))
  expect(pending.list(target, 'a')).not.toBe(pending.list({ ...target, group: 'audit' }, 'a'))
  expect(pending.list(target, '')).not.toBe(pending.list(target, null))
})
