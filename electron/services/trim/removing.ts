import { compareIds, MIN_ID, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { trimUnneeded, type UnneededHow } from '../../redis/scripts/trim-unneeded'
import { deleteEntries } from '../../redis/xdel'
import { trim } from '../../redis/xtrim'
import { firstNeed } from './group-needs'
import type { TrimOrder } from './trim-order'

/** What came of one command. */
export interface Removed {
  readonly entries: number
  /** Nothing after this id was removed. */
  readonly through: EntryId
  /** The group that needs what comes next, where that is before what was asked for. */
  readonly heldBy: Buffer | null
}

type Removing = Pick<TrimOrder, 'reader' | 'writer' | 'key' | 'keeping'>

/**
 * One command that removes what lies up to an id, or the part of it that no group needs in that moment. `how`: whole nodes,
 * all, or those ids.
 */
export async function removeUpTo(order: Removing, through: EntryId, how: UnneededHow): Promise<Removed> {
  if (order.keeping === null) return plainly(order, through, how)
  const before = nextId(through)
  // After the greatest id of all there is none to name.
  if (order.keeping === 'script' && before !== null) {
    const done = await trimUnneeded(order.writer, order.key, before, how)
    if (done.state === 'trimmed') {
      return { entries: done.removed, through: previousId(done.before) ?? MIN_ID, heldBy: done.heldBy }
    }
  }
  return afterALook(order, through, how)
}

async function plainly({ writer, key }: Removing, through: EntryId, how: UnneededHow): Promise<Removed> {
  const threshold = nextId(through)
  const told = { through, heldBy: null }
  if (how.kind === 'ids' || threshold === null) {
    const ids = how.kind === 'ids' ? how.ids : []
    return { ...told, entries: ids.length === 0 ? 0 : await deleteEntries(writer, key, ids) }
  }
  const approximate = how.kind === 'nodes'
  const limit = approximate ? { limit: how.limit } : {}
  return { ...told, entries: await trim(writer, key, { kind: 'minid', threshold, approximate, ...limit }) }
}

/** Where no script can do both: what groups come to need in between is not seen. */
async function afterALook(order: Removing, through: EntryId, how: UnneededHow): Promise<Removed> {
  const need = await firstNeed(order)
  if (need === null || compareIds(need.from, through) > 0) return plainly(order, through, how)
  const last = previousId(need.from)
  if (last === null) return { entries: 0, through: MIN_ID, heldBy: need.group }
  const ids = how.kind === 'ids' ? { ...how, ids: how.ids.filter((id) => compareIds(id, last) <= 0) } : how
  return { ...(await plainly(order, last, ids)), heldBy: need.group }
}
