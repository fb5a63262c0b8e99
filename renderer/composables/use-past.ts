import { computed, shallowRef } from 'vue'
import type { JournalRecord } from '../../shared/model/journal'
import type { PastStep } from '../../shared/model/past'
import { api } from '../api/client'
import { usePast } from '../stores/past'
import { groupTargetKey, type GroupTarget } from '../stores/targets'
import { usePolling } from './use-polling'

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

/** What was seen of a group over a span, and what was done to it, or to all of its stream, from here meanwhile. */
export function usePastOf(target: () => GroupTarget) {
  const store = usePast()
  const spanId = shallowRef<SpanId>('halfHour')
  const span = computed(() => SPANS.find(({ id }) => id === spanId.value) ?? SPANS[0])
  const asked = computed(() => ({ ...target(), stepMs: span.value.stepMs, backMs: span.value.backMs }))
  const records = shallowRef<readonly JournalRecord[]>([])

  async function loadRecords(signal: AbortSignal): Promise<void> {
    const { connectionId, key, group } = target()
    const page = await api().journal.list({ connectionId, key, group, count: MOST_RECORDS }, { signal })
    records.value = page.records
  }
  const { error, load } = usePolling(
    (signal) => Promise.all([store.load(asked.value, signal), loadRecords(signal)]),
    () => EVERY_MS,
    () => `${groupTargetKey(target())} ${spanId.value}`,
  )
  return { past: computed(() => store.of(asked.value)), records, spanId, span, error, load }
}
