import { isAppError, type AppError } from '../../../shared/error'
import { consumerCounts } from '../../../shared/judgement/consumer-counts'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { bytesKey } from '../../../shared/bytes'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { LookedConsumer, LookedGroup, TimedLook } from '../../redis/stream-look'
import { errorInfo } from '../lib/error-info'
import { lagOfLook } from './lag'
import { createLooker } from './look'

type ConsumerThresholds = Pick<Thresholds, 'stalledAfterMs' | 'neglectedAfterMs'>
/** Groups of one stream that are told of. */
const MOST_GROUPS = 32

/**
 * A summary per key, in the order asked for. A stream that is gone, denied or of another type has `error`, and never
 * fails the rest. Throws UNREACHABLE only.
 */
export async function summarize(
  reader: Reader,
  keys: readonly Buffer[],
  thresholds: ConsumerThresholds,
): Promise<StreamSummary[]> {
  const looks = await createLooker(reader).look(
    keys.map((key) => ({ key, first: 0 })),
    thresholds.stalledAfterMs,
  )
  return keys.map((key, at) => summaryOf(key, looks[at] ?? null, thresholds))
}

/**
 * What a look tells of a stream. Of groups whose consumers it had no room for, what was known `before` still stands.
 */
export function summaryOf(
  key: Buffer,
  look: TimedLook | AppError | null,
  thresholds: ConsumerThresholds,
  before: StreamSummary | null = null,
): StreamSummary {
  const name = fromBuffer(key)
  if (look === null || isAppError(look)) {
    const nothing = { length: 0, groups: [], moreGroups: 0, lastId: null, atMs: null, large: false }
    return { key: name, ...nothing, error: look && errorInfo(look) }
  }
  const kept = look.groups.length <= MOST_GROUPS ? look.groups : holdingMost(look.groups)
  const known = new Map((before?.groups ?? []).map((group) => [bytesKey(group.name), group]))
  return {
    key: name,
    length: look.length,
    groups: kept.map((group) => groupSummary(look, group, thresholds, known.get(bytesKey(fromBuffer(group.name))))),
    moreGroups: look.groups.length - kept.length,
    lastId: look.ends?.lastId ?? null,
    atMs: look.atMs,
    large: look.large,
    error: null,
  }
}

/** In the server's order. */
function holdingMost(groups: readonly LookedGroup[]): readonly LookedGroup[] {
  const most = new Set([...groups].sort((a, b) => b.pending - a.pending).slice(0, MOST_GROUPS))
  return groups.filter((group) => most.has(group))
}

function groupSummary(
  look: TimedLook,
  group: LookedGroup,
  thresholds: ConsumerThresholds,
  before: GroupSummary | undefined,
): GroupSummary {
  const { name, consumers, pending, lastDeliveredId, entriesRead, oldest, consumerList, unread } = group
  const isLeftOut = pending > 0 && consumerList === null && look.next !== null
  return {
    name: fromBuffer(name),
    ...{ consumers, pending, lastDeliveredId, entriesRead },
    lag: lagOfLook(look, group),
    oldestPendingId: oldest?.id ?? (isLeftOut ? (before?.oldestPendingId ?? null) : null),
    oldestIdleMs: oldest?.idleMs ?? (isLeftOut ? (before?.oldestIdleMs ?? null) : null),
    unread: unread && { firstId: unread.firstId },
    ...(isLeftOut && before ? countsOf(before) : consumerCounts(consumerList && toConsumers(consumerList, thresholds))),
  }
}

function countsOf({ active, stalled, stalledPending, worst, stuck, stuckPending, worstStuck }: GroupSummary) {
  return { active, stalled, stalledPending, worst, stuck, stuckPending, worstStuck }
}

function toConsumers(list: readonly LookedConsumer[], thresholds: ConsumerThresholds) {
  return list.map(({ name, ...signs }) => {
    const health = consumerHealth(signs, thresholds)
    return { ...signs, name: fromBuffer(name ?? Buffer.alloc(0)), health }
  })
}
