import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { bytesKey } from '../../shared/bytes'
import { useSettings } from '../stores/settings'
import { useStreams } from '../stores/streams'
import { findingsIn, type Finding, type PendingPeek } from '../utils/findings'
import { ratesOf } from '../utils/group-history'
import { byWorst, sortRows, triageRows, type RowSort, type TriageRow } from '../utils/triage-rows'
import { usePendingPeek } from './use-pending-peek'

interface Triage {
  readonly findings: ComputedRef<readonly Finding[]>
  readonly rows: ComputedRef<readonly TriageRow[]>
  readonly sort: ShallowRef<RowSort | null>
  /** Streams read so far. */
  readonly read: ComputedRef<number>
  peek(groupId: string): PendingPeek | undefined
}

/** What is wrong over all streams, and every group of every stream, from what the summaries have told so far. */
export function useTriage(): Triage {
  const streams = useStreams()
  const settings = useSettings()
  const sort = shallowRef<RowSort | null>(null)

  const summaries = computed(() => {
    const records = streams.allRecords()
    // Only what the scan found: a stream that is gone leaves the list with the next scan.
    return streams.keys.flatMap((key) => records.get(bytesKey(key))?.summary ?? [])
  })
  const unsorted = computed(() => triageRows(summaries.value, settings.settings.stalledAfterMs))
  const worstFirst = computed(() => unsorted.value.toSorted(byWorst))
  const peek = usePendingPeek(() => worstFirst.value)

  const findings = computed(() =>
    findingsIn(worstFirst.value, summaries.value, {
      stalledAfterMs: settings.settings.stalledAfterMs,
      rates: (groupId) => ratesOf(streams.history(groupId)),
      peek,
      lastId: (key) => streams.record(key)?.summary.lastId ?? null,
    }),
  )
  const rows = computed(() => (sort.value ? sortRows(unsorted.value, sort.value) : worstFirst.value))

  return { findings, rows, sort, read: computed(() => summaries.value.length), peek }
}
