import { nextId, previousId, type EntryId } from '../../../../shared/entry-id'
import { isAppError } from '../../../../shared/error'
import type { PendingTimeline } from '../../../../shared/model/timeline'
import { asMissing } from '../../../redis/missing'
import type { GroupSource } from '../../../redis/source'
import { parsePendingRows, pendingRange, pendingSummary } from '../../../redis/xpending'
import type { Stretches } from './time-steps'

const PAGE = 1000
/** Longer lists are not walked: of each bucket so many are counted. */
const FEW = 10_000
const MOST_OF_BUCKET = 200
const AT_ONCE = 8

/**
 * How many of a group's pending entries lie in each stretch of time, by the times in their ids. A long list is looked at where each
 * stretch begins: beyond 200 it is at least so many. Throws NOT_FOUND group, REDIS, UNREACHABLE.
 */
export async function pendingTimelineOf(
  source: GroupSource,
  stretches: Stretches,
  signal?: AbortSignal,
): Promise<PendingTimeline> {
  const { total } = await pendingSummary(source.reader, source.key, source.group)
  if (total === 0) return { buckets: Array.from({ length: stretches.count }, () => ({ count: 0, isLeast: false })) }
  return { buckets: await (total <= FEW ? walked(source, stretches, signal) : lookedAt(source, stretches, signal)) }
}

type Buckets = PendingTimeline['buckets']

async function walked(
  { reader, key, group }: GroupSource,
  { fromMs, stepMs, count }: Stretches,
  signal?: AbortSignal,
): Promise<Buckets> {
  const counts = Array.from({ length: count }, () => 0)
  const to = endOf({ fromMs, stepMs }, count - 1)
  let looked = 0
  // Others may add to it meanwhile.
  for (let from: EntryId | null = `${fromMs}-0`; from !== null && looked <= 2 * FEW;) {
    signal?.throwIfAborted()
    const rows = await pendingRange(reader, key, group, { from, to, count: PAGE })
    for (const { id } of rows) {
      const at = Math.floor((Number(id.slice(0, id.indexOf('-'))) - fromMs) / stepMs)
      counts[at] = (counts[at] ?? 0) + 1
    }
    looked += rows.length
    const last = rows.at(-1)
    from = rows.length < PAGE || last === undefined ? null : nextId(last.id)
  }
  return counts.map((each) => ({ count: each, isLeast: looked > 2 * FEW }))
}

async function lookedAt(
  { reader, key, group }: GroupSource,
  { fromMs, stepMs, count }: Stretches,
  signal?: AbortSignal,
): Promise<Buckets> {
  const counts: number[] = []
  for (let at = 0; at < count; at += AT_ONCE) {
    signal?.throwIfAborted()
    const those = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, nth) => at + nth)
    const replies = await reader.pipeline(
      those.map((nth) => {
        const from = `${fromMs + nth * stepMs}-0`
        return ['XPENDING', key, group, from, endOf({ fromMs, stepMs }, nth), MOST_OF_BUCKET] as const
      }),
    )
    for (const reply of replies) {
      if (isAppError(reply)) throw asMissing(reply, key, group)
      counts.push(parsePendingRows(reply).length)
    }
  }
  return counts.map((each) => ({ count: each, isLeast: each >= MOST_OF_BUCKET }))
}

function endOf({ fromMs, stepMs }: Omit<Stretches, 'count'>, at: number): EntryId {
  const next: EntryId = `${fromMs + (at + 1) * stepMs}-0`
  return previousId(next) ?? next
}
