import type { EntryId } from '../../../shared/entry-id'
import type { JobCounts } from '../../../shared/model/job'
import type { PriorEntry } from '../../../shared/model/journal'
import { fromBuffer } from '../../redis/bytes'
import type { Reader, Writer } from '../../redis/client'
import type { RecordWriter } from '../journal/journal'
import type { ObservedRow } from './observe'

/** What a job of recovery works with. */
export interface RunContext {
  readonly reader: Reader
  readonly writer: Writer
  readonly record: RecordWriter
  readonly key: Buffer
  readonly group: Buffer
  readonly exclusiveRange: boolean
  /** Resolves when a lost connection is back; rejects when it was closed, or the signal aborts. */
  whenReady(signal: AbortSignal): Promise<void>
}

export function priorOf({ id, consumer, deliveries, deliveredAt }: ObservedRow): PriorEntry {
  return { id, consumer: fromBuffer(consumer), deliveries, deliveredAt }
}

/** What one batch came to, or the part of it that is known. */
export interface BatchOutcome {
  readonly counts: JobCounts
  /** Those of its entries that were not changed. */
  readonly except: readonly EntryId[]
  /** Server time by which all was carried out, ms since 1970; null where nothing told. */
  readonly until: number | null
}
