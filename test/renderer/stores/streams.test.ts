// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Bytes } from '../../../shared/bytes'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { DiscoveryEvent } from '../../../shared/model/stream'
import { linkState } from '../../../renderer/api/link-state'
import { useConnections } from '../../../renderer/stores/connections'
import { useStreams } from '../../../renderer/stores/streams'
import { events, fakeApi } from '../helpers/fake-api'
import { connection } from '../helpers/mount-view'

const event = (state: DiscoveryEvent['state'], keys: Bytes[]): DiscoveryEvent => ({
  state,
  scanned: 100,
  total: 200,
  found: keys.length,
  keys,
  error: null,
})
const status = (state: ConnectionStatus['state']): ReadonlyMap<string, ConnectionStatus> =>
  new Map([['c1', { connectionId: 'c1', state, latencyMs: null, server: null, replica: null, error: null, nodes: [] }]])

beforeEach(() => {
  vi.useFakeTimers()
  sessionStorage.clear()
  linkState.value = { kind: 'connected' }
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})

async function open(): Promise<void> {
  const connections = useConnections()
  connections.list = [connection()]
  connections.activeId = 'c1'
  connections.statuses = status('open')
  useStreams()
  await nextTick()
  await vi.advanceTimersByTimeAsync(200)
  await flushPromises()
}

describe('the streams of a connection', () => {
  it('get one more when Sluice makes one, and go on with somebody else’s search', async () => {
    let tell: (event: DiscoveryEvent | null) => void = () => undefined
    const asked: boolean[] = []
    fakeApi({
      stream: {
        discover: async function* ({ fresh }: { fresh: boolean }) {
          asked.push(fresh)
          yield event('done', asked.length === 1 ? ['a'] : ['b', 'c'])
          for (;;) {
            const next = await new Promise<DiscoveryEvent | null>((resolve) => (tell = resolve))
            if (next === null) return
            yield next
          }
        },
      },
    })
    await open()
    const texts = (): string[] => useStreams().names.map(({ text }) => text)
    expect(texts()).toEqual(['a'])
    tell(event('done', ['a:dead']))
    await vi.advanceTimersByTimeAsync(200)
    expect(texts()).toEqual(['a', 'a:dead'])
    tell(null)
    await vi.advanceTimersByTimeAsync(200)
    expect(asked).toEqual([false, false])
    expect(texts()).toEqual(['b', 'c'])
  })

  it('show by name as they are found, whatever bytes they are', async () => {
    const found = [event('scanning', ['b', { base64: '//4=' }]), event('done', ['a10', 'a9'])]
    fakeApi({ stream: { discover: (_input, options) => events(found, options?.signal) } })
    await open()
    expect(useStreams().names.map(({ text }) => text)).toEqual(['\\xff\\xfe', 'a9', 'a10', 'b'])
    expect(useStreams().progress).toMatchObject({ state: 'done', scanned: 100 })
  })

  it('stay on screen during a new scan until it brings its first, then only what it found', async () => {
    let scan = 0
    const release: (() => void)[] = []
    async function* discover(_input: never, options?: { signal?: AbortSignal }): AsyncGenerator<DiscoveryEvent> {
      scan += 1
      if (scan === 1) return yield* events([event('done', ['old', 'kept'])], options?.signal)
      yield event('scanning', [])
      await new Promise<void>((resolve) => release.push(resolve))
      yield* events([event('done', ['kept'])], options?.signal)
    }
    const calls = fakeApi({ stream: { discover } })
    await open()
    useStreams().rescan()
    await vi.advanceTimersByTimeAsync(200)
    expect(useStreams().names).toHaveLength(2)
    release[0]?.()
    await vi.advanceTimersByTimeAsync(200)
    expect(useStreams().names.map(({ text }) => text)).toEqual(['kept'])
    expect(calls.map(({ input }) => input)).toEqual([
      { connectionId: 'c1', fresh: false },
      { connectionId: 'c1', fresh: true },
    ])
  })

  it('say why the scan failed', async () => {
    const failing = { ...event('failed', []), error: { code: 'REDIS', data: { reply: 'NOPERM' } } }
    fakeApi({ stream: { discover: (_input, options) => events([failing], options?.signal) } })
    await open()
    expect(useStreams().progress).toMatchObject({ state: 'failed', error: { data: { reply: 'NOPERM' } } })
  })
})
