// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { effectScope, nextTick, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { useLiveTail } from '../../../renderer/composables/use-live-tail'
import { useConnections } from '../../../renderer/stores/connections'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { Entry } from '../../../shared/model/entry'
import type { SearchEvent, TailEvent } from '../../../shared/model/entry-query'
import { queryOf } from '../../helpers/query-of'
import { events, fakeApi, type Call } from '../helpers/fake-api'

const target = { connectionId: 'c1', key: 'orders' }
let scope: EffectScope

function entryAt(at: number): Entry {
  return { id: `${at}-0`, size: 1, moreFields: 0, fields: [] }
}

function came(at: number, passed = 0): TailEvent {
  return { entries: [entryAt(at)], passed, partly: 0, at: `${at}-0` }
}

function range(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entryAt(from + at))
}

beforeEach(() => {
  setActivePinia(createPinia())
  linkState.value = { kind: 'connected' }
  scope = effectScope()
})
afterEach(() => scope.stop())

describe('the live tail', () => {
  it('begins with the last entries there are', async () => {
    fakeApi({
      entry: {
        page: () => ({ entries: range(8, 10).reverse(), next: null }),
        tail: (_input, options) => events([came(11)], options?.signal),
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
          yield* events([came(9)], options?.signal)
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

  it('begins just behind what it has read', async () => {
    const calls = fakeApi({
      entry: {
        page: () => ({ entries: range(8, 10).reverse(), next: null }),
        tail: (_input, options) => events([], options?.signal),
      },
    })
    scope.run(() => useLiveTail(() => target))?.start()
    await expect.poll(() => calls.at(-1)).toEqual({ name: 'entry.tail', input: { ...target, after: '10-0' } })
  })

  it('of an empty stream it begins at its beginning', async () => {
    const calls = fakeApi({
      entry: { page: () => ({ entries: [], next: null }), tail: (_input, options) => events([], options?.signal) },
    })
    scope.run(() => useLiveTail(() => target))?.start()
    await expect.poll(() => calls.at(-1)).toEqual({ name: 'entry.tail', input: { ...target, after: '0-0' } })
  })

  describe('of a query', () => {
    const query = queryOf('a=b')

    it('looks through a bounded past, goes on behind it, and counts what was passed over', async () => {
      const calls = fakeApi({
        entry: {
          page: () => ({ entries: [entryAt(2_000)], next: '2000-0' }),
          search: (_input, options) =>
            events<SearchEvent>(
              [
                { kind: 'found', entries: [entryAt(1_990), entryAt(1_500)] },
                { kind: 'read', entries: 1_000, bytes: 1, partly: 3, at: '1001-0' },
                { kind: 'end', next: '1001-0' },
              ],
              options?.signal,
              true,
            ),
          tail: (_input, options) => events([came(2_005, 4)], options?.signal),
        },
      })
      const tail = scope.run(() => useLiveTail(() => target))
      tail?.start(query)
      await expect.poll(() => tail?.buffer.value?.received).toBe(3)
      expect(tail?.buffer.value).toMatchObject({ passed: 1_002, partly: 3, lastId: '2005-0', gap: false })
      expect(tail?.buffer.value?.rows.map(({ id }) => id)).toEqual(['2005-0', '1990-0', '1500-0'])
      const [, search, live] = calls.map(({ input }) => input)
      expect(search).toEqual({ ...target, query, order: 'newest', to: '2000-0', reach: 1_000 })
      expect(live).toEqual({ ...target, query, after: '2000-0' })
    })

    it('after a lost link more than it catches up with is a gap, and it goes on from now', async () => {
      let opened = 0
      const calls = fakeApi({
        entry: {
          page: () => ({ entries: [], next: null }),
          search: (_input, options) =>
            events<SearchEvent>(
              [
                { kind: 'read', entries: 1_000, bytes: 1, partly: 0, at: '1009-0' },
                { kind: 'end', next: '1009-0' },
              ],
              options?.signal,
              true,
            ),
          tail: async function* (_input: never, options?: { signal?: AbortSignal }) {
            opened += 1
            if (opened > 1) return yield* events([came(5_000, 9)], options?.signal)
            yield came(9)
            throw new HostLostError()
          },
        },
      })
      const tail = scope.run(() => useLiveTail(() => target))
      tail?.start(query)
      await expect.poll(() => tail?.buffer.value?.received, { timeout: 3_000 }).toBe(2)
      expect(tail?.buffer.value).toMatchObject({ passed: 1_009, gap: true })
      expect(calls.findLast(({ name }) => name === 'entry.search')?.input).toMatchObject({
        order: 'oldest',
        after: '9-0',
      })
      expect(calls.at(-1)?.input).toEqual({ ...target, query })
    })
  })

  it('a page without frames, which nobody sees, holds no more than one that is seen', async () => {
    const frames = vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(1)
    fakeApi({
      entry: {
        page: () => ({ entries: [], next: null }),
        tail: (_input, options) =>
          events(
            Array.from({ length: 30 }, (_, at) => ({
              ...{ entries: range(at * 100 + 1, at * 100 + 100), passed: 0, partly: 0, at: `${at * 100 + 100}-0` },
            })),
            options?.signal,
          ),
      },
    })
    const tail = scope.run(() => useLiveTail(() => target))
    tail?.start()
    await expect.poll(() => tail?.buffer.value?.received).toBe(3_000)
    expect(tail?.buffer.value?.rows).toHaveLength(1_000)
    frames.mockRestore()
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
    expect(tail?.isRunning.value).toBe(false)
  })

  describe('whose server is lost', () => {
    const lost = new Error('nothing listens')
    async function become(state: ConnectionStatus['state']): Promise<void> {
      useConnections().statuses = new Map([
        ['c1', { connectionId: 'c1', state, latencyMs: null, server: null, replica: null, error: null, nodes: [] }],
      ])
      await nextTick()
    }

    function losing(): { tail: ReturnType<typeof useLiveTail>; calls: readonly Call[] } {
      let opened = 0
      const calls = fakeApi({
        entry: {
          page: ({ after }: { after?: string }) => ({
            entries: after === undefined ? [entryAt(1)] : [entryAt(2)],
            next: null,
          }),
          tail: async function* (_input: never, options?: { signal?: AbortSignal }) {
            opened += 1
            if (opened === 1) throw lost
            yield* events([came(3)], options?.signal)
          },
        },
      })
      useConnections().activeId = 'c1'
      void become('open')
      const tail = scope.run(() => useLiveTail(() => target))
      if (!tail) throw new Error('no scope')
      tail.start()
      return { tail, calls }
    }
    const ids = (tail: ReturnType<typeof useLiveTail>): unknown => tail.buffer.value?.rows.map(({ id }) => id)

    it('keeps what it shows, is not live, and goes on behind that once the server is back', async () => {
      const { tail, calls } = losing()
      await expect.poll(() => tail.error.value).toBe(lost)
      await become('reconnecting')
      expect([tail.isRunning.value, ids(tail)]).toEqual([false, ['1-0']])
      await become('open')
      await expect.poll(() => ids(tail)).toEqual(['3-0', '2-0', '1-0'])
      expect([tail.isRunning.value, tail.error.value]).toEqual([true, null])
      expect(calls.filter(({ name }) => name === 'entry.tail').at(-1)?.input).toEqual({ ...target, after: '2-0' })
    })

    it('goes on where a person asks for it', async () => {
      const { tail } = losing()
      await expect.poll(() => tail.error.value).toBe(lost)
      tail.goOn()
      await expect.poll(() => ids(tail)).toEqual(['3-0', '2-0', '1-0'])
    })

    it('is not opened again by itself while the server was never away', async () => {
      const { tail, calls } = losing()
      await expect.poll(() => tail.error.value).toBe(lost)
      await become('open')
      expect(calls.filter(({ name }) => name === 'entry.tail')).toHaveLength(1)
    })

    it('stays as it is where it was stopped meanwhile', async () => {
      const { tail, calls } = losing()
      await expect.poll(() => tail.error.value).toBe(lost)
      await become('reconnecting')
      tail.stop()
      await become('open')
      expect([tail.buffer.value, calls.filter(({ name }) => name === 'entry.tail').length]).toEqual([null, 1])
    })
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
