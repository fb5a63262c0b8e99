import { compareIds, type EntryId } from '../../../shared/entry-id'
import {
  isUnmovedSince,
  observeClearly,
  observeConsumer,
  observeIds,
  BATCH,
  type Observation,
  type ObservedRow,
} from './observe'
import { afterId } from '../../redis/after-id'
import type { RunContext } from './run-context'

/** What a run works through, as its plan saw it. */
export type Selected =
  | {
      readonly kind: 'ids'
      /** Sorted. */
      readonly ids: readonly EntryId[]
      /** Who held each one when the plan was made, and after how many deliveries (`holdingOf`). */
      readonly holdings: ReadonlyMap<EntryId, string>
    }
  | {
      readonly kind: 'consumer'
      readonly consumer: Buffer
      readonly upTo: EntryId
      /** How many the consumer held when the plan was made. */
      readonly entries: number
    }

export interface SelectedBatch {
  readonly observation: Observation
  /** As the plan saw them: not delivered again or claimed since. */
  readonly untouched: readonly ObservedRow[]
  /** No longer as the plan saw them; to be left alone. */
  readonly moved: number
}

/** One text per holder and delivery count, to compare by. */
export function holdingOf({ consumer, deliveries }: Pick<ObservedRow, 'consumer' | 'deliveries'>): string {
  return `${deliveries} ${consumer.toString('latin1')}`
}

/**
 * Reads the selection again, batch by batch, and parts what the plan saw from what moved since: a delivery or a claim
 * after `plannedAt` (server time) gives an entry a later delivery time.
 */
export async function* selectedBatches(
  { reader, key, group, exclusiveRange }: RunContext,
  selected: Selected,
  plannedAt: number,
): AsyncGenerator<SelectedBatch, void> {
  if (selected.kind === 'ids') {
    const { ids, holdings } = selected
    for (let at = 0; at < ids.length; at += BATCH) {
      const asked = ids.slice(at, at + BATCH)
      const observation = await observeClearly(plannedAt, () => observeIds(reader, key, group, asked))
      const untouched = observation.rows.filter(
        (row) => isUnmovedSince(plannedAt, row) && holdings.get(row.id) === holdingOf(row),
      )
      yield { observation, untouched, moved: asked.length - untouched.length }
    }
    return
  }
  const { consumer, upTo, entries } = selected
  let seen = 0
  for (let from: string | null = '-'; from !== null;) {
    const range: Parameters<typeof observeConsumer>[3] = { from, to: upTo, consumer }
    const observation = await observeClearly(plannedAt, () => observeConsumer(reader, key, group, range))
    from = following(observation, upTo, exclusiveRange)
    seen += observation.rows.length
    const untouched = observation.rows.filter((row) => isUnmovedSince(plannedAt, row))
    // What the consumer held and holds no more has moved as well.
    const missing = from === null ? Math.max(0, entries - seen) : 0
    yield { observation, untouched, moved: observation.rows.length - untouched.length + missing }
  }
}

function following({ rows }: Observation, upTo: EntryId, exclusiveRange: boolean): string | null {
  const last = rows.at(-1)
  if (!last || rows.length < BATCH || compareIds(last.id, upTo) >= 0) return null
  return afterId(last.id, exclusiveRange)
}
