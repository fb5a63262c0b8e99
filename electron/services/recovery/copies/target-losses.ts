import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { message } from '../../../../shared/words/messages'
import { toBuffer } from '../../../redis/bytes'
import type { Reader } from '../../../redis/reader-writer'
import { streamLength } from '../../../redis/xlen'

/**
 * How many older entries of the stream that gets copies go at the most, where it is trimmed to about `maxLength`. Throws
 * BAD_INPUT where it would be trimmed below what is copied: then the first copies were gone before the last are written.
 */
export async function targetLosses(
  reader: Reader,
  { stream, copies, maxLength }: { readonly stream: Bytes; readonly copies: number; readonly maxLength: number },
): Promise<NonNullable<RecoveryPlan['targetLosses']>> {
  if (copies > maxLength) {
    const [problem, remedy] = [
      message('recovery.trims-its-copies', { copies }),
      message('recovery.keep-more', { copies }),
    ]
    throw new AppError('BAD_INPUT', { field: 'action.maxLen', problem, remedy })
  }
  const length = await streamLength(reader, toBuffer(stream))
  return { value: Math.min(length, Math.max(0, length + copies - maxLength)), certainty: 'atMost' }
}

/**
 * Keeps the trimming of a run within what its plan has shown. A script looks at the stream in the step in which it copies;
 * by commands it is looked at before, and what others add in between may push out as many more.
 */
export interface TrimCeiling {
  /** Before so many copies are written by commands. Throws STALE_PLAN where more could go with them than was shown. */
  before(copies: number): Promise<void>
  /** After so many were. */
  after(copies: number): Promise<void>
  /** How many more may go. */
  left(): number
  /** So many went, as a script tells; null: more could have, and it did nothing. Throws STALE_PLAN then. */
  took(lost: number | null): void
}

/** `shown`: so many older entries may go in all. */
export function createTrimCeiling(
  reader: Reader,
  { target, maxLength, shown }: { readonly target: Buffer; readonly maxLength: number; readonly shown: number },
): TrimCeiling {
  let gone = 0
  let length = 0
  const losesMore = () =>
    new AppError('STALE_PLAN', { planId: '', problem: message('recovery.target-loses-more', { shown }) })
  return {
    async before(copies) {
      length = await streamLength(reader, target)
      if (gone + Math.max(0, length + copies - maxLength) > shown) throw losesMore()
    },
    async after(copies) {
      gone += Math.max(0, length + copies - (await streamLength(reader, target)))
    },
    left: () => shown - gone,
    took(lost) {
      if (lost === null) throw losesMore()
      gone += lost
    },
  }
}
