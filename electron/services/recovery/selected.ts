import { compareIds, type EntryId } from '../../../shared/entry-id'
import { observeConsumer, observeIds, BATCH, type Observation, type ObservedRow } from './observe'
import { afterId } from '../../redis/after-id'
import type { Reader } from '../../redis/client'

/** What a run works through, as its plan saw it. */
export type Selected =
  | {
      readonly kind: 'ids'
      /** Sorted. */
      readonly ids: readonly EntryId[]
      /** Who held each one when the plan was made, as a key. */
      readonly holders: ReadonlyMap<EntryId, string>
    }
  | { readonly kind: 'consumer'; readonly consumer: Buffer; readonly upTo: EntryId }

export interface SelectedBatch {
  readonly observation: Observation
  /** As the plan saw them: not delivered again or claimed since. */
  readonly untouched: readonly ObservedRow[]
  /** No longer as the plan saw them; to be left alone. */
  readonly moved: number
}

/** Redis rounds times to the millisecond, and two commands of one round trip may straddle one. */
const CLOCK_TOLERANCE_MS = 2

/**
 * Reads the selection again, batch by batch, and parts what the plan saw from what moved since: a delivery or a claim
 * after `plannedAt` (server time) gives an entry a later delivery time.
 */
export async function* selectedBatches(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  selected: Selected,
  plannedAt: number,
  exclusiveRange: boolean,
): AsyncGenerator<SelectedBatch, void> {
  const part = (observation: Observation, asked: number): SelectedBatch => {
    const untouched = observation.rows.filter(
      (row) => row.deliveredAt <= plannedAt + CLOCK_TOLERANCE_MS && isHolder(selected, row),
    )
    return { observation, untouched, moved: asked - untouched.length }
  }
  if (selected.kind === 'ids') {
    for (let at = 0; at < selected.ids.length; at += BATCH) {
      const ids = selected.ids.slice(at, at + BATCH)
      yield part(await observeIds(reader, key, group, ids), ids.length)
    }
    return
  }
  const { consumer, upTo } = selected
  let from: string | null = '-'
  while (from !== null) {
    const observation: Observation = await observeConsumer(reader, key, group, { from, to: upTo, consumer })
    if (observation.rows.length > 0) yield part(observation, observation.rows.length)
    from = following(observation, upTo, exclusiveRange)
  }
}

function isHolder(selected: Selected, row: ObservedRow): boolean {
  return selected.kind === 'consumer' || selected.holders.get(row.id) === row.consumer.toString('latin1')
}

function following({ rows }: Observation, upTo: EntryId, exclusiveRange: boolean): string | null {
  const last = rows.at(-1)
  if (!last || rows.length < BATCH || compareIds(last.id, upTo) >= 0) return null
  return afterId(last.id, exclusiveRange)
}
