import { computed, shallowRef } from 'vue'
import type { SampleStep } from '../../shared/model/sample'
import { useSamples } from '../stores/samples'
import { streamTargetKey, type StreamTarget } from '../stores/targets'
import { usePolling } from './use-polling'

const FASTEST_MS = 1_000
const SLOWEST_MS = 10_000

/**
 * Figures of a stream over time. Asking keeps the host watching the stream, so a chart asks as often as a sample is taken,
 * also where the rest of the screen refreshes less often.
 */
export function useSamplesOver(target: () => StreamTarget) {
  const store = useSamples()
  const step = shallowRef<SampleStep>(1_000)
  const asked = computed(() => ({ ...target(), stepMs: step.value }))
  const { error, load } = usePolling(
    (signal) => store.load(asked.value, signal),
    () => Math.max(FASTEST_MS, Math.min(step.value, SLOWEST_MS)),
    () => `${streamTargetKey(target())} ${step.value}`,
  )
  return { samples: computed(() => store.of(asked.value)), step, error, load }
}
