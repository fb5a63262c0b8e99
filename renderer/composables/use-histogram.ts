import { onScopeDispose, shallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import type { PendingHistogram } from '../../shared/model/pending'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import type { GroupTarget } from '../stores/targets'

/** Counts the whole pending list by idle time and deliveries, page by page; can be stopped, and what was counted stays. */
export function useHistogram(target: () => GroupTarget, consumer: () => Bytes | null) {
  const histogram = shallowRef<PendingHistogram | null>(null)
  const counting = shallowRef(false)
  const stopped = shallowRef(false)
  const countedAtMs = shallowRef<number | null>(null)
  const error = shallowRef<unknown>(null)
  let leave: (() => void) | null = null

  function start(): void {
    leave?.()
    counting.value = true
    stopped.value = false
    error.value = null
    const { connectionId, key, group } = target()
    const one = consumer()
    const before = histogram.value
    leave = subscribe(
      (signal) =>
        api().pending.histogram({ connectionId, key, group, ...(one === null ? {} : { consumer: one }) }, { signal }),
      (event) => {
        // A second count shows once it is whole, so that bars don't drop to nothing and grow again.
        if (event.state === 'done' || before === null) histogram.value = event
        if (event.state === 'done') finish()
      },
      {
        onError: (caught) => {
          error.value = caught
          counting.value = false
        },
        onEnd: finish,
      },
    )
  }

  function finish(): void {
    counting.value = false
    countedAtMs.value = Date.now()
  }

  function stop(): void {
    leave?.()
    leave = null
    if (!counting.value) return
    stopped.value = true
    finish()
  }

  /** Forgets what was counted, for another group or consumer. */
  function clear(): void {
    stop()
    histogram.value = null
    stopped.value = false
    countedAtMs.value = null
  }

  onScopeDispose(() => leave?.())
  return { histogram, counting, stopped, countedAtMs, error, start, stop, clear }
}
