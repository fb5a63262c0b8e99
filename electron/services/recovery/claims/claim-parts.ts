import { noCounts } from '../../../../shared/judgement/job-counts'
import type { JobStep } from '../../jobs/job-step'
import { idsOf } from '../../jobs/run-batch'
import type { RunContext } from '../../jobs/run-context'
import type { LossCeiling } from '../acks/loss-ceiling'
import { claimBatch, type ClaimBatch } from './claim-batch'
import { claimable } from './claimable'
import type { ClaimHow } from './claim-sendings'
import { mostAtOnce } from './kept-idle'

interface ClaimedParts extends ClaimBatch {
  readonly how: ClaimHow & { readonly includeGone: boolean }
  readonly ceiling: LossCeiling
  /** When it was looked which of them are gone, by this process's clock. */
  readonly lookedAt: number
  /** The number of the job's next batch. */
  next(): number
}

/** Older looks are repeated: while a job rests, or is paused, entries may go, and a claim drops what is gone. */
export const FRESH_MS = 100

/** Claims so many at a time as may be in flight, without what is gone by then. */
export async function* claimParts(
  context: RunContext,
  { rows, how, ceiling, lookedAt, ...batch }: ClaimedParts,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  for (let at = 0; at < rows.length && !signal.aborted;) {
    const part = rows.slice(at, at + (await mostAtOnce(context, how)))
    const isFresh = performance.now() - lookedAt < FRESH_MS
    const still = isFresh ? { rows: part, gone: 0 } : await claimable(context, part, () => false, how.includeGone)
    at += part.length
    if (still.gone > 0) yield { done: still.gone, counts: { ...noCounts, gone: still.gone } }
    const lost = await ceiling.before(idsOf(still.rows))
    yield* claimBatch(context, { ...batch, rows: still.rows, how }, signal)
    ceiling.after(lost)
  }
}
