import { isAppError, type AppError } from '../../../shared/error'
import { consumerCounts } from '../../../shared/judgement/consumer-counts'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { bytesKey, type Bytes } from '../../../shared/bytes'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { byServer, type Topology } from '../../redis/topology'
import type { LookedConsumer, LookedGroup, StreamEnds, TimedLook } from '../../redis/stream-look'
import { errorInfo } from '../lib/error-info'
import { beyondEnd, lagOfLook, type LagCount } from './lag'
import { countLags } from './groups'
import type { MovedOf } from './held-since-moved'
import { createLooker } from './look'
import { ownSigns, type Touches, type TouchesOf } from './own-signs'

type ConsumerThresholds = Pick<Thresholds, 'stalledAfterMs' | 'neglectedAfterMs'>

/**
 * A summary per key, in the order asked for, whichever server has it. Of several, one that does not answer fails
 * its own streams alone; throws UNREACHABLE where there is no other.
 */
export async function summarizeAll(
  topology: Topology,
  keys: readonly Bytes[],
  thresholds: ConsumerThresholds,
  touches: TouchesOf = () => [],
  movedOf?: MovedOf,
): Promise<StreamSummary[]> {
  const found = new Map<string, StreamSummary>()
  const servers = byServer(topology, keys)
  const failed: AppError[] = []
  const work = [...servers].map(async ([{ reader }, own]) => {
    const summaries = await summarize(reader, own, thresholds, touches, movedOf).catch((error: unknown) => {
      if (!isAppError(error)) throw error
      failed.push(error)
      return own.map((key) => summaryOf(key, error, thresholds))
    })
    for (const summary of summaries) found.set(bytesKey(summary.key), summary)
  })
  await Promise.all(work)
  const [first] = failed
  if (first && topology.primaries().length < 2) throw first
  return keys.flatMap((key) => found.get(bytesKey(key)) ?? [])
}

/**
 * The same of keys that one server has. A stream that is gone, denied or of another type has `error`, and never
 * fails the rest. Throws UNREACHABLE only.
 */
export async function summarize(
  reader: Reader,
  keys: readonly Buffer[],
  thresholds: ConsumerThresholds,
  touches: TouchesOf = () => [],
  movedOf?: MovedOf,
): Promise<StreamSummary[]> {
  const looker = createLooker(reader)
  const looks = await looker.look(
    keys.map((key) => ({ key, first: 0 })),
    thresholds.stalledAfterMs,
    movedOf,
  )
  const summaries: StreamSummary[] = []
  for (const [at, key] of keys.entries()) {
    const look = looks[at] ?? null
    const counts = look === null || isAppError(look) ? null : await countLags(reader, looker, key, look)
    const counted = ({ lastDeliveredId }: LookedGroup): LagCount | null => counts?.get(lastDeliveredId) ?? null
    const own =
      look === null || isAppError(look) ? look : withOwnSigns(look, (group) => touches(fromBuffer(key), group))
    summaries.push(summaryOf(key, own, thresholds, null, counted))
  }
  return summaries
}

/**
 * The same without what Sluice made consumers show. `touches`: by group. Where no clock tells which signs these are, nothing is
 * said of a group's consumers.
 */
export function withOwnSigns(look: TimedLook, touches: (group: Bytes) => Touches): TimedLook {
  const { atMs, tookMs } = look
  const groups = look.groups.map((group) => {
    const { name, consumerList } = group
    const own = touches(fromBuffer(name))
    if (own.length === 0 || consumerList === null) return group
    if (atMs === null) return { ...group, consumerList: null, crowd: null }
    return { ...group, consumerList: ownSigns(consumerList, own, { atMs, tookMs }) }
  })
  return { ...look, groups }
}

/**
 * What a look tells of a stream. Of groups whose consumers it had no room for, what was known `before` still stands;
 * `counted`: the unread entries of those whose lag nothing else tells.
 */
export function summaryOf(
  key: Buffer,
  look: TimedLook | AppError | null,
  thresholds: ConsumerThresholds,
  before: StreamSummary | null = null,
  counted: (group: LookedGroup) => LagCount | null = () => null,
): StreamSummary {
  const name = fromBuffer(key)
  if (look === null || isAppError(look)) {
    const nothing = {
      length: 0,
      groups: [],
      moreGroups: 0,
      lastId: null,
      ends: null,
      entriesAdded: null,
      memoryBytes: null,
      atMs: null,
    }
    return { key: name, ...nothing, large: false, error: look && errorInfo(look) }
  }
  const known = new Map((before?.groups ?? []).map((group) => [bytesKey(group.name), group]))
  return {
    key: name,
    length: look.length,
    groups: look.groups.map((group) => ({
      ...groupSummary(look, group, thresholds, known.get(nameKey(group.name))),
      lag: lagOfLook(look, group, counted(group)),
    })),
    moreGroups: 0,
    lastId: look.ends?.lastId ?? null,
    entriesAdded: look.ends?.entriesAdded ?? null,
    ends: look.ends && endsOf(look.ends),
    memoryBytes: look.memoryBytes,
    atMs: look.atMs,
    large: look.large,
    error: null,
  }
}

function groupSummary(
  look: TimedLook,
  group: LookedGroup,
  thresholds: ConsumerThresholds,
  before: GroupSummary | undefined,
): Omit<GroupSummary, 'lag'> {
  const { name, consumers, pending, lastDeliveredId, entriesRead, oldest, consumerList, unread } = group
  const isUnmoved = before !== undefined && look.next !== null && before.lastDeliveredId === lastDeliveredId
  const isLeftOut = pending > 0 && consumerList === null && look.next !== null
  const counts =
    isLeftOut && before ? countsOf(before) : consumerCounts(consumerList && toConsumers(consumerList, thresholds))
  const crowd = group.crowd ?? (look.next === null ? null : (before ?? null))
  // What Sluice made look alive is not: where each is listed, they are counted by what they show themselves.
  const alive = counts.active === null || counts.stuck === null ? (crowd?.alive ?? null) : counts.active + counts.stuck
  return {
    name: fromBuffer(name),
    ...{ consumers, pending, lastDeliveredId, entriesRead },
    beyondEnd: beyondEnd(look.ends?.lastGeneratedId ?? null, lastDeliveredId),
    oldestPendingId: oldest?.id ?? (isLeftOut ? (before?.oldestPendingId ?? null) : null),
    oldestIdleMs: oldest?.idleMs ?? (isLeftOut ? (before?.oldestIdleMs ?? null) : null),
    mostDeliveries: oldest ? oldest.mostDeliveries : isLeftOut ? (before?.mostDeliveries ?? null) : null,
    unread: unread ? { firstId: unread.firstId } : isUnmoved ? before.unread : null,
    ...counts,
    alive,
    spare: crowd?.spare ?? null,
  }
}

function countsOf({
  active,
  most = null,
  stalled,
  stalledPending,
  worst,
  stuck,
  stuckPending,
  worstStuck,
}: GroupSummary) {
  return { active, most, stalled, stalledPending, worst, stuck, stuckPending, worstStuck }
}

function endsOf({ firstId, maxDeletedId }: StreamEnds): StreamSummary['ends'] {
  return { firstId, maxDeletedId }
}

function toConsumers(list: readonly LookedConsumer[], thresholds: ConsumerThresholds) {
  return list.map(({ name, ...signs }) => {
    const health = consumerHealth(signs, thresholds)
    return { ...signs, name: fromBuffer(name ?? Buffer.alloc(0)), health }
  })
}
