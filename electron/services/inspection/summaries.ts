import { isAppError, type AppError } from '../../../shared/error'
import { consumerCounts } from '../../../shared/judgement/consumer-counts'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { createByteBudget } from '../../redis/byte-budget'
import { fromBuffer } from '../../redis/bytes'
import type { Reader, ReadLine } from '../../redis/reader-writer'
import { asMissing } from '../../redis/missing'
import { replyBytes, type Reply } from '../../redis/reply'
import {
  parseConsumerInfos,
  parseGroupInfos,
  parseStreamInfo,
  type ConsumerInfo,
  type GroupInfo,
  type StreamInfo,
} from '../../redis/xinfo'
import { parsePendingSummary } from '../../redis/xpending'
import { errorInfo } from '../lib/error-info'
import { lagFacts, toConsumer, toGroup } from './groups'
import { honestLag } from './lag'

/** Groups of one stream that are looked into. */
const MAX_GROUPS = 32
/** Streams, or groups, of one round trip at most. */
const SLICE = 64

interface Outline {
  readonly key: Buffer
  readonly stream: StreamInfo
  /** In the server's order, at most 32: those that hold most. */
  readonly groups: readonly GroupInfo[]
  readonly moreGroups: number
}

/** What a group's pending entries and consumers tell; null where it could not be read. */
interface Insight {
  readonly oldestPendingId: string | null
  readonly consumers: readonly ConsumerInfo[]
}

/**
 * A summary per key, in the order asked for. A stream that is gone, denied or of another type has `error`, and never
 * fails the rest. Throws UNREACHABLE only.
 */
export async function summarize(
  reader: Reader,
  keys: readonly Buffer[],
  { stalledAfterMs }: { readonly stalledAfterMs: number },
): Promise<StreamSummary[]> {
  const outlines = await readOutlines(reader, keys)
  const holding = outlines.flatMap((outline) =>
    isAppError(outline)
      ? []
      : outline.groups.filter(({ pending }) => pending > 0).map((group) => ({ key: outline.key, group })),
  )
  const insights = await readInsights(reader, holding)
  return outlines.map((outline, at) => {
    if (isAppError(outline)) return failed(keys[at] ?? Buffer.alloc(0), outline)
    const { key, stream, groups, moreGroups } = outline
    return {
      key: fromBuffer(key),
      length: stream.length,
      groups: groups.map((group) => summarizeGroup(stream, group, insights.get(group) ?? null, stalledAfterMs)),
      moreGroups,
      lastId: stream.lastId,
      error: null,
    }
  })
}

function failed(key: Buffer, error: AppError): StreamSummary {
  return { key: fromBuffer(key), length: 0, groups: [], moreGroups: 0, lastId: null, error: errorInfo(error) }
}

function summarizeGroup(
  stream: StreamInfo,
  info: GroupInfo,
  insight: Insight | null,
  stalledAfterMs: number,
): GroupSummary {
  const group = toGroup(info, honestLag(lagFacts(stream, info), null), insight?.oldestPendingId ?? null)
  const consumers = insight?.consumers.map((consumer) => toConsumer(consumer, stalledAfterMs)) ?? null
  return { ...group, ...consumerCounts(consumers) }
}

async function readOutlines(reader: Reader, keys: readonly Buffer[]): Promise<readonly (Outline | AppError)[]> {
  // XINFO STREAM brings the first and last entry whole, so a slice is bounded by bytes too.
  return inSlices(
    reader,
    keys,
    (key) => [
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
    ],
    (key, [stream, groups]) => {
      if (isAppError(stream)) return mustKnow(asMissing(stream, key))
      if (isAppError(groups)) return mustKnow(asMissing(groups, key))
      const all = parseGroupInfos(groups ?? [])
      return { key, stream: parseStreamInfo(stream ?? []), ...pickGroups(all) }
    },
  )
}

function pickGroups(all: readonly GroupInfo[]): Pick<Outline, 'groups' | 'moreGroups'> {
  if (all.length <= MAX_GROUPS) return { groups: all, moreGroups: 0 }
  const kept = new Set([...all].sort((a, b) => b.pending - a.pending).slice(0, MAX_GROUPS))
  return { groups: all.filter((group) => kept.has(group)), moreGroups: all.length - MAX_GROUPS }
}

interface Holding {
  readonly key: Buffer
  readonly group: GroupInfo
}

async function readInsights(
  reader: Reader,
  holding: readonly Holding[],
): Promise<ReadonlyMap<GroupInfo, Insight | null>> {
  const read = await inSlices(
    reader,
    holding,
    ({ key, group }) => [
      ['XPENDING', key, group.name],
      ['XINFO', 'CONSUMERS', key, group.name],
    ],
    ({ group }, [pending, consumers]): readonly [GroupInfo, Insight | null] => {
      // Gone since, or not allowed: the group's own figures still stand.
      if (isAppError(pending) || isAppError(consumers)) return [group, null]
      const { smallestId } = parsePendingSummary(pending ?? [])
      return [group, { oldestPendingId: smallestId, consumers: parseConsumerInfos(consumers ?? []) }]
    },
  )
  return new Map(read)
}

/** Two commands per item, in round trips that stay small, few items at first. Throws UNREACHABLE. */
async function inSlices<Item, Result>(
  reader: Reader,
  items: readonly Item[],
  lines: (item: Item) => readonly [ReadLine, ReadLine],
  read: (item: Item, replies: readonly (Reply | AppError)[]) => Result,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const budget = createByteBudget(SLICE / 4)
  for (let at = 0; at < items.length;) {
    const slice = items.slice(at, at + budget.count(SLICE))
    const replies = await reader.pipeline(slice.flatMap(lines))
    for (const reply of replies) if (isAppError(reply, 'UNREACHABLE')) throw reply
    const bytes = replies.reduce<number>((sum, reply) => sum + (isAppError(reply) ? 0 : replyBytes(reply)), 0)
    budget.saw(slice.length, bytes)
    slice.forEach((item, index) => results.push(read(item, replies.slice(index * 2, index * 2 + 2))))
    at += slice.length
  }
  return results
}

function mustKnow(error: unknown): AppError {
  if (isAppError(error)) return error
  throw error
}
