import { computed, type ComputedRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import { oldFor } from '../../shared/judgement/figure-age'
import { useMonitoring } from '../stores/monitoring'
import { useServerClock } from '../stores/server-clock'
import { useClock } from './use-clock'

/** How old the figures of a stream are, where that is worth telling, kept up to date; null: they are not. */
export function useOldFor(key: () => Bytes | null): ComputedRef<number | null> {
  const clock = useClock()
  const server = useServerClock()
  const monitoring = useMonitoring()
  return computed(() => {
    const of = key()
    const atMs = of === null ? null : (monitoring.report(of)?.summary.atMs ?? null)
    return oldFor(atMs, clock.value + server.skewMs())
  })
}
