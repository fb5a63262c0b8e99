import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { StreamNames } from '../../redis/scripts/swap-streams'
import { consumerInfosTimed, groupInfos } from '../../redis/xinfo'
import { ownSigns, ROUNDING_MS, signsOf, type Touch, type Touches } from '../inspection/own-signs'
import type { RestoreContext } from './context'

type Order = Pick<StreamNames, 'key' | 'aside'>

/**
 * After a swap all consumers look as if they had just been there: those of the new key were made, and given their entries,
 * from here. Journals what each had shown by itself, as the stream that was put aside still tells. `by`: server time by which
 * the swap was done; what a consumer shows later is its own. `touches`: what Sluice made them show before. Where that can't be
 * read, or written down, nothing is known, and nothing else suffers.
 */
export async function noteRevived(
  context: RestoreContext,
  order: Order,
  by: number | null,
  touches: (group: Bytes) => Touches,
): Promise<void> {
  if (by === null) return
  try {
    for (const { name } of await groupInfos(context.reader, order.aside)) {
      const group = fromBuffer(name)
      const revived = await revivedIn(context, order, name, by, touches(group))
      if (revived.length > 0) await context.record.touched(revived, group)
    }
  } catch (error) {
    if (!isAppError(error)) throw error
  }
}

async function revivedIn(
  { reader }: RestoreContext,
  { key, aside }: Order,
  group: Buffer,
  by: number,
  touches: Touches,
): Promise<readonly Touch[]> {
  const [was, is] = [await consumerInfosTimed(reader, aside, group), await shownIn({ reader }, key, group)]
  const [then, now] = [was.read, is?.read ?? null]
  if (then === null || now === null || is === null) return []
  const before = new Map(
    ownSigns(was.infos, touches, then).map((each) => [nameKey(each.name), signsOf(each, then.atMs)]),
  )
  return is.infos.flatMap((info) => {
    const [own, stamp] = [before.get(nameKey(info.name)), signsOf(info, now.atMs)]
    const isOurs = own !== undefined && stamp.seenAt <= by + ROUNDING_MS
    return isOurs ? [{ consumer: fromBuffer(info.name), before: own, stamp, tookMs: now.tookMs }] : []
  })
}

/** Null: the group is not there. */
async function shownIn({ reader }: Pick<RestoreContext, 'reader'>, key: Buffer, group: Buffer) {
  try {
    return await consumerInfosTimed(reader, key, group)
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
}
