import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { displayName } from '../../../shared/format/display-name'
import { fromBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { groupInfos } from '../../redis/xinfo'

/** The groups of a stream with something pending whose shown names match. Null: the key is gone, or is no stream by now. */
export async function groupsWithPending(
  { reader, key }: Source,
  isGroup: (name: string) => boolean,
): Promise<readonly Bytes[] | null> {
  try {
    const groups = await groupInfos(reader, key)
    const pending = groups.filter((each) => each.pending > 0).map(({ name }) => fromBuffer(name))
    return pending.filter((name) => isGroup(displayName(name)))
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND') || (isAppError(error, 'REDIS') && error.data.prefix === 'WRONGTYPE')) return null
    throw error
  }
}
