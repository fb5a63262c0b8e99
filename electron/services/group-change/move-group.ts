import type { Count } from '../../../shared/count'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import { setGroupIdIf, type GroupMove, type Where } from '../../redis/scripts/set-group-id-if'
import { setGroupId } from '../../redis/xgroup'
import { groupInfos } from '../../redis/xinfo'
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
  const { reader, writer, key, group, server } = context
  if (server.capabilities.eval.available) return setGroupIdIf(writer, key, group, move)
  const { position, entriesRead, where } = move
  const stood = (await groupInfos(reader, key)).find(({ name }) => name.equals(group))
  if (!stood) throw new AppError('NOT_FOUND', { what: 'group', name: fromBuffer(group) })
  if (!isWhere(stood.lastDeliveredId, position, where)) return { state: 'left', stood }
  await setGroupId(writer, key, group, position, entriesRead ?? undefined)
  return { state: 'set', stood }
}

function isWhere(stands: EntryId, position: EntryId, where: Where): boolean {
  if (typeof where !== 'string') return stands === where.at
  return where === 'anywhere' || compareIds(stands, position) <= 0
}
