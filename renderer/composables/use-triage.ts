import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { useSettings } from '../stores/settings'
import { useStreams } from '../stores/streams'
import { findingsIn, type Finding, type PendingPeek } from '../utils/findings'
import { ratesOf } from '../utils/group-history'
import { sortRows, triageRows, worstFirst, type RowSort, type TriageRow } from '../utils/triage-rows'
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
    return streams.names.flatMap(({ id }) => records.get(id)?.summary ?? [])
  })
  const byName = computed(() => {
    const { stalledAfterMs } = settings.settings
    return summaries.value.flatMap((summary) => triageRows(summary, stalledAfterMs))
  })
  const worst = computed(() => worstFirst(byName.value))
  const peek = usePendingPeek(() => worst.value)

  const findings = computed(() =>
    findingsIn(worst.value, summaries.value, {
      rates: (groupId) => ratesOf(streams.history(groupId)),
      peek,
    }),
  )
  const rows = computed(() => (sort.value ? sortRows(byName.value, sort.value) : worst.value))

  return { findings, rows, sort, read: computed(() => summaries.value.length), peek }
}
