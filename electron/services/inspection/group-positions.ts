import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import { nameKey } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { groupInfos, type GroupInfo } from '../../redis/xinfo'

/** By name (`nameKey`): the last id that each group of a stream was given. */
export type GroupPositions = ReadonlyMap<string, EntryId>

export function positionsOf(groups: readonly GroupInfo[]): GroupPositions {
  return new Map(groups.map(({ name, lastDeliveredId }) => [nameKey(name), lastDeliveredId]))
}

/** To be read before what groups lose is counted. */
export async function readPositions({ reader, key }: Source): Promise<GroupPositions> {
  return positionsOf(await groupInfos(reader, key))
}

/** STALE_PLAN where a group came since, or was set back: it would lose what nobody was shown. `own`: not looked at. */
export async function requireSameGroups(
  { reader, key }: Source,
  then: GroupPositions,
  planId: string,
  own?: Buffer,
): Promise<void> {
  for (const { name, lastDeliveredId } of await groupInfos(reader, key)) {
    const was = then.get(nameKey(name))
    if (own?.equals(name) === true || (was !== undefined && compareIds(lastDeliveredId, was) >= 0)) continue
    throw new AppError('STALE_PLAN', { planId, problem: message('plan.group-since') })
  }
}
