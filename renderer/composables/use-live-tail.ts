import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { EntryQuery, TailEvent } from '../../shared/model/entry-query'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { createTailBuffer, SHOWN_MOST, type TailBuffer } from '../stores/tail-buffer'
import type { StreamTarget } from '../stores/targets'
import { tailPast } from './tail-past'
import { useIsAway } from './use-is-away'

/**
 * New entries of a stream as they come, newest first, with the last ones before them; of a query only those that are like it. While
 * paused, what is shown stands still and new entries are held back. After a lost link, of the host or of the server, what came
 * meanwhile is read from the stream, and it goes on behind that. `paths`: what is told of each, see `rowView`.
 */
export function useLiveTail(target: () => StreamTarget, paths: () => readonly string[] = () => []) {
  const buffer = shallowRef<TailBuffer | null>(null)
  const query = shallowRef<EntryQuery | null>(null)
  const error = shallowRef<unknown>(null)
  const ended = shallowRef(false)
  const isAway = useIsAway()
  /** It follows the stream: what is shown is all there is. */
  const isRunning = computed(() => buffer.value !== null && error.value === null && !ended.value && !isAway.value)
  let stopTail: (() => void) | null = null
  let frame = 0
  let waiting: TailEvent[] = []
  let waitingRows = 0

  function take(event: TailEvent): void {
    waiting.push(event)
    waitingRows += event.entries.length
    // A page that is not seen has no frames, and what comes to it would pile up.
    if (waitingRows >= SHOWN_MOST || waiting.length >= SHOWN_MOST) flush()
    else if (frame === 0) frame = requestAnimationFrame(flush)
  }

  // A busy stream sends more batches a second than a screen shows frames.
  function flush(): void {
    cancelAnimationFrame(frame)
    frame = 0
    const events = waiting
    waiting = []
    waitingRows = 0
    if (buffer.value) buffer.value = events.reduce((all, event) => all.add(event), buffer.value)
  }

  /** Begins anew. */
  function start(by: EntryQuery | null = null): void {
    stop()
    buffer.value = createTailBuffer()
    query.value = by
    follow(by)
  }

  /** Goes on behind what is shown, where it had failed. */
  function goOn(): void {
    if (buffer.value === null) return
    stopTail?.()
    follow(query.value)
  }

  function follow(by: EntryQuery | null): void {
    const { connectionId, key } = target()
    const on = { connectionId, key, ...(paths().length > 0 && { paths: [...paths()] }) }
    error.value = null
    ended.value = false
    stopTail = subscribe(
      async (signal) => {
        flush()
        const past = await tailPast(on, by, buffer.value?.lastId ?? null, signal)
        if (!signal.aborted && buffer.value) {
          if (past.after === undefined) buffer.value = buffer.value.withGap()
          if (past.event !== null) take(past.event)
        }
        const behind = past.after === undefined ? {} : { after: past.after }
        return api().entry.tail({ ...on, ...behind, ...(by === null ? {} : { query: by }) }, { signal })
      },
      take,
      {
        onError: (caught) => {
          error.value = caught
        },
        onEnd: () => {
          ended.value = true
        },
      },
    )
  }

  function stop(): void {
    stopTail?.()
    stopTail = null
    cancelAnimationFrame(frame)
    frame = 0
    waiting = []
    waitingRows = 0
    buffer.value = null
    query.value = null
  }

  function setPaused(paused: boolean): void {
    if (buffer.value) buffer.value = paused ? buffer.value.pause() : buffer.value.resume()
  }

  watch(isAway, (away) => {
    if (!away && !isRunning.value) goOn()
  })
  onScopeDispose(stop)
  return { buffer, query, error, isRunning, start, goOn, stop, setPaused }
}
