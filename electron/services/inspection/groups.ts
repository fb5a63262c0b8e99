import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import type { Consumer, Group } from '../../../shared/model/group'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { asMissing } from '../../redis/missing'
import {
  consumerInfos,
  groupInfos,
  streamInfo,
  type ConsumerInfo,
  type GroupInfo,
  type StreamInfo,
} from '../../redis/xinfo'
import { parsePendingSummary } from '../../redis/xpending'
import { honestLag, lagFromIds, type LagCount, type LagFacts } from './lag'
import { countAfter } from './lag-count'

export interface ListGroupsOptions {
  /** Counts up to 10 000 entries per group where the ids alone don't tell its lag. */
  readonly countLag: boolean
}

/** XINFO GROUPS with the honest lag and the oldest pending id. Throws NOT_FOUND stream. */
export async function listGroups(reader: Reader, key: Buffer, options: ListGroupsOptions): Promise<Group[]> {
  const [stream, infos] = await Promise.all([streamInfo(reader, key), groupInfos(reader, key)])
  const oldest = await oldestPending(reader, key, infos)
  const counts = options.countLag ? await countLags(reader, key, stream, infos) : new Map<EntryId, LagCount>()
  return infos.map((info) => {
    const lag = honestLag(lagFacts(stream, info), counts.get(info.lastDeliveredId) ?? null)
    return toGroup(info, lag, oldest.get(info) ?? null)
  })
}

export function toGroup(info: GroupInfo, lag: Group['lag'], oldestPendingId: EntryId | null): Group {
  const { name, consumers, pending, lastDeliveredId, entriesRead } = info
  return { name: fromBuffer(name), consumers, pending, lastDeliveredId, entriesRead, lag, oldestPendingId }
}

export function lagFacts(stream: StreamInfo, { lastDeliveredId, lag }: GroupInfo): LagFacts {
  return { length: stream.length, firstId: stream.firstId, lastId: stream.lastId, lastDeliveredId, reported: lag }
}

/** Counted once per position, one after another: groups often stand at the same one. */
async function countLags(
  reader: Reader,
  key: Buffer,
  stream: StreamInfo,
  infos: readonly GroupInfo[],
): Promise<ReadonlyMap<EntryId, LagCount>> {
  const counts = new Map<EntryId, LagCount>()
  for (const info of infos) {
    const { lastDeliveredId } = info
    if (lagFromIds(lagFacts(stream, info)) !== null || counts.has(lastDeliveredId)) continue
    counts.set(lastDeliveredId, await countAfter(reader, key, lastDeliveredId))
  }
  return counts
}

async function oldestPending(
  reader: Reader,
  key: Buffer,
  infos: readonly GroupInfo[],
): Promise<ReadonlyMap<GroupInfo, EntryId | null>> {
  const holding = infos.filter(({ pending }) => pending > 0)
  const replies = await reader.pipeline(holding.map(({ name }) => ['XPENDING', key, name] as const))
  return new Map(
    holding.map((info, at) => {
      const reply = replies[at] ?? null
      if (isAppError(reply)) {
        const error = asMissing(reply, key, info.name)
        // Destroyed since the list was read, or not allowed: then its age is not known, and the rest still is.
        if (isAppError(error, 'NOT_FOUND') || isAppError(error, 'REDIS')) return [info, null]
        throw error
      }
      return [info, parsePendingSummary(reply).smallestId]
    }),
  )
}

/** XINFO CONSUMERS with each one's health. Throws NOT_FOUND group or stream. */
export async function listConsumers(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  { stalledAfterMs }: { readonly stalledAfterMs: number },
): Promise<Consumer[]> {
  return (await consumerInfos(reader, key, group)).map((info) => toConsumer(info, stalledAfterMs))
}

export function toConsumer({ name, pending, idleMs, inactiveMs }: ConsumerInfo, stalledAfterMs: number): Consumer {
  const health = consumerHealth({ pending, idleMs }, stalledAfterMs)
  return { name: fromBuffer(name), pending, idleMs, inactiveMs, health }
}
