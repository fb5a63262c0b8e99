import type { EntryId } from '../../../shared/entry-id'
import { isAppError, type AppError } from '../../../shared/error'
import type { JobCounts } from '../../../shared/model/job'
import type { PriorEntry } from '../../../shared/model/journal'
import { fromBuffer } from '../../redis/bytes'
import type { Reader, Writer } from '../../redis/client'
import type { RecordWriter } from '../journal/journal'
import type { ObservedRow, Observation } from './observe'

/** What a job of recovery works with. */
export interface RunContext {
  readonly reader: Reader
  readonly writer: Writer
  readonly record: RecordWriter
  readonly key: Buffer
  readonly group: Buffer
  readonly exclusiveRange: boolean
  /** Resolves when a lost connection is back; rejects when that takes too long or the signal aborts. */
  whenReady(signal: AbortSignal): Promise<void>
}

/** Server time by which something that has just been done was done, given when it was observed. */
export function serverTimeBy({ at, clock }: Observation): number {
  return at + Math.ceil(performance.now() - clock) + 5
}

export function priorOf({ id, consumer, deliveries, deliveredAt }: ObservedRow): PriorEntry {
  return { id, consumer: fromBuffer(consumer), deliveries, deliveredAt }
}

/** What one batch came to. `except`: those of its entries that were not changed. */
export interface BatchOutcome {
  readonly counts: JobCounts
  readonly except: readonly EntryId[]
}

/** The reply was lost, or never came: what the batch did has to be read. */
export function isOutcomeUnknown(error: unknown): error is AppError<'UNKNOWN_OUTCOME'> {
  return isAppError(error, 'UNKNOWN_OUTCOME')
}
