import type { EntryId } from '../../../shared/entry-id'
import type { AppError } from '../../../shared/error'
import type { ReadLine } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'

export interface LookRequest {
  readonly key: Buffer
  /** With which group to begin, where the last look had no room for the consumers of all of them. */
  readonly first: number
  /** Consumers that hold nothing and were not seen for longer are counted; absent: none is. */
  readonly spareAfterMs?: number
}

export interface PeekRequest {
  readonly key: Buffer
  readonly group: Buffer
  readonly poisonDeliveries: number
  /** Of so many entries, the first ones, it is read whether they are in the stream. */
  readonly presence: number
  /** After which entry to begin; null: with the oldest. */
  readonly after: EntryId | null
  /** Entries that were not delivered for longer are told of, ms. */
  readonly neglectedAfterMs: number
}

/** Sends them in one round trip, and takes note of the cost. Throws UNREACHABLE. */
export type SendLines = (lines: readonly ReadLine[]) => Promise<readonly (Reply | AppError)[]>

/** Takes note of what was sent, and of the bytes that went and came. */
export type Spend = (commands: number, bytes: number) => void
