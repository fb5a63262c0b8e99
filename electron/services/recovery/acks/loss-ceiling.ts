import type { EntryId } from '../../../../shared/entry-id'
import { AppError } from '../../../../shared/error'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { message } from '../../../../shared/words/messages'
import { dropsGone, goneIds } from '../../inspection/entry-presence'
import type { GroupSource } from '../../../redis/source'

/** Keeps what a run takes of entries gone from the stream, which no undo can give back, within what its plan has shown. */
export interface LossCeiling {
  /** Before a command that may take these. How many of them are gone; throws STALE_PLAN where that is more than was shown. */
  before(ids: readonly EntryId[] | (() => Promise<readonly EntryId[]>)): Promise<number>
  /** After so many went. */
  after(count: number): void
}

/** `shown`: so many may go in all; null: the plan said that only its run will tell. */
export function createLossCeiling({ reader, key }: GroupSource, shown: number | null): LossCeiling {
  let lost = 0
  return {
    async before(ids) {
      if (shown === null) return 0
      const { size } = await goneIds(reader, key, typeof ids === 'function' ? await ids() : ids)
      if (lost + size <= shown) return size
      throw moreGone(shown)
    },
    after: (count) => void (lost += count),
  }
}

/** What is gone from the stream is more than was shown. */
export function moreGone(shown: number): AppError<'STALE_PLAN'> {
  return new AppError('STALE_PLAN', { planId: '', problem: message('recovery.more-gone', { shown }) })
}

/**
 * Of claims: since Redis 7 they drop what is gone from the pending list; before, it is claimed like the rest. Where it is
 * not taken, it was left out already.
 */
export async function claimCeiling(
  context: GroupSource,
  { gone, drops }: Pick<RecoveryPlan, 'gone' | 'drops'>,
  takesGone: boolean,
): Promise<LossCeiling> {
  const isKnown = takesGone && gone !== null && (await dropsGone(context.reader, context.key))
  return createLossCeiling(context, isKnown ? drops : null)
}
