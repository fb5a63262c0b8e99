import { bytesKey } from '../../../shared/bytes'
import { groupKey } from '../../../shared/group-key'
import type { VanishedGroup } from '../../../shared/judgement/vanished'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'

/** Of more, the first ones are forgotten. */
const MOST = 20_000

/**
 * Groups that were seen, and are not there any more. A group that goes while its stream stays was ended by somebody, and is told only
 * where that lost something: entries that it held, or that waited for it. One that goes with its stream is told where it had consumers.
 * What Sluice itself changed just before is meant so. 300 bytes each.
 */
export interface Vanished {
  /** Takes in a look at a stream, by what was known of it before. `meant`: somebody changed it from here. */
  note(before: StreamSummary | undefined, now: StreamSummary, atMs: number, meant: boolean): void
  /** In the order in which they were missed. */
  all(): readonly VanishedGroup[]
  /** Whether one of this stream is missed, so that it is to be looked at even where the search does not find it. */
  isMissed(streamId: string): boolean
}

export function createVanished(): Vanished {
  const missed = new Map<string, VanishedGroup>()
  const byStream = new Map<string, number>()

  function remove(id: string): void {
    const one = missed.get(id)
    if (!one) return
    missed.delete(id)
    const stream = bytesKey(one.key)
    const left = (byStream.get(stream) ?? 1) - 1
    if (left > 0) byStream.set(stream, left)
    else byStream.delete(stream)
  }
  function add(id: string, one: VanishedGroup): void {
    if (missed.has(id)) return
    missed.set(id, one)
    byStream.set(bytesKey(one.key), (byStream.get(bytesKey(one.key)) ?? 0) + 1)
    if (missed.size > MOST) for (const first of missed.keys()) return remove(first)
  }

  return {
    note(before, { key, groups, error }, atMs, meant) {
      for (const { name } of groups) remove(groupKey(key, name))
      if (!before || before.error || before.moreGroups > 0) return
      if (error && error.code !== 'NOT_FOUND') return
      const withStream = error !== null
      const there = new Set(groups.map(({ name }) => bytesKey(name)))
      for (const group of before.groups) {
        if (there.has(bytesKey(group.name)) || meant || !isMissed(group, withStream)) continue
        const { name, consumers, pending, lastDeliveredId } = group
        const one = { key, group: name, withStream, consumers, pending, lastDeliveredId, sinceMs: atMs }
        add(groupKey(key, name), one)
      }
    },
    all: () => [...missed.values()],
    isMissed: (streamId) => byStream.has(streamId),
  }
}

function isMissed({ consumers, pending, lag, unread }: GroupSummary, withStream: boolean): boolean {
  if (withStream) return consumers > 0
  return pending > 0 || Number(lag.value ?? 0) > 0 || (unread?.firstId ?? null) !== null
}
