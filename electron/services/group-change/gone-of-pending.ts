import { nextId, previousId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { GroupSource } from '../../redis/source'
import { pendingSummary } from '../../redis/xpending'
import { goneWithin, mayBeGoneAfter } from '../inspection/entry-presence'
import { observeRange } from '../inspection/observe-pending'
import { idsOf } from '../jobs/run-batch'

const PAGE = 1_000
/** So many pending entries are walked for it, and so many looked up one by one. */
const MOST_WALKED = 20_000
const MOST_LOOKED_UP = 2_000

/**
 * How many of a group's pending entries are gone from the stream; null where that would take too much, or may not be looked
 * at. The stream's own bounds mostly tell that there are none.
 */
export async function goneOfPending(source: GroupSource): Promise<number | null> {
  try {
    return await countGone(source)
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}

async function countGone(source: GroupSource): Promise<number | null> {
  const { reader, key, group } = source
  const { smallestId } = await pendingSummary(reader, key, group)
  if (smallestId === null) return 0
  if (!(await mayBeGoneAfter(reader, key, previousId(smallestId) ?? smallestId))) return 0
  let [gone, walked, room] = [0, 0, MOST_LOOKED_UP]
  for (let from: string | null = smallestId; from !== null && walked < MOST_WALKED;) {
    const { rows } = await observeRange(reader, key, group, { from, to: '+', count: PAGE })
    const told = await goneWithin(reader, key, idsOf(rows), room)
    if (told === null) return null
    gone += told.gone.size
    room -= told.lookedUp
    walked += rows.length
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return gone
    from = nextId(last.id)
    if (from === null) return gone
  }
  return null
}
