import { onScopeDispose, shallowRef } from 'vue'
import type { Timeline, TimelineEvent } from '../../shared/model/timeline'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import type { StreamTarget } from '../stores/targets'
import type { IdRange } from './use-when'

/** Where in time the entries of a stream lie, all of it or a range, counted when asked for. What was counted before shows until then. */
export function useTimeline(target: () => StreamTarget) {
  const timeline = shallowRef<Timeline | null>(null)
  /** Why there is none. */
  const none = shallowRef<Extract<TimelineEvent, { readonly kind: 'none' }>['why'] | null>(null)
  const isCounting = shallowRef(false)
  const countedAtMs = shallowRef<number | null>(null)
  const error = shallowRef<unknown>(null)
  let leave: (() => void) | null = null

  function take(event: TimelineEvent): void {
    timeline.value = event.kind === 'counted' ? event : null
    none.value = event.kind === 'none' ? event.why : null
  }
  function finish(): void {
    isCounting.value = false
    countedAtMs.value = Date.now()
  }
  function stop(): void {
    leave?.()
    leave = null
    if (!isCounting.value) return
    // What was not counted yet stays about.
    if (timeline.value) timeline.value = { ...timeline.value, counting: null }
    finish()
  }
  function start(range: IdRange, all: boolean): void {
    leave?.()
    isCounting.value = true
    error.value = null
    const { connectionId, key } = target()
    leave = subscribe((signal) => api().entry.timeline({ connectionId, key, ...range, all }, { signal }), take, {
      onError: (caught) => {
        error.value = caught
        isCounting.value = false
      },
      onEnd: finish,
    })
  }
  /** For another stream. */
  function clear(): void {
    stop()
    timeline.value = null
    none.value = null
    error.value = null
    countedAtMs.value = null
  }

  onScopeDispose(() => leave?.())
  return { timeline, none, isCounting, countedAtMs, error, start, stop, clear }
}
