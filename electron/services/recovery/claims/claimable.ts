import { idsOf } from '../../jobs/run-batch'
import type { Observation, ObservedRow } from '../../inspection/observe-pending'
import { prefetch } from '../selection/prefetch'
import type { SelectedBatch } from '../selection/selected'
import { goneIds } from '../../inspection/entry-presence'
import type { GroupSource } from '../../../redis/source'

interface Claimable {
  readonly rows: readonly ObservedRow[]
  /** Left out, since they are with whom they should be. */
  readonly there: number
  /** Left out, since they are gone from the stream. */
  readonly gone: number
}

/** What of a batch is claimed: all but what its target holds already and, unless asked for, what is gone from the stream. */
export async function claimable(
  { reader, key }: GroupSource,
  batch: readonly ObservedRow[],
  isTarget: (consumer: Buffer) => boolean,
  includeGone: boolean,
): Promise<Claimable> {
  const candidates = batch.filter(({ consumer }) => !isTarget(consumer))
  const gone = includeGone ? new Set<string>() : await goneIds(reader, key, idsOf(candidates))
  const rows = candidates.filter(({ id }) => !gone.has(id))
  return { rows, there: batch.length - candidates.length, gone: candidates.length - rows.length }
}

export interface ClaimableBatch extends Claimable {
  readonly observation: Observation
  /** No longer as the plan saw them. */
  readonly moved: number
  /** By this process's clock. */
  readonly lookedAt: number
}

interface HowClaimable {
  isTarget(consumer: Buffer): boolean
  readonly includeGone: boolean
  /** Redis itself leaves alone what moved since: one is looked at while another is on its way. */
  readonly atomic: boolean
}

/** The same of each batch. */
export function claimableBatches(
  context: GroupSource,
  batches: AsyncIterable<SelectedBatch>,
  { isTarget, includeGone, atomic }: HowClaimable,
): AsyncIterable<ClaimableBatch> {
  async function* each(): AsyncGenerator<ClaimableBatch, void> {
    for await (const { observation, untouched, moved } of batches) {
      const lookedAt = performance.now()
      yield { observation, moved, lookedAt, ...(await claimable(context, untouched, isTarget, includeGone)) }
    }
  }
  return atomic ? prefetch(each()) : each()
}
