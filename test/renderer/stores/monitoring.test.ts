// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, disposePinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Bytes } from '../../../shared/bytes'
import type { ConnectionStatus } from '../../../shared/model/connection'
import type { MonitoringEvent } from '../../../shared/model/monitoring'
import type { StreamSummary } from '../../../shared/model/stream'
import { linkState } from '../../../renderer/api/link-state'
import { useConnections } from '../../../renderer/stores/connections'
import { useMonitoring } from '../../../renderer/stores/monitoring'
import { group } from '../../shared/judgement/judged-samples'
import { fakeApi, type Call } from '../helpers/fake-api'
import { reportOf } from '../helpers/monitored'
import { connection } from '../helpers/mount-view'

const summary = (key: Bytes, length: number): StreamSummary => ({
  ...{
    key,
    length,
    groups: [group('g')],
    moreGroups: 0,
    lastId: '1000000-0',
    entriesAdded: null,
    memoryBytes: null,
    error: null,
  },
  ...{ atMs: 1_700_000_000_000, large: false },
})
const streamsEvent = (...summaries: readonly StreamSummary[]): MonitoringEvent => ({
  ...{ kind: 'streams', streams: summaries.map(reportOf) },
})
const status = (state: ConnectionStatus['state']): ReadonlyMap<string, ConnectionStatus> =>
  new Map([['c1', { connectionId: 'c1', state, latencyMs: null, server: null, replica: null, error: null, nodes: [] }]])

let tell: (event: MonitoringEvent | null) => void = () => undefined
let calls: readonly Call[] = []
let pinia = createPinia()

beforeEach(() => {
  vi.useFakeTimers()
  sessionStorage.clear()
  linkState.value = { kind: 'connected' }
  pinia = createPinia()
  setActivePinia(pinia)
  let watches = 0
  calls = fakeApi({
    monitoring: {
      watch: async function* (_input, options?: { signal?: AbortSignal }) {
        yield { kind: 'begin', watchId: `w${++watches}` } satisfies MonitoringEvent
        for (;;) {
          const next = await new Promise<MonitoringEvent | null>((resolve) => {
            tell = resolve
            options?.signal?.addEventListener('abort', () => resolve(null))
          })
          if (next === null) return
          yield next
        }
      },
      show: () => undefined,
      giveWay: () => undefined,
      refresh: () => undefined,
    },
  })
})
afterEach(() => {
  // Its stores would go on following: they share the session's storage.
  disposePinia(pinia)
  vi.useRealTimers()
})

async function open(): Promise<ReturnType<typeof useMonitoring>> {
  const connections = useConnections()
  connections.list = [connection()]
  connections.activeId = 'c1'
  connections.statuses = status('open')
  const monitoring = useMonitoring()
  await nextTick()
  await flushPromises()
  return monitoring
}
async function told(event: MonitoringEvent | null): Promise<void> {
  tell(event)
  await flushPromises()
  await vi.advanceTimersByTimeAsync(200)
}
const named = (name: string) => calls.filter((call) => call.name === `monitoring.${name}`).map(({ input }) => input)

describe('the streams of a connection', () => {
  it('have their summaries, and a history of their groups', async () => {
    const monitoring = await open()
    expect(monitoring.report('a')).toBeUndefined()
    await told(streamsEvent(summary('a', 5)))
    expect(monitoring.report('a')).toMatchObject({ summary: { length: 5 }, groups: [{ backlog: [0] }] })
    const before = monitoring.reports
    await told(streamsEvent(summary('a', 6)))
    expect(monitoring.report('a')?.summary.length).toBe(6)
    expect(monitoring.reports).not.toBe(before)
  })

  it('are forgotten with their connection; an answer for it that comes late is too', async () => {
    const monitoring = await open()
    await told(streamsEvent(summary('a', 1)))
    const late = tell
    useConnections().activeId = ''
    await nextTick()
    expect(monitoring.reports.byStream.size).toBe(0)
    late(streamsEvent(summary('b', 1)))
    await flushPromises()
    await vi.advanceTimersByTimeAsync(200)
    expect(monitoring.reports.byStream.size).toBe(0)
  })
})

describe('what the page has on its screen', () => {
  it('is told once there is somebody to tell, and again whenever it changes', async () => {
    const monitoring = await open()
    expect(named('show')).toEqual([{ connectionId: 'c1', watchId: 'w1', keys: [], findings: 24, hidden: false }])
    monitoring.setScreen({ keys: ['a', 'b'] })
    monitoring.setScreen({ findings: 44, hidden: true })
    expect(named('show').at(-1)).toEqual({
      ...{ connectionId: 'c1', watchId: 'w1', keys: ['a', 'b'], findings: 44, hidden: true },
    })
  })

  it('keeps to what the host takes', async () => {
    const monitoring = await open()
    monitoring.setScreen({ keys: Array.from({ length: 300 }, (_, at) => `s${at}`), findings: 5_000 })
    expect(named('show').at(-1)).toMatchObject({ findings: 1_000 })
    expect((named('show').at(-1) as { keys: Bytes[] }).keys).toHaveLength(200)
  })

  it('is told anew to a host that came back, and to a connection that was opened anew', async () => {
    const monitoring = await open()
    monitoring.setScreen({ keys: ['a'] })
    await told(streamsEvent(summary('a', 1)))
    await told(null)
    await vi.advanceTimersByTimeAsync(300)
    expect(named('watch')).toHaveLength(2)
    expect(named('show').at(-1)).toMatchObject({ watchId: 'w2', keys: ['a'] })
    expect(monitoring.report('a')).toBeDefined()
  })

  it('is followed no more once the connection is closed', async () => {
    const monitoring = await open()
    useConnections().statuses = status('closed')
    await told(null)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(named('watch')).toHaveLength(1)
    monitoring.giveWay()
    monitoring.refresh()
    expect(named('giveWay')).toEqual([])
    expect(named('refresh')).toEqual([])
  })
})
