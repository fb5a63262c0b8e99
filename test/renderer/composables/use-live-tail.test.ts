// @vitest-environment happy-dom
import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { useLiveTail } from '../../../renderer/composables/use-live-tail'
import type { Entry } from '../../../shared/model/entry'
import { events, fakeApi, type Call } from '../helpers/fake-api'

const target = { connectionId: 'c1', key: 'orders' }
let scope: EffectScope

function entryAt(at: number): Entry {
  return { id: `${at}-0`, size: 1, moreFields: 0, fields: [] }
}

function range(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entryAt(from + at))
}

beforeEach(() => {
  linkState.value = { kind: 'connected' }
  scope = effectScope()
})
afterEach(() => scope.stop())

describe('the live tail', () => {
  it('begins with the last entries there are', async () => {
    fakeApi({
      entry: {
        page: () => ({ entries: range(8, 10).reverse(), next: null }),
        tail: (_input, options) => events([[entryAt(11)]], options?.signal),
      },
    })
    const tail = scope.run(() => useLiveTail(() => target))
    tail?.start()
    await expect.poll(() => tail?.buffer.value?.rows.map(({ id }) => id)).toEqual(['11-0', '10-0', '9-0', '8-0'])
  })

  it('reads what came while the link was down, and says when that was too much', async () => {
    let opened = 0
    const calls: readonly Call[] = fakeApi({
      entry: {
        page: ({ after }: { after?: string }) =>
          after === undefined ? { entries: [entryAt(1)], next: null } : { entries: range(2, 4), next: '4-0' },
        tail: async function* (_input: never, options?: { signal?: AbortSignal }) {
          opened += 1
          if (opened === 1) throw new HostLostError()
          yield* events([[entryAt(9)]], options?.signal)
        },
      },
    })
    const tail = scope.run(() => useLiveTail(() => target))
    tail?.start()
    await expect
      .poll(() => tail?.buffer.value?.rows.map(({ id }) => id), { timeout: 3_000 })
      .toEqual(['9-0', '4-0', '3-0', '2-0', '1-0'])
    expect(tail?.buffer.value?.gap).toBe(true)
    const pages = calls.filter(({ name }) => name === 'entry.page').map(({ input }) => input)
    expect(pages.at(-1)).toMatchObject({ order: 'oldest', after: '1-0' })
  })

  it('tells why it ended', async () => {
    const gone = new Error('the stream is gone')
    fakeApi({
      entry: {
        page: () => ({ entries: [], next: null }),
        tail: () => {
          throw gone
        },
      },
    })
    const tail = scope.run(() => useLiveTail(() => target))
    tail?.start()
    await expect.poll(() => tail?.error.value).toBe(gone)
  })

  it('leaves the stream when it stops', async () => {
    let left = false
    fakeApi({
      entry: {
        page: () => ({ entries: [], next: null }),
        tail: (_input, options) => {
          options?.signal?.addEventListener('abort', () => {
            left = true
          })
          return events([], options?.signal)
        },
      },
    })
    const tail = scope.run(() => useLiveTail(() => target))
    tail?.start()
    await expect.poll(() => tail?.buffer.value).not.toBeNull()
    tail?.stop()
    expect(left).toBe(true)
    expect(tail?.buffer.value).toBeNull()
  })
})
