import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { findingsIn, type Finding } from '../../shared/judgement/findings'
import type { PendingPeek } from '../../shared/judgement/pending-peek'
import type { GroupSample } from '../../shared/judgement/rates'
import { worstFirst, type TriageRow } from '../../shared/judgement/triage-row'
import { useSettings } from '../stores/settings'
import { useStreams } from '../stores/streams'
import { ratesOf, triageRows } from '../utils/judged'
import { sortRows, type RowSort } from '../utils/triage-rows'
import { usePendingPeek } from './use-pending-peek'
import { useWhileShown } from './use-while-shown'

interface Triage {
  readonly findings: ComputedRef<readonly Finding[]>
  readonly rows: ComputedRef<readonly TriageRow[]>
  readonly sort: ShallowRef<RowSort | null>
  /** Streams read so far. */
  readonly read: ComputedRef<number>
  peek(groupId: string): PendingPeek | undefined
  /** The last figures of a group. */
  history(groupId: string): readonly GroupSample[]
}

const NO_SAMPLES: readonly GroupSample[] = []

/** What is wrong over all streams, and every group of every stream, from what the summaries have told so far. */
export function useTriage(): Triage {
  const streams = useStreams()
  const settings = useSettings()
  const sort = shallowRef<RowSort | null>(null)

  const names = useWhileShown(() => streams.names)
  const known = useWhileShown(() => streams.known)

  const summaries = computed(() => {
    const { records } = known.value
    // Only what the scan found: a stream that is gone leaves the list with the next scan.
    return names.value.flatMap(({ id }) => records.get(id)?.summary ?? [])
  })
  const history = (groupId: string): readonly GroupSample[] => known.value.histories.get(groupId) ?? NO_SAMPLES
  const byName = computed(() => {
    const thresholds = settings.settings
    return summaries.value.flatMap((summary) => triageRows(summary, thresholds))
  })
  const worst = computed(() => worstFirst(byName.value))
  const peek = usePendingPeek(() => worst.value)

  const findings = computed(() =>
    findingsIn(
      worst.value,
      summaries.value,
      { rates: (groupId) => ratesOf(history(groupId)), peek },
      settings.settings,
    ),
  )
  const rows = computed(() => (sort.value ? sortRows(byName.value, sort.value) : worst.value))

  return { findings, rows, sort, read: computed(() => summaries.value.length), peek, history }
}
