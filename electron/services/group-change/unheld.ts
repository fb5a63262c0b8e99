import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { GroupSource } from '../../redis/source'
import { requireGroup } from '../../redis/xinfo'
import { existingIds } from '../../redis/xrange'
import { observeIds, type Observation } from '../inspection/observe-pending'
import { idsOf } from '../jobs/run-batch'

/** How entries stand with a group that was given them, perhaps. */
export interface Standing {
  /** Given to it, and held by nobody: acked, or lost with the consumer that held them. In order. */
  readonly unheld: readonly EntryId[]
  readonly pending: number
  /** It has not come to them yet, so it will be given them without anybody's help. */
  readonly unread: number
  /** Not in the stream, or never there. */
  readonly gone: number
  readonly observation: Observation
}

/** Looks at up to 500 entries. Throws NOT_FOUND group. */
export async function standingOf(source: GroupSource, ids: readonly EntryId[]): Promise<Standing> {
  const { reader, key, group } = source
  const asked = [...new Set(ids)].sort(compareIds)
  const info = await requireGroup(source)
  const observation = await observeIds(reader, key, group, asked)
  const pending = new Set(idsOf(observation.rows))
  const open = asked.filter((id) => !pending.has(id))
  // Each by itself: the stream's bounds tell what is gone of what was there, and these may be ids that never were.
  const there = await existingIds(reader, key, open)
  const found = open.filter((id) => there.has(id))
  const unheld = found.filter((id) => compareIds(id, info.lastDeliveredId) <= 0)
  const counts = { pending: pending.size, unread: found.length - unheld.length, gone: open.length - found.length }
  return { unheld, ...counts, observation }
}
