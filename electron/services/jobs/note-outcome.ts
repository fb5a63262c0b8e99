import type { EntryId } from '../../../shared/entry-id'
import type { JobCounts } from '../../../shared/model/job'
import type { Reader, Writer } from '../../redis/reader-writer'
import { serverTimeMs } from '../../redis/clock'
import type { RecordWriter } from '../journal/journal'

/** Nothing tells by when it was carried out: whatever is as it would have left it counts as its doing. */
export const ANY_TIME = Number.MAX_SAFE_INTEGER

/** What a command did, and the server's clock just after it, ms since 1970; null where the server won't tell. */
export interface Timed<T> {
  readonly result: T
  readonly until: number | null
}

/** Sends a single command with TIME behind it, in one go and in that order. Throws what the command throws. */
export async function withServerTime<T>({ reader }: Pick<Writer, 'reader'>, send: () => Promise<T>): Promise<Timed<T>> {
  const sent = send()
  const clock = serverTimeMs(reader).catch(() => null)
  const result = await sent
  return { result, until: await clock }
}

/** The journal's line of what came of a part. `until` undefined: the server is asked for its time now. */
export async function noteOutcome(
  { record, reader }: { readonly record: RecordWriter; readonly reader: Reader },
  number: number,
  counts: JobCounts,
  until?: number | null,
  except: readonly EntryId[] = [],
): Promise<void> {
  const known = until === undefined ? await serverTimeMs(reader).catch(() => null) : until
  await record.outcome(number, { until: known ?? ANY_TIME, counts, except })
}
