import { until, useIdle } from '@vueuse/core'
import { onScopeDispose, watch } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import { STREAM_HEALTH } from '../../shared/judgement/stream-health'
import { HostLostError } from '../api/link-state'
import { useConnections } from '../stores/connections'
import { useJobs } from '../stores/jobs'
import { useRefreshBeat } from '../stores/refresh'
import { useSettings } from '../stores/settings'
import { SUMMARY_CHUNK, useStreams } from '../stores/streams'
import { streamState } from '../utils/judged'

/** After a key or a click, what it asks for has host and page to itself for so long, ms. */
const GIVE_WAY_MS = 200
/** Chunks that one beat reads again once all streams are known: trouble first, then the longest unread. */
const CHUNKS_PER_BEAT = 3

/**
 * Reads the summaries of all streams in the background, and again on each beat with the trouble first. What is on screen
 * (`watched`) comes before everything; the rest gives way to what the user asks for. One call at a time.
 */
export function useSummaryWalk(watched: () => readonly Bytes[]): void {
  const streams = useStreams()
  const connections = useConnections()
  const settings = useSettings()
  const pulse = useRefreshBeat()
  const jobs = useJobs()
  const { idle: isCalm } = useIdle(GIVE_WAY_MS, {
    events: ['pointerdown', 'keydown'],
    listenForVisibilityChange: false,
    initialState: true,
  })
  let controller = new AbortController()
  let isWalking = false
  let failedAtMs = 0
  /** Streams whose figures are wanted anew, in the order to read them. */
  let stale: Bytes[] = []

  /** Asked for since the last beat: what a host leaves out of its answer is not asked for in a tight loop. */
  let asked = new Set<string>()

  /** The list that was gone through last, and how far: what comes before was read or asked for. */
  let walked = { names: streams.names, to: 0 }

  function forgetAsked(): void {
    asked = new Set()
    walked = { names: streams.names, to: 0 }
  }

  const isUnread = (id: string): boolean => !streams.known.records.has(id) && !asked.has(id)

  const unreadOnScreen = (): readonly Bytes[] => watched().filter((key) => isUnread(bytesKey(key)))

  function nextUnread(): readonly Bytes[] {
    const first = unreadOnScreen()
    if (first.length > 0 || stale.length > 0) return first.slice(0, SUMMARY_CHUNK)
    if (walked.names !== streams.names) walked = { names: streams.names, to: 0 }
    const chunk: Bytes[] = []
    for (; walked.to < walked.names.length && chunk.length < SUMMARY_CHUNK; walked.to += 1) {
      const name = walked.names[walked.to]
      if (name && isUnread(name.id)) chunk.push(name.key)
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
      while (!signal.aborted) {
        await until(() => isCalm.value || unreadOnScreen().length > 0).toBe(true)
        const chunk = signal.aborted ? [] : nextChunk()
        if (chunk.length === 0) break
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
    const records = [...streams.known.records.values()]
    const isBad = ({ summary }: (typeof records)[number]): boolean =>
      STREAM_HEALTH[streamState(summary, settings.settings)] === 'bad'
    const troubled = records.filter(isBad)
    const rest = records.filter((record) => !isBad(record))
    rest.sort((a, b) => a.readAtMs - b.readAtMs)
    const known = new Set<string>()
    const ordered = [...watched(), ...[...troubled, ...rest].map(({ summary }) => summary.key)]
    return ordered.filter((key) => !known.has(bytesKey(key)) && known.add(bytesKey(key)))
  }

  function onBeat(): void {
    if (Date.now() - failedAtMs < 1_000) return
    forgetAsked()
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
    forgetAsked()
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
