import type { Count } from '../../../shared/count'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { setGroupIdIf, type GroupMove, type Where } from '../../redis/scripts/set-group-id-if'
import { setGroupId } from '../../redis/xgroup'
import { requireGroup } from '../../redis/xinfo'
import type { RunContext } from '../jobs/run-context'

export interface Move {
  readonly position: EntryId
  readonly entriesRead: Count | null
  readonly where: Where
}

/**
 * Sets a group's id where it stands as it should in that moment. In one step by a script; where none is allowed, it is
 * looked at just before, and may read on in between. Throws NOT_FOUND.
 */
export async function moveGroup(context: RunContext, move: Move): Promise<GroupMove> {
  const { writer, key, group, server } = context
  if (server.capabilities.eval.available) return setGroupIdIf(writer, key, group, move)
  const { position, entriesRead, where } = move
  const stood = await requireGroup(context)
  if (!isWhere(stood.lastDeliveredId, position, where)) return { state: 'left', stood }
  await setGroupId(writer, key, group, position, entriesRead ?? undefined)
  return { state: 'set', stood }
}

function isWhere(stands: EntryId, position: EntryId, where: Where): boolean {
  if (typeof where !== 'string') return stands === where.at
  return where === 'anywhere' || compareIds(stands, position) <= 0
}
