import { computed, shallowRef, watch } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { Group } from '../../shared/model/group'
import type { PendingTimeline, Timeline } from '../../shared/model/timeline'
import { api } from '../api/client'
import { useConsumers } from '../stores/consumers'
import { useServerClock } from '../stores/server-clock'
import { streamTargetKey, type StreamTarget } from '../stores/targets'

/** A consumer that holds entries, and when it gave its last sign of life, ms since 1970 by the server's clock. */
export interface Silent {
  readonly name: Bytes
  readonly pending: number
  readonly sinceMs: number
}

const MOST_SILENT = 12

/** Of one group of a stream, the one with most pending unless another is chosen: where its pending entries lie, and who of it fell silent when. */
export function useTimelineGroup(
  target: () => StreamTarget,
  groups: () => readonly Group[],
  timeline: () => Timeline | null,
) {
  const consumers = useConsumers()
  const clock = useServerClock()
  /** By the key of its name; '': none; null: not chosen. */
  const chosen = shallowRef<string | null>(null)
  const most = computed(() => groups().reduce<Group | null>((a, b) => (b.pending > (a?.pending ?? 0) ? b : a), null))
  const group = computed(() => {
    if (chosen.value === null) return most.value
    return groups().find(({ name }) => bytesKey(name) === chosen.value) ?? null
  })
  const pending = shallowRef<PendingTimeline['buckets'] | null>(null)
  const silent = shallowRef<readonly Silent[]>([])
  const moreSilent = shallowRef(0)
  const error = shallowRef<unknown>(null)

  async function load(name: Bytes, over: Timeline, signal: AbortSignal): Promise<void> {
    const on = { ...target(), group: name }
    const { fromMs, stepMs, buckets } = over
    const [told] = await Promise.all([
      api().pending.timeline({ ...on, fromMs, stepMs, count: buckets.length }, { signal }),
      consumers.load(on, signal),
    ])
    if (signal.aborted) return
    const nowMs = clock.nowMs()
    pending.value = told.buckets
    const all = (consumers.of(on) ?? [])
      .filter(({ health, pending: held }) => health === 'stalled' && held > 0)
      .map(({ name: of, pending: held, idleMs }) => ({ name: of, pending: held, sinceMs: nowMs - idleMs }))
      .sort((a, b) => b.sinceMs - a.sinceMs)
    silent.value = all.slice(0, MOST_SILENT)
    moreSilent.value = all.length - silent.value.length
  }
  watch(
    () => streamTargetKey(target()),
    () => (chosen.value = null),
    { flush: 'sync' },
  )
  /** As it counts on, only the buckets' figures change; counted again, it is told at another time. */
  const wanted = computed(() => {
    const [over, of] = [timeline(), group.value]
    if (!over || !of) return null
    return JSON.stringify([bytesKey(of.name), over.nowMs, over.fromMs, over.stepMs, over.buckets.length])
  })
  watch(
    wanted,
    (_, __, onCleanup) => {
      const controller = new AbortController()
      onCleanup(() => controller.abort())
      pending.value = null
      silent.value = []
      moreSilent.value = 0
      error.value = null
      const [over, of] = [timeline(), group.value]
      if (!over || !of) return
      load(of.name, over, controller.signal).catch((caught: unknown) => {
        if (!controller.signal.aborted) error.value = caught
      })
    },
    { immediate: true },
  )
  return {
    chosen: computed({
      get: () => (group.value ? bytesKey(group.value.name) : ''),
      set: (key: string) => (chosen.value = key),
    }),
    ...{ group, pending, silent, moreSilent, error },
  }
}
