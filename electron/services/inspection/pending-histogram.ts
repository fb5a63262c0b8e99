import { nextId, type EntryId } from '../../../shared/entry-id'
import type { Histogram, PendingHistogram } from '../../../shared/model/pending'
import type { Reader } from '../../redis/reader-writer'
import { pendingRange, pendingSummary, type PendingRow } from '../../redis/xpending'

const PAGE = 1000
/** Progress is told this often at most. */
const TELL_EVERY_MS = 100
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const IDLE_FROM_MS = [0, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY] as const
/** 0: claimed with RETRYCOUNT 0, or released unseen (XNACK SILENT). */
export const DELIVERIES_FROM = [0, 1, 2, 3, 6, 11, 21, 51] as const

export interface HistogramOptions {
  readonly consumer?: Buffer | undefined
}

/**
 * Walks the pending list by 1000 and counts by idle time and by deliveries. Yields as it counts; the last event is `done`.
 * Ends early when the signal aborts. Throws NOT_FOUND group.
 */
export async function* countPending(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  { consumer }: HistogramOptions,
  signal?: AbortSignal,
): AsyncGenerator<PendingHistogram, void> {
  const summary = await pendingSummary(reader, key, group)
  const ofConsumer = consumer && summary.consumers.find(({ name }) => name.equals(consumer))
  const expected = consumer ? (ofConsumer?.pending ?? 0) : summary.total
  const idle = createBucketCounter(IDLE_FROM_MS)
  const deliveries = createBucketCounter(DELIVERIES_FROM)
  const only = consumer ? { consumer } : {}
  let counted = 0
  let told = performance.now()
  const event = (state: PendingHistogram['state']): PendingHistogram => ({
    state,
    counted,
    total: state === 'done' ? counted : Math.max(expected, counted),
    idleMs: idle.histogram(),
    deliveries: deliveries.histogram(),
  })

  let last: EntryId | null = null
  while (!signal?.aborted) {
    const from: string | null = last === null ? '-' : nextId(last)
    const rows: readonly PendingRow[] =
      from === null ? [] : await pendingRange(reader, key, group, { from, to: '+', count: PAGE, ...only })
    for (const row of rows) {
      idle.add(row.idleMs)
      deliveries.add(Number(row.deliveries))
    }
    counted += rows.length
    if (rows.length < PAGE) {
      yield event('done')
      return
    }
    last = rows.at(-1)?.id ?? null
    if (performance.now() - told < TELL_EVERY_MS) continue
    told = performance.now()
    yield event('counting')
  }
}

export interface BucketCounter {
  add(value: number): void
  histogram(): Histogram
}

/** Counts by bucket: bucket i holds values in [from[i], from[i+1]), the last one all above. */
export function createBucketCounter(from: readonly number[]): BucketCounter {
  const counts = from.map(() => 0)
  return {
    add(value) {
      const beyond = from.findIndex((start) => start > value)
      const at = beyond < 0 ? from.length - 1 : Math.max(0, beyond - 1)
      counts[at] = (counts[at] ?? 0) + 1
    },
    histogram: () => ({ from: [...from], counts: [...counts] }),
  }
}
