import { compareIds, previousId, type EntryId } from '../../../shared/entry-id'
import type { TrimPlan } from '../../../shared/model/plan'
import { afterId } from '../../redis/after-id'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/client'
import type { GroupInfo, StreamInfo } from '../../redis/xinfo'
import { pendingRange, pendingSummary } from '../../redis/xpending'
import { countEntries } from './count-range'
import type { Threshold } from './threshold'

type Loss = TrimPlan['groups'][number]
type Figure = Loss['pending']

const MAX_PENDING_PAGES = 100

/** What a group would lose by a trim: entries that are pending in it, and entries it was never given. */
export async function lossesOf(
  reader: Reader,
  key: Buffer,
  stream: StreamInfo,
  group: GroupInfo,
  { firstKept, removes }: Threshold,
  exclusiveRange: boolean,
): Promise<Loss> {
  const name = fromBuffer(group.name)
  if (removes.value === 0 || stream.firstId === null) {
    const none = { value: 0, certainty: 'exact' as const }
    return { name, pending: none, unread: none }
  }
  if (firstKept === undefined) return { name, pending: null, unread: null }
  const upTo = firstKept === null ? '+' : (previousId(firstKept) ?? '0-0')
  return {
    name,
    pending: await pendingWithin(reader, key, group.name, stream.firstId, upTo, exclusiveRange),
    unread: await unreadWithin(reader, key, group.lastDeliveredId, upTo, exclusiveRange),
  }
}

/** Pending entries that are in the stream's part that goes; those before its first entry are gone already. */
async function pendingWithin(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  firstId: EntryId,
  to: string,
  exclusiveRange: boolean,
): Promise<Figure> {
  const { total, smallestId, greatestId } = await pendingSummary(reader, key, group)
  if (smallestId === null || greatestId === null) return { value: 0, certainty: 'exact' }
  const allWithin = compareIds(smallestId, firstId) >= 0 && (to === '+' || compareIds(greatestId, to) <= 0)
  if (allWithin) return { value: total, certainty: 'exact' }
  let value = 0
  let from: string | null = firstId
  for (let pages = 0; from !== null; pages++) {
    if (pages === MAX_PENDING_PAGES) return { value: total, certainty: 'atMost' }
    const rows: Awaited<ReturnType<typeof pendingRange>> = await pendingRange(reader, key, group, {
      from,
      to,
      count: 1000,
    })
    value += rows.length
    const last = rows.at(-1)
    from = rows.length < 1000 || !last ? null : afterId(last.id, exclusiveRange)
  }
  return { value, certainty: 'exact' }
}

async function unreadWithin(
  reader: Reader,
  key: Buffer,
  lastDeliveredId: EntryId,
  to: string,
  exclusiveRange: boolean,
): Promise<Figure> {
  if (to !== '+' && compareIds(lastDeliveredId, to) >= 0) return { value: 0, certainty: 'exact' }
  const from = afterId(lastDeliveredId, exclusiveRange)
  if (from === null) return { value: 0, certainty: 'exact' }
  const value = await countEntries(reader, key, { from, to, exclusiveRange })
  return value === null ? null : { value, certainty: 'exact' }
}
