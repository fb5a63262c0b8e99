import { onScopeDispose, shallowRef } from 'vue'
import { compareIds, type EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { createTailBuffer, type TailBuffer } from '../stores/tail-buffer'
import type { StreamTarget } from '../stores/targets'

const SEEDED = 100
const CATCH_UP = 1_000

/**
 * New entries of a stream as they come, newest first, with the last ones before them. While paused, what is shown stands
 * still and new entries are held back. After a lost link what came meanwhile is read from the stream.
 */
export function useLiveTail(target: () => StreamTarget) {
  const buffer = shallowRef<TailBuffer | null>(null)
  const error = shallowRef<unknown>(null)
  const ended = shallowRef(false)
  let stopTail: (() => void) | null = null
  let frame = 0
  let waiting: Entry[] = []

  function take(entries: readonly Entry[]): void {
    waiting.push(...entries)
    if (frame === 0) frame = requestAnimationFrame(flush)
  }

  // A busy stream sends more batches a second than a screen shows frames.
  function flush(): void {
    frame = 0
    const batch = waiting
    waiting = []
    if (buffer.value) buffer.value = buffer.value.add(batch)
  }

  async function catchUp(on: StreamTarget, after: EntryId | null, signal: AbortSignal): Promise<void> {
    const { entries, next } = await (after === null
      ? api().entry.page({ ...on, order: 'newest', count: SEEDED }, { signal })
      : api().entry.page({ ...on, order: 'oldest', after, count: CATCH_UP }, { signal }))
    if (signal.aborted || !buffer.value) return
    if (after !== null && next !== null) buffer.value = buffer.value.withGap()
    take([...entries].sort((a, b) => compareIds(a.id, b.id)))
  }

  function start(): void {
    stop()
    const { connectionId, key } = target()
    const on = { connectionId, key }
    buffer.value = createTailBuffer()
    error.value = null
    ended.value = false
    stopTail = subscribe(
      async (signal) => {
        // The tail begins "from now on", so it is opened before the past is read: nothing falls between the two.
        const events = await api().entry.tail(on, { signal })
        await catchUp(on, buffer.value?.lastId ?? null, signal)
        return events
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
    buffer.value = null
  }

  function setPaused(paused: boolean): void {
    if (buffer.value) buffer.value = paused ? buffer.value.pause() : buffer.value.resume()
  }

  onScopeDispose(stop)
  return { buffer, error, ended, start, stop, setPaused }
}
