import { isAppError } from '../../../shared/error'
import type { EntryId } from '../../../shared/entry-id'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import type { Consumer, Group } from '../../../shared/model/group'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { ReplyShapeError } from '../../redis/reply'
import { FIRST_HELD } from '../../redis/scripts/stream-look-lua'
import type { StreamLook } from '../../redis/stream-look'
import { consumerInfos, consumerInfosTimed, type ConsumerInfo } from '../../redis/xinfo'
import { longestIdle, parsePendingRows } from '../../redis/xpending'
import { beyondEnd, lagOfLook, type LagCount } from './lag'
import { countAfter, countByScript, type CountedRange } from './lag-count'
import { createLooker, type Looker } from './look'
import { lookMemory, noteRefusal } from './look-memory'
import { longestHeld, movedTo, type MovedEntries } from './moved-entries'
import { ownSigns, type Touches } from './own-signs'
import { momentNow } from './seen-since'

export interface ListGroupsOptions {
  /** Counts up to 10 000 entries per group where the ids alone don't tell its lag. */
  readonly countLag: boolean
}

/** XINFO GROUPS with the honest lag and the oldest pending id. Throws NOT_FOUND stream. */
export async function listGroups(reader: Reader, key: Buffer, { countLag }: ListGroupsOptions): Promise<Group[]> {
  const looker = createLooker(reader, undefined, ['c'])
  const [look] = await looker.look([{ key, first: 0 }], 0)
  if (look === undefined || isAppError(look)) throw look ?? new Error('one look per stream')
  const counts = countLag ? await countLags(reader, looker, key, look) : new Map<EntryId, LagCount>()
  return look.groups.map((group) => ({
    name: fromBuffer(group.name),
    consumers: group.consumers,
    pending: group.pending,
    lastDeliveredId: group.lastDeliveredId,
    beyondEnd: beyondEnd(look.ends?.lastGeneratedId ?? null, group.lastDeliveredId),
    entriesRead: group.entriesRead,
    lag: lagOfLook(look, group, counts.get(group.lastDeliveredId) ?? null),
    oldestPendingId: group.oldest?.id ?? null,
  }))
}

/** Counted once per position, one after another: groups often stand at the same one. What can't be counted has no count. */
export async function countLags(
  reader: Reader,
  looker: Looker,
  key: Buffer,
  look: StreamLook,
): Promise<ReadonlyMap<EntryId, LagCount>> {
  const counts = new Map<EntryId, LagCount>()
  for (const group of look.groups) {
    const { lastDeliveredId } = group
    if (look.large || lagOfLook(look, group).kind === 'exact' || counts.has(lastDeliveredId)) continue
    const averageBytes = (look.memoryBytes ?? 0) / Math.max(1, look.length)
    const counted = await countOne(reader, looker, key, { after: lastDeliveredId, averageBytes })
    if (counted !== null) counts.set(lastDeliveredId, counted)
  }
  return counts
}

/** Null: the ACL refuses XRANGE, which is then asked for once, or its reply makes no sense. Throws UNREACHABLE only. */
async function countOne(reader: Reader, looker: Looker, key: Buffer, range: CountedRange): Promise<LagCount | null> {
  const { refused } = lookMemory(reader)
  const nullIfNotTold = (error: unknown): null => {
    if (isAppError(error, 'UNREACHABLE') || !(isAppError(error) || error instanceof ReplyShapeError)) throw error
    if (isAppError(error)) noteRefusal(refused, 'r', error)
    return null
  }
  const counted = refused.has('r') ? null : await countByScript(looker, key, range).catch(nullIfNotTold)
  if (counted !== null || refused.has('r')) return counted
  return countAfter(reader, key, range.after).catch(nullIfNotTold)
}

/** XINFO CONSUMERS without the signs of life that Sluice gave. NOT_FOUND group, or stream. */
export async function ownConsumerInfos(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  touches: Touches,
): Promise<readonly ConsumerInfo[]> {
  if (touches.length === 0) return consumerInfos(reader, key, group)
  const { infos, read } = await consumerInfosTimed(reader, key, group)
  return read ? ownSigns(infos, touches, read) : infos
}

type ConsumerThresholds = Pick<Thresholds, 'stalledAfterMs'> & Partial<Thresholds>

/** Consumers of which it is looked for how long their first pending entries wait. */
const MOST_LOOKED_INTO = 100

/** XINFO CONSUMERS with each one's health, by its own signs of life. Throws NOT_FOUND group or stream. */
export async function listConsumers(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  thresholds: ConsumerThresholds,
  { touches = [], moved = [] }: { readonly touches?: Touches; readonly moved?: readonly MovedEntries[] } = {},
): Promise<Consumer[]> {
  const infos = await ownConsumerInfos(reader, key, group, touches)
  const { refused } = lookMemory(reader)
  const living = infos
    .filter(({ pending, idleMs }) => pending > 0 && idleMs <= thresholds.stalledAfterMs)
    .slice(0, refused.has('p') ? 0 : MOST_LOOKED_INTO)
  const replies = await reader.pipeline(
    living.map(({ name }) => ['XPENDING', key, group, '-', '+', FIRST_HELD, name] as const),
  )
  const nowMs = moved.length === 0 ? null : await momentNow({ reader })
  const oldest = new Map<ConsumerInfo, number | null>()
  living.forEach((info, at) => {
    const reply = replies[at] ?? null
    if (isAppError(reply, 'UNREACHABLE')) throw reply
    noteRefusal(refused, 'p', reply)
    // Not allowed, or gone since: then it is not known, and the rest still is.
    if (isAppError(reply)) oldest.set(info, null)
    else if (nowMs === null) oldest.set(info, longestIdle(reply))
    else oldest.set(info, longestHeld(parsePendingRows(reply), movedTo(moved, fromBuffer(info.name)), nowMs))
  })
  return infos.map((info) => toConsumer(info, thresholds, oldest.get(info) ?? null))
}

export function toConsumer(
  info: ConsumerInfo,
  thresholds: ConsumerThresholds,
  oldestIdleMs: number | null = null,
): Consumer {
  const signs = { ...info, oldestIdleMs }
  return { ...signs, name: fromBuffer(info.name), health: consumerHealth(signs, thresholds) }
}
