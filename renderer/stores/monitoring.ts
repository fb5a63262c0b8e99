import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { Finding } from '../../shared/judgement/finding'
import type { MonitoringEvent, StreamReport } from '../../shared/model/monitoring'
import { FINDINGS_AT_FIRST, MOST_FINDINGS, MOST_REPORTS } from '../../shared/monitoring-limits'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { useConnections } from './connections'
import { useServerClock } from './server-clock'

/** By stream. Another object whenever there is something new to show; the map in it grows. */
export interface Reports {
  readonly byStream: ReadonlyMap<string, StreamReport>
}

export interface Findings {
  /** The worst of them. */
  readonly list: readonly Finding[]
  /** Cards of all of them: one per group, and of these the bad ones. */
  readonly count: number
  readonly bad: number
  /** Findings there are beside, that nobody wants to be told. */
  readonly snoozed: number
}

const NO_FINDINGS: Findings = { list: [], count: 0, bad: 0, snoozed: 0 }
/** How often what came in meanwhile is shown, ms: a list of ten thousand is not built anew for every event. */
const SHOW_EVERY_MS = 120
/** The host ended it though the connection is open: it was opened anew. */
const FOLLOW_AGAIN_MS = 250

/** What the host makes of the streams of the active connection: the page judges nothing by itself. */
export const useMonitoring = defineStore('monitoring', () => {
  const connections = useConnections()
  const clock = useServerClock()
  // Not reactive by itself: `reports` changes when it is to be shown.
  let byStream = new Map<string, StreamReport>()
  const reports = shallowRef<Reports>({ byStream })
  const findings = shallowRef<Findings>(NO_FINDINGS)
  /** Of how many streams these are. */
  const judged = shallowRef(0)

  let watchId: string | null = null
  let followedId = ''
  let screen = { keys: [] as readonly Bytes[], findings: FINDINGS_AT_FIRST, hidden: false }
  let stop: () => void = () => undefined
  let showTimer: ReturnType<typeof setTimeout> | undefined
  let againTimer: ReturnType<typeof setTimeout> | undefined
  let latestFindings: Findings | null = null
  let latestJudged = 0

  function show(): void {
    clearTimeout(showTimer)
    showTimer = undefined
    reports.value = { byStream }
    if (latestFindings) findings.value = latestFindings
    latestFindings = null
    judged.value = latestJudged
  }

  function onEvent(event: MonitoringEvent): void {
    if (event.kind === 'begin') {
      watchId = event.watchId
      return tellScreen()
    }
    if (event.kind === 'clock') return clock.tell(followedId, event.serverNowMs)
    if (event.kind === 'judged') latestJudged = event.streams
    else if (event.kind === 'findings')
      latestFindings = { list: event.findings, count: event.count, bad: event.bad, snoozed: event.snoozed }
    else for (const report of event.streams) byStream.set(bytesKey(report.summary.key), report)
    showTimer ??= setTimeout(show, SHOW_EVERY_MS)
  }

  function follow(connectionId: string): void {
    leave()
    followedId = connectionId
    const onEnd = (): void => {
      watchId = null
      againTimer = setTimeout(() => {
        if (connections.activeId === connectionId && connections.activeStatus?.state === 'open') follow(connectionId)
      }, FOLLOW_AGAIN_MS)
    }
    // The connection's own state says why it can't be followed, and when it can.
    stop = subscribe((signal) => api().monitoring.watch({ connectionId }, { signal }), onEvent, { onEnd })
  }

  function leave(): void {
    stop()
    clearTimeout(againTimer)
    watchId = null
  }

  function forget(): void {
    leave()
    clearTimeout(showTimer)
    showTimer = undefined
    byStream = new Map()
    latestFindings = null
    reports.value = { byStream }
    findings.value = NO_FINDINGS
    latestJudged = 0
    judged.value = 0
  }

  /** Errors are no matter here: the next call, or the next subscription, tells it again. */
  function tellScreen(): void {
    if (watchId === null) return
    const { keys, ...rest } = screen
    const shown = { connectionId: connections.activeId, watchId, keys: [...keys], ...rest }
    void api()
      .monitoring.show(shown)
      .catch(() => undefined)
  }

  /** What is on the screen: it is read first, and so many findings are told. */
  function setScreen(changes: Partial<typeof screen>): void {
    screen = { ...screen, ...changes }
    screen.keys = screen.keys.slice(0, MOST_REPORTS)
    screen.findings = Math.min(MOST_FINDINGS, screen.findings)
    tellScreen()
  }

  function giveWay(): void {
    if (watchId === null) return
    void api()
      .monitoring.giveWay({ connectionId: connections.activeId })
      .catch(() => undefined)
  }

  function refresh(): void {
    if (watchId === null) return
    void api()
      .monitoring.refresh({ connectionId: connections.activeId })
      .catch(() => undefined)
  }

  /** What is known of a stream; undefined when it was not read yet. Reactive. */
  function report(key: Bytes): StreamReport | undefined {
    return reports.value.byStream.get(bytesKey(key))
  }

  watch(
    [() => connections.activeId, () => connections.activeStatus?.state],
    ([id, state], [idBefore, stateBefore]) => {
      if (id !== idBefore) forget()
      if (id !== '' && state === 'open' && (id !== idBefore || stateBefore !== 'open')) follow(id)
    },
    { immediate: true },
  )

  return { reports, findings, judged, report, setScreen, giveWay, refresh }
})
