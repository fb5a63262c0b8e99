import { onScopeDispose, shallowRef } from 'vue'
import type { EntryQuery, TailEvent } from '../../shared/model/entry-query'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { createTailBuffer, SHOWN_MOST, type TailBuffer } from '../stores/tail-buffer'
import type { StreamTarget } from '../stores/targets'
import { tailPast } from './tail-past'

/**
 * New entries of a stream as they come, newest first, with the last ones before them; of a query only those that are like it. While
 * paused, what is shown stands still and new entries are held back. After a lost link what came meanwhile is read from the stream.
 */
export function useLiveTail(target: () => StreamTarget) {
  const buffer = shallowRef<TailBuffer | null>(null)
  const query = shallowRef<EntryQuery | null>(null)
  const error = shallowRef<unknown>(null)
  const ended = shallowRef(false)
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
    const { connectionId, key } = target()
    const on = { connectionId, key }
    buffer.value = createTailBuffer()
    query.value = by
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
        return await api().entry.tail({ ...on, ...behind, ...(by === null ? {} : { query: by }) }, { signal })
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

  onScopeDispose(stop)
  return { buffer, query, error, ended, start, stop, setPaused }
}
