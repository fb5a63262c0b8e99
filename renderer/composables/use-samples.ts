import { computed, onActivated, onDeactivated, onScopeDispose, shallowRef, watch } from 'vue'
import type { SampleStep } from '../../shared/model/sample'
import { useRefreshBeat } from '../stores/refresh'
import { useSamples } from '../stores/samples'
import { streamTargetKey, type StreamTarget } from '../stores/targets'

const FASTEST_MS = 1_000

/**
 * Figures of a stream over time. Asking keeps the host watching the stream, so a chart asks as often as a sample is taken,
 * also where the rest of the screen refreshes less often.
 */
export function useSamplesOver(target: () => StreamTarget) {
  const store = useSamples()
  const beat = useRefreshBeat()
  const step = shallowRef<SampleStep>(1_000)
  const error = shallowRef<unknown>(null)
  const asked = computed(() => ({ ...target(), stepMs: step.value }))
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAway = false

  async function load(): Promise<void> {
    clearTimeout(timer)
    controller.abort()
    controller = new AbortController()
    const { signal } = controller
    if (isAway) return
    try {
      if (!beat.isResting) await store.load(asked.value, signal)
      error.value = null
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    }
    if (!signal.aborted) timer = setTimeout(() => void load(), Math.max(FASTEST_MS, Math.min(step.value, 10_000)))
  }

  watch([() => streamTargetKey(target()), step, () => beat.asked, () => beat.isResting], () => void load(), {
    immediate: true,
  })
  onActivated(() => {
    isAway = false
    void load()
  })
  onDeactivated(() => {
    isAway = true
    clearTimeout(timer)
    controller.abort()
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    controller.abort()
  })

  return { samples: computed(() => store.of(asked.value)), step, error, load }
}
