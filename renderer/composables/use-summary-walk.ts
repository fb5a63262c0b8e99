import { onScopeDispose, watch } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import { HostLostError } from '../api/link-state'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useRefreshBeat } from '../stores/refresh'
import { useSettings } from '../stores/settings'
import { SUMMARY_CHUNK, useStreams } from '../stores/streams'
import { streamHealth } from '../utils/stream-health'

/** Chunks that one beat reads again once all streams are known: trouble first, then the longest unread. */
const CHUNKS_PER_BEAT = 3

/**
 * Reads the summaries of all streams in the background, and again on each beat with the trouble first. What is on screen
 * (`watched`) comes before everything. One call at a time, so that it never stands in the way of what the user asks for.
 */
export function useSummaryWalk(watched: () => readonly Bytes[]): void {
  const streams = useStreams()
  const connections = useConnections()
  const settings = useSettings()
  const pulse = useRefreshBeat()
  const jobs = useJobs()
  let controller = new AbortController()
  let isWalking = false
  let failedAtMs = 0
  /** Streams whose figures are wanted anew, in the order to read them. */
  let stale: Bytes[] = []

  /** Asked for since the last beat: what a host leaves out of its answer is not asked for in a tight loop. */
  let asked = new Set<string>()

  function nextUnread(): readonly Bytes[] {
    const known = streams.allRecords()
    const isUnread = (id: string): boolean => !known.has(id) && !asked.has(id)
    const first = watched().filter((key) => isUnread(bytesKey(key)))
    if (first.length > 0 || stale.length > 0) return first.slice(0, SUMMARY_CHUNK)
    const chunk: Bytes[] = []
    for (const { id, key } of streams.names) {
      if (isUnread(id)) chunk.push(key)
      if (chunk.length === SUMMARY_CHUNK) break
    }
    return chunk
  }

  function nextChunk(): readonly Bytes[] {
    const chunk = nextUnread()
    for (const key of chunk) asked.add(bytesKey(key))
    return chunk.length > 0 ? chunk : stale.splice(0, SUMMARY_CHUNK)
  }

  async function walk(): Promise<void> {
    if (isWalking || connections.activeStatus?.state !== 'open') return
    isWalking = true
    const { signal } = controller
    try {
      for (let chunk = nextChunk(); chunk.length > 0 && !signal.aborted; chunk = nextChunk()) {
        await streams.read(chunk, signal)
      }
    } catch (error) {
      // Without host or server there is nothing to read; the next beat tries again. The banner and the top bar say so.
      stale = []
      if (!(error instanceof HostLostError) && !signal.aborted) failedAtMs = Date.now()
    } finally {
      if (!signal.aborted) isWalking = false
    }
  }

  function byUrgency(): Bytes[] {
    const threshold = settings.settings.stalledAfterMs
    const records = [...streams.allRecords().values()]
    const troubled = records.filter(({ summary }) => streamHealth(summary, threshold).health === 'bad')
    const rest = records.filter(({ summary }) => streamHealth(summary, threshold).health !== 'bad')
    rest.sort((a, b) => a.readAtMs - b.readAtMs)
    const known = new Set<string>()
    const ordered = [...watched(), ...[...troubled, ...rest].map(({ summary }) => summary.key)]
    return ordered.filter((key) => !known.has(bytesKey(key)) && known.add(bytesKey(key)))
  }

  function onBeat(): void {
    if (Date.now() - failedAtMs < 1_000) return
    asked = new Set()
    stale = byUrgency().slice(0, SUMMARY_CHUNK * CHUNKS_PER_BEAT)
    void walk()
  }

  watch([() => streams.names, watched], () => void walk(), { immediate: true })
  watch([() => pulse.beat, () => pulse.asked], onBeat)
  watch([() => connections.activeId, () => connections.activeStatus?.state], () => {
    controller.abort()
    controller = new AbortController()
    isWalking = false
    stale = []
    asked = new Set()
    void walk()
  })
  // What a job changed is looked at again at once.
  const stopListening = jobs.onEnded(({ connectionId, key }) => {
    if (connectionId !== connections.activeId) return
    stale = [key, ...stale]
    void walk()
  })
  onScopeDispose(() => {
    stopListening()
    controller.abort()
  })
}
