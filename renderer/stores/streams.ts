import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { bytesKey } from '../../shared/bytes'
import type { DiscoveryEvent } from '../../shared/model/stream'
import { api } from '../api/client'
import { errorInfo } from '../api/errors'
import { subscribe } from '../api/subscribe'
import { byText, streamName, type StreamName } from '../utils/stream-tree'
import { useConnections } from './connections'

export type DiscoveryProgress = Omit<DiscoveryEvent, 'keys'>

const NOT_BEGUN: DiscoveryProgress = { state: 'scanning', scanned: 0, total: null, found: 0, error: null }
/** How often what came in meanwhile is shown, ms: a list of ten thousand is not built anew for every event. */
const SHOW_EVERY_MS = 120

/** The streams of the active connection as far as they are found. */
export const useStreams = defineStore('streams', () => {
  const connections = useConnections()
  /** Those found so far, by name. */
  const names = shallowRef<readonly StreamName[]>([])
  const progress = shallowRef<DiscoveryProgress>(NOT_BEGUN)

  let found = new Map<string, StreamName>()
  let latest: DiscoveryProgress = NOT_BEGUN
  let isFreshScan = false
  let stop: () => void = () => undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let areNamesNew = false

  function show(): void {
    clearTimeout(timer)
    timer = undefined
    if (areNamesNew) names.value = sortedNames()
    areNamesNew = false
    progress.value = latest
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
    latest = NOT_BEGUN
    names.value = []
    progress.value = NOT_BEGUN
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

  watch(
    [() => connections.activeId, () => connections.activeStatus?.state],
    ([id, state], [idBefore, stateBefore]) => {
      if (id !== idBefore) forget()
      if (id !== '' && state === 'open' && (id !== idBefore || stateBefore !== 'open')) follow(id, false)
    },
    { immediate: true },
  )

  return { names, progress, rescan, stopScan }
})

function asInfo(error: unknown): DiscoveryEvent['error'] {
  return errorInfo(error) ?? { code: 'OTHER', data: null }
}
