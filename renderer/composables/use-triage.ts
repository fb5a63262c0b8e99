import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { worstFirst } from '../../shared/judgement/triage-row'
import { useMonitoring, type Findings } from '../stores/monitoring'
import { useStreams } from '../stores/streams'
import { reportedRows, type ReportedRow } from '../utils/reported-rows'
import { sortRows, type RowSort } from '../utils/triage-rows'
import { useWhileShown } from './use-while-shown'

interface Unread {
  readonly refused: number
  readonly gone: number
}

interface Triage {
  readonly findings: Readonly<ShallowRef<Findings>>
  readonly rows: ComputedRef<readonly ReportedRow[]>
  readonly sort: ShallowRef<RowSort | null>
  /** Streams read so far. */
  readonly read: ComputedRef<number>
  /** The findings are those of all that was read. */
  readonly isJudged: ComputedRef<boolean>
  /** Of these, those of which nothing is known: they could not be read, or are gone since the scan. */
  readonly unread: ComputedRef<Unread>
}

/** What is wrong over all streams, and every group of every stream, as far as the host has looked. */
export function useTriage(): Triage {
  const streams = useStreams()
  const monitoring = useMonitoring()
  const sort = shallowRef<RowSort | null>(null)

  const names = useWhileShown(() => streams.names)
  const reports = useWhileShown(() => monitoring.reports)
  const findings = useWhileShown(() => monitoring.findings)

  const judged = useWhileShown(() => monitoring.judged)

  const found = computed(() => {
    const { byStream } = reports.value
    // Only what the scan found: a stream that is gone leaves the list with the next scan.
    return names.value.flatMap(({ id }) => byStream.get(id) ?? [])
  })
  const byName = computed(() => found.value.flatMap(reportedRows))
  const rows = computed(() => (sort.value ? sortRows(byName.value, sort.value) : worstFirst(byName.value)))

  const unread = computed(() => {
    const errors = found.value.flatMap(({ summary: { error } }) => (error ? [error.code] : []))
    const gone = errors.filter((code) => code === 'NOT_FOUND').length
    return { refused: errors.length - gone, gone }
  })

  const read = computed(() => found.value.length)
  return { findings, rows, sort, read, isJudged: computed(() => judged.value >= read.value), unread }
}
