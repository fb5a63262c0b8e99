import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import { groupKey } from '../../shared/group-key'
import type { GroupSample } from '../../shared/judgement/rates'
import type { DiscoveryEvent, StreamSummary } from '../../shared/model/stream'
import { api } from '../api/client'
import { errorInfo } from '../api/errors'
import { subscribe } from '../api/subscribe'
import { byText, streamName, type StreamName } from '../utils/stream-tree'
import { withSample } from '../utils/group-history'
import { useConnections } from './connections'

export type DiscoveryProgress = Omit<DiscoveryEvent, 'keys'>

export interface SummaryRecord {
  readonly summary: StreamSummary
  readonly readAtMs: number
}

/** What was read of the streams. Another object whenever there is something new to show; the maps in it grow. */
export interface KnownStreams {
  /** By stream. */
  readonly records: ReadonlyMap<string, SummaryRecord>
  /** The last figures of each group, as the summaries brought them, by `groupKey`. */
  readonly histories: ReadonlyMap<string, readonly GroupSample[]>
}

const NOT_BEGUN: DiscoveryProgress = { state: 'scanning', scanned: 0, total: null, found: 0, error: null }
/** The most keys that one call for summaries takes. */
export const SUMMARY_CHUNK = 200
/** How often what came in meanwhile is shown, ms: a list of ten thousand is not built anew for every event. */
const SHOW_EVERY_MS = 120

/** The streams of the active connection as far as they are found, and what is known of each. */
export const useStreams = defineStore('streams', () => {
  const connections = useConnections()
  /** Those found so far, by name. */
  const names = shallowRef<readonly StreamName[]>([])
  const progress = shallowRef<DiscoveryProgress>(NOT_BEGUN)
  // Not reactive by themselves: `known` changes when they are to be shown.
  let records = new Map<string, SummaryRecord>()
  let histories = new Map<string, readonly GroupSample[]>()
  const known = shallowRef<KnownStreams>({ records, histories })

  let found = new Map<string, StreamName>()
  let latest: DiscoveryProgress = NOT_BEGUN
  let isFreshScan = false
  let stop: () => void = () => undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let areSummariesNew = false
  let areNamesNew = false

  function show(): void {
    clearTimeout(timer)
    timer = undefined
    if (areNamesNew) names.value = sortedNames()
    areNamesNew = false
    progress.value = latest
    if (areSummariesNew) known.value = { records, histories }
    areSummariesNew = false
  }

  // The map takes over the order, so that the next sort finds most of its work done.
  function sortedNames(): readonly StreamName[] {
    const sorted = [...found.values()].sort(byText)
    found = new Map(sorted.map((name) => [name.id, name]))
    return sorted
  }

  function showSoon(): void {
    timer ??= setTimeout(show, SHOW_EVERY_MS)
  }

  function onEvent({ keys: more, ...event }: DiscoveryEvent): void {
    // A scan from the start keeps the list on screen until its first streams come in.
    if (isFreshScan && (more.length > 0 || event.state !== 'scanning')) {
      found = new Map()
      isFreshScan = false
      areNamesNew = true
    }
    const isFirst = found.size === 0 && more.length > 0
    for (const key of more) {
      const id = bytesKey(key)
      if (!found.has(id)) found.set(id, streamName(key))
    }
    areNamesNew ||= more.length > 0
    latest = event
    if (isFirst || event.state !== 'scanning') show()
    else showSoon()
  }

  function follow(connectionId: string, fresh: boolean): void {
    stop()
    isFreshScan = true
    let isFirstTry = fresh
    const open = (signal: AbortSignal): Promise<AsyncIterable<DiscoveryEvent>> => {
      const input = { connectionId, fresh: isFirstTry }
      isFirstTry = false
      isFreshScan = true
      return api().stream.discover(input, { signal })
    }
    const onError = (error: unknown): void => {
      latest = { ...latest, state: 'failed', error: asInfo(error) }
      show()
    }
    // Somebody else looked from the start: theirs goes on.
    const onEnd = (): void => follow(connectionId, false)
    stop = subscribe(open, onEvent, { onError, onEnd })
  }

  function forget(): void {
    stop()
    clearTimeout(timer)
    timer = undefined
    found = new Map()
    records = new Map()
    histories = new Map()
    latest = NOT_BEGUN
    names.value = []
    progress.value = NOT_BEGUN
    known.value = { records, histories }
  }

  /** Looks for streams from the start. */
  function rescan(): void {
    if (connections.activeId === '') return
    latest = NOT_BEGUN
    progress.value = NOT_BEGUN
    follow(connections.activeId, true)
  }

  async function stopScan(): Promise<void> {
    await api().stream.stopDiscovery({ connectionId: connections.activeId })
  }

  /** What is known of a stream; undefined when it was not looked at yet. Reactive. */
  function record(key: Bytes): SummaryRecord | undefined {
    return known.value.records.get(bytesKey(key))
  }

  function remember({ key, groups }: StreamSummary, atMs: number): void {
    for (const { name, pending, lag, entriesRead } of groups) {
      const id = groupKey(key, name)
      const sample = {
        atMs,
        pending,
        lag: lag.value === null ? null : Number(lag.value),
        entriesRead: entriesRead === null ? null : Number(entriesRead),
      }
      histories.set(id, withSample(histories.get(id) ?? [], sample))
    }
  }

  /** Reads the summaries of up to SUMMARY_CHUNK streams anew. */
  async function read(wanted: readonly Bytes[], signal?: AbortSignal): Promise<void> {
    const connectionId = connections.activeId
    if (wanted.length === 0 || connectionId === '') return
    const input = { connectionId, keys: wanted.slice(0, SUMMARY_CHUNK) }
    const summaries = await api().stream.summaries(input, signal ? { signal } : {})
    if (connections.activeId !== connectionId) return
    const readAtMs = Date.now()
    for (const summary of summaries) {
      records.set(bytesKey(summary.key), { summary, readAtMs })
      remember(summary, readAtMs)
    }
    areSummariesNew = true
    showSoon()
  }

  watch(
    [() => connections.activeId, () => connections.activeStatus?.state],
    ([id, state], [idBefore, stateBefore]) => {
      if (id !== idBefore) forget()
      if (id !== '' && state === 'open' && (id !== idBefore || stateBefore !== 'open')) follow(id, false)
    },
    { immediate: true },
  )

  return { names, progress, known, rescan, stopScan, record, read }
})

function asInfo(error: unknown): DiscoveryEvent['error'] {
  const message = error instanceof Error ? error.message : String(error)
  return errorInfo(error) ?? { code: 'OTHER', message, data: null }
}
