import { compareIds, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { TrimPlan } from '../../../shared/model/trim-plan'
import { fromBuffer } from '../../redis/bytes'
import type { GroupInfo, StreamInfo } from '../../redis/xinfo'
import { pendingRange } from '../../redis/xpending'
import { existingIds } from '../../redis/xrange'
import type { Cut } from './find-cut'
import type { Source } from '../../redis/source'
import { listIds } from '../inspection/stream-walk'

type Loss = TrimPlan['groups'][number]
type Figure = TrimPlan['removes']

const PAGE = 1000

/** What may be read for all groups of one plan together. */
interface Allowance {
  pendingPages: number
  lookups: number
  entries: number
}

const exact = (value: number): Figure => ({ value, certainty: 'exact' })
const atMost = (value: number): Figure => ({ value, certainty: value === 0 ? 'exact' : 'atMost' })

/** What each group would lose by a trim: entries that are pending in it, and entries that it was never given. */
export async function lossesOf(
  source: Source,
  stream: StreamInfo,
  groups: readonly GroupInfo[],
  cut: Cut,
): Promise<Loss[]> {
  const allowance: Allowance = { pendingPages: 300, lookups: 5_000, entries: 100_000 }
  const going = cut.going && { ids: cut.going, set: new Set(cut.going) }
  const losses: Loss[] = []
  for (const group of groups) {
    const loses = cut.removes.value > 0 && stream.firstId !== null && stream.lastId !== null
    const name = fromBuffer(group.name)
    if (!loses) {
      losses.push({ name, pending: exact(0), unread: exact(0) })
      continue
    }
    const to = cut.firstKept ? previousId(cut.firstKept) : cut.firstKept === null ? stream.lastId : undefined
    const range = { from: stream.firstId, to: to ?? undefined, end: stream.lastId, going }
    losses.push({
      name,
      pending: await pendingLoss(source, group, cut.removes.value, range, allowance),
      unread: await unreadLoss(source, group, cut.removes, range, allowance),
    })
  }
  return losses
}

/** The part that goes. `to` undefined: nobody knows yet where it ends, but not after `end`. */
interface GoingPart {
  readonly from: EntryId
  readonly to: EntryId | undefined
  readonly end: EntryId
  readonly going: { readonly ids: readonly EntryId[]; readonly set: ReadonlySet<EntryId> } | null
}

/** Pending entries that go. Those that are gone from the stream already lose nothing. Null where the ACL forbids to look. */
async function pendingLoss(
  { reader, key }: Source,
  group: GroupInfo,
  removes: number,
  { from, to, going }: GoingPart,
  allowance: Allowance,
): Promise<Figure | null> {
  const bound = atMost(Math.min(group.pending, removes))
  if (group.pending === 0 || to === undefined) return bound
  const ids: EntryId[] = []
  try {
    for (let start: string | null = from; start !== null;) {
      if (allowance.pendingPages-- <= 0) return bound
      const rows = await pendingRange(reader, key, group.name, { from: start, to, count: PAGE })
      for (const { id } of rows) ids.push(id)
      const last = rows.at(-1)
      start = last === undefined || rows.length < PAGE ? null : nextId(last.id)
    }
  } catch (error) {
    if (isAppError(error, 'REDIS') && error.data.prefix === 'NOPERM') return null
    throw error
  }
  if (going) return exact(ids.filter((id) => going.set.has(id)).length)
  if (ids.length > allowance.lookups) return atMost(Math.min(ids.length, removes))
  allowance.lookups -= ids.length
  return exact((await existingIds(reader, key, ids)).size)
}

async function unreadLoss(
  { reader, key }: Source,
  { lastDeliveredId }: GroupInfo,
  removes: Figure,
  { from, to, end, going }: GoingPart,
  allowance: Allowance,
): Promise<Figure> {
  if (compareIds(lastDeliveredId, to ?? end) >= 0) return exact(0)
  if (going) return exact(countAfter(going.ids, lastDeliveredId))
  if (compareIds(lastDeliveredId, from) < 0) return removes
  const start = nextId(lastDeliveredId)
  if (to === undefined || start === null || allowance.entries <= 0) return atMost(removes.value)
  const { ids, complete } = await listIds(reader, key, { from: start, to }, allowance.entries)
  allowance.entries -= ids.length
  return complete ? exact(ids.length) : atMost(removes.value)
}

/** How many of the ids, which are in order, come after this one. */
function countAfter(ids: readonly EntryId[], id: EntryId): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIds(ids[middle] ?? id, id) > 0) high = middle
    else low = middle + 1
  }
  return ids.length - low
}
