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

/** `own`: a group that is not looked at. */
interface LookedAt {
  readonly own?: Buffer | undefined
  /** Only what lies up to this id goes: who stands there, or beyond, loses nothing unread. */
  readonly through?: EntryId | undefined
}

/** STALE_PLAN where a group came since, or was set back: it would lose what nobody was shown. */
export async function requireSameGroups(
  { reader, key }: Source,
  then: GroupPositions,
  planId: string,
  { own, through }: LookedAt = {},
): Promise<void> {
  for (const { name, lastDeliveredId } of await groupInfos(reader, key)) {
    const was = then.get(nameKey(name))
    if (own?.equals(name) === true || (was !== undefined && compareIds(lastDeliveredId, was) >= 0)) continue
    if (through !== undefined && compareIds(lastDeliveredId, through) >= 0) continue
    throw new AppError('STALE_PLAN', { planId, problem: message('plan.group-since') })
  }
}

/** Before each command of a run that deletes what lies up to an id: the same once more. One XINFO GROUPS. */
export type SameGroups = (through: EntryId) => Promise<void>

/** `then`: null where nothing goes that a group needs. */
export function sameGroups(source: Source, then: GroupPositions | null, planId: string, own?: Buffer): SameGroups {
  if (then === null) return () => Promise.resolve()
  return (through) => requireSameGroups(source, then, planId, { own, through })
}
