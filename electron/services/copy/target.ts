import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { CopyPlan } from '../../../shared/model/stream-copy'
import { fromBuffer } from '../../redis/bytes'
import { serverMemory } from '../../redis/server-memory'
import type { Source } from '../../redis/source'
import { groupInfos, streamInfo, type GroupInfo } from '../../redis/xinfo'

/** The stream that gets copies, as it is now. */
export interface TargetNow {
  /** The greatest id that it ever had; null: there is no such stream. */
  readonly lastId: EntryId | null
  /** Null: the server does not tell. */
  readonly groups: readonly GroupInfo[] | null
}

/** Throws what XINFO throws, but for a stream that is not there. */
export async function readTarget(target: Source): Promise<TargetNow> {
  const lastId = await targetLastId(target)
  return { lastId, groups: lastId === null ? [] : await groupInfos(target.reader, target.key).catch(nullIfRefused) }
}

export async function targetLastId({ reader, key }: Source): Promise<EntryId | null> {
  try {
    return (await streamInfo(reader, key)).lastGeneratedId
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
}

/** Who is given what is added; by ids that are kept not whoever stands at the last of them, or beyond. */
export function groupsGiven(
  { groups }: TargetNow,
  { ids, lastId }: Pick<CopyPlan, 'ids' | 'lastId'>,
): Pick<CopyPlan, 'groups' | 'beyond'> {
  const isBeyond = ({ lastDeliveredId }: GroupInfo): boolean =>
    ids === 'keep' && lastId !== null && compareIds(lastDeliveredId, lastId) >= 0
  const namesOf = (some: readonly GroupInfo[]) => some.map(({ name }) => fromBuffer(name))
  const all = groups ?? []
  return { groups: namesOf(all.filter((group) => !isBeyond(group))), beyond: namesOf(all.filter(isBeyond)) }
}

/** What the server uses of its `maxmemory`, where so many bytes more, which take at least as much in it, do not fit. */
export async function shortMemory({ reader }: Pick<Source, 'reader'>, bytes: number): Promise<CopyPlan['memory']> {
  const memory = await serverMemory(reader).catch(nullIfRefused)
  return memory !== null && memory.usedBytes + bytes > memory.maxBytes ? memory : null
}

function nullIfRefused(error: unknown): null {
  if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
  throw error
}
