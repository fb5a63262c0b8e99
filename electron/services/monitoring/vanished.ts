import { bytesKey, type Bytes } from '../../../shared/bytes'
import { groupKey } from '../../../shared/group-key'
import type { VanishedGroup } from '../../../shared/judgement/vanished'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { BEFORE_END_MS, createOwnChanges } from './own-changes'

/** Of more, the first ones are forgotten. */
const MOST = 20_000
/** What was missed for so long is no news any more. */
const TOLD_FOR_MS = 24 * 3_600_000

/**
 * Groups that were seen, and are not there any more. A group that goes while its stream stays was ended by somebody, and is told only
 * where that lost something: entries that it held, or that waited for it. One that goes with its stream is told where it had consumers.
 * What Sluice itself ended is meant so; what is a day old is no news. 300 bytes each. Times: ms since 1970, the host's.
 */
export interface Vanished {
  /** Takes in a look at a stream, by what was known of it before. */
  note(before: StreamSummary | undefined, now: StreamSummary, look: LookTimes): void
  /** What may have ended this group of it was done from here; null: any of them. */
  ended(key: Bytes, group: Bytes | null, atMs: number): void
  /** In the order in which they were missed. */
  all(nowMs: number): readonly VanishedGroup[]
  /** Whether one of this stream is missed, so that it is to be looked at even where the search does not find it. */
  isMissed(streamId: string): boolean
  /** Whether one would be, were the stream gone. `known`: what is known of it. */
  wouldMiss(known: StreamSummary): boolean
  /** The stream is not looked at any more; what is missed of it still is. */
  forget(streamId: string): void
}

export interface LookTimes {
  /** When it was sent, and when it had come in. */
  readonly askedMs: number
  readonly atMs: number
}

export function createVanished(): Vanished {
  const missed = new Map<string, VanishedGroup>()
  const byStream = new Map<string, Set<string>>()
  /** What was seen last of streams that can't be read just now. */
  const lastSeen = new Map<string, StreamSummary>()
  const own = createOwnChanges()

  function remove(id: string): void {
    const one = missed.get(id)
    if (!one) return
    missed.delete(id)
    const stream = bytesKey(one.key)
    const its = byStream.get(stream)
    its?.delete(id)
    if (its?.size === 0) byStream.delete(stream)
  }
  function add(id: string, one: VanishedGroup): void {
    if (missed.has(id)) return
    missed.set(id, one)
    const stream = bytesKey(one.key)
    byStream.set(stream, (byStream.get(stream) ?? new Set()).add(id))
    if (missed.size > MOST) for (const first of missed.keys()) return remove(first)
  }
  const seenLast = (known: StreamSummary): StreamSummary | undefined =>
    known.error ? lastSeen.get(bytesKey(known.key)) : known

  return {
    note(before, now, { askedMs, atMs }) {
      const { key, groups, error } = now
      const stream = bytesKey(key)
      for (const { name } of groups) remove(groupKey(key, name))
      const seen = before && seenLast(before)
      if (error && error.code !== 'NOT_FOUND') {
        if (seen) lastSeen.set(stream, seen)
        return
      }
      lastSeen.delete(stream)
      const isOwn = own.shownBy(stream, askedMs)
      if (!seen || seen.moreGroups > 0) return
      const withStream = error !== null
      const there = new Set(groups.map(({ name }) => bytesKey(name)))
      for (const group of seen.groups) {
        if (there.has(bytesKey(group.name)) || !isMissed(group, withStream) || isOwn(group.name)) continue
        const { name, consumers, pending, lastDeliveredId } = group
        const one = { key, group: name, withStream, consumers, pending, lastDeliveredId, sinceMs: atMs }
        add(groupKey(key, name), one)
      }
    },
    ended(key, group, atMs) {
      const stream = bytesKey(key)
      own.ended(stream, group, atMs)
      for (const id of [...(byStream.get(stream) ?? [])]) {
        const isIt = group === null || id === groupKey(key, group)
        if (isIt && (missed.get(id)?.sinceMs ?? 0) >= atMs - BEFORE_END_MS) remove(id)
      }
    },
    all(nowMs) {
      for (const [id, { sinceMs }] of missed) if (sinceMs < nowMs - TOLD_FOR_MS) remove(id)
      return [...missed.values()]
    },
    isMissed: (streamId) => byStream.has(streamId),
    wouldMiss: (known) => seenLast(known)?.groups.some((group) => isMissed(group, true)) === true,
    forget(streamId) {
      lastSeen.delete(streamId)
      own.forget(streamId)
    },
  }
}

function isMissed({ consumers, pending, lag, unread }: GroupSummary, withStream: boolean): boolean {
  if (withStream) return consumers > 0
  return pending > 0 || Number(lag.value ?? 0) > 0 || (unread?.firstId ?? null) !== null
}
