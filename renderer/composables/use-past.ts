import { computed, onActivated, onDeactivated, onScopeDispose, shallowRef, watch } from 'vue'
import type { JournalRecord } from '../../shared/model/journal'
import type { PastStep } from '../../shared/model/past'
import { api } from '../api/client'
import { usePast } from '../stores/past'
import { useRefreshBeat } from '../stores/refresh'
import { groupTargetKey, type GroupTarget } from '../stores/targets'
import { bytesKey } from '../../shared/bytes'

/** How much of the past is shown, and by which step it is kept. */
export const SPANS = [
  { id: 'halfHour', stepMs: 10_000, backMs: 30 * 60_000 },
  { id: 'threeHours', stepMs: 10_000, backMs: 3 * 3_600_000 },
  { id: 'twoDays', stepMs: 60_000, backMs: 48 * 3_600_000 },
  { id: 'thirtyDays', stepMs: 600_000, backMs: 30 * 24 * 3_600_000 },
] as const satisfies readonly { readonly id: string; readonly stepMs: PastStep; readonly backMs: number }[]
export type SpanId = (typeof SPANS)[number]['id']

/** A step is there once it is over. */
const EVERY_MS = 10_000
const MOST_RECORDS = 200

/** What was seen of a group over a span, and what was done to it from here meanwhile. */
export function usePastOf(target: () => GroupTarget) {
  const store = usePast()
  const beat = useRefreshBeat()
  const spanId = shallowRef<SpanId>('halfHour')
  const span = computed(() => SPANS.find(({ id }) => id === spanId.value) ?? SPANS[0])
  const asked = computed(() => ({ ...target(), stepMs: span.value.stepMs, backMs: span.value.backMs }))
  const records = shallowRef<readonly JournalRecord[]>([])
  const error = shallowRef<unknown>(null)
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function loadRecords(signal: AbortSignal): Promise<void> {
    const { connectionId, key, group } = target()
    const page = await api().journal.list({ connectionId, count: MOST_RECORDS }, { signal })
    records.value = page.records.filter(
      (record) =>
        bytesKey(record.key) === bytesKey(key) && (record.group === null || bytesKey(record.group) === bytesKey(group)),
    )
  }
  async function load(): Promise<void> {
    stop()
    controller = new AbortController()
    const { signal } = controller
    try {
      if (!beat.isResting) await Promise.all([store.load(asked.value, signal), loadRecords(signal)])
      error.value = null
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    }
    if (signal.aborted) return
    timer = setTimeout(() => void load(), EVERY_MS)
  }
  function stop(): void {
    clearTimeout(timer)
    controller.abort()
  }

  watch([() => groupTargetKey(target()), span, () => beat.asked, () => beat.isResting], () => void load(), {
    immediate: true,
  })
  onActivated(() => void load())
  onDeactivated(stop)
  onScopeDispose(stop)

  return { past: computed(() => store.of(asked.value)), records, spanId, span, error, load }
}
