import { isAppError, type AppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import type { LookedConsumer, LookedGroup, NeglectedEntry, TimedLook } from '../../redis/stream-look'
import { parsePendingRows } from '../../redis/xpending'
import type { MovedOf } from './held-since-moved'
import type { SendLines } from './look-request'
import { longestHeld, movedTo, type MovedEntries } from './moved-entries'
import { orNull } from './understood'

/** What peeks found in one group that was not delivered for long. */
export type NeglectedOf = (key: Buffer, group: Buffer) => readonly NeglectedEntry[]

/** Entries of one round that are looked at again, at most. */
const MOST = 200

interface Found {
  readonly key: Buffer
  readonly group: LookedGroup
  readonly entry: NeglectedEntry
  readonly consumer: LookedConsumer
  readonly moved: readonly MovedEntries[]
  readonly nowMs: number
}

/**
 * The same looks, where a consumer that looks alive has an entry far behind those a look tells of: it is as idle as that one
 * is now, if it holds it still. `keys`: of the looks.
 */
export async function withNeglected(
  send: SendLines,
  keys: readonly Buffer[],
  looks: readonly (TimedLook | AppError)[],
  of: { readonly movedOf: MovedOf; readonly neglectedOf: NeglectedOf; readonly stalledAfterMs: number },
): Promise<readonly (TimedLook | AppError)[]> {
  const found = looks.flatMap((look, at) => {
    const key = keys[at]
    return isAppError(look) || key === undefined ? [] : foundIn(look, key, of)
  })
  if (found.length === 0) return looks
  const asked = found.slice(0, MOST)
  const replies = await send(
    asked.map(({ key, group, entry: { id, consumer } }) => {
      return ['XPENDING', key, group.name, id, id, 1, consumer] as const
    }),
  )
  const idle = new Map<LookedConsumer | LookedGroup, number>()
  asked.forEach(({ group, consumer, moved, nowMs }, at) => {
    const rows = orNull(replies[at], parsePendingRows) ?? []
    const held = longestHeld(rows, moved, nowMs)
    if (held === null) return
    idle.set(consumer, Math.max(idle.get(consumer) ?? 0, held))
    idle.set(group, Math.max(idle.get(group) ?? 0, rows[0]?.idleMs ?? 0))
  })
  return looks.map((look) =>
    isAppError(look) ? look : { ...look, groups: look.groups.map((one) => withIdle(one, idle)) },
  )
}

function foundIn(
  look: TimedLook,
  key: Buffer,
  { movedOf, neglectedOf, stalledAfterMs }: Parameters<typeof withNeglected>[3],
): readonly Found[] {
  if (look.atMs === null) return []
  const nowMs = look.atMs + look.tookMs
  return look.groups.flatMap((group) => {
    const entries = group.consumerList === null ? [] : neglectedOf(key, group.name)
    if (entries.length === 0) return []
    const inGroup = movedOf(key, group.name)
    const living = (group.consumerList ?? []).filter(({ pending, idleMs }) => pending > 0 && idleMs <= stalledAfterMs)
    return entries.flatMap((entry) => {
      const consumer = living.find(({ name }) => name?.equals(entry.consumer) === true)
      if (consumer === undefined) return []
      return [{ key, group, entry, consumer, moved: movedTo(inGroup, fromBuffer(entry.consumer)), nowMs }]
    })
  })
}

function withIdle(group: LookedGroup, idle: ReadonlyMap<LookedConsumer | LookedGroup, number>): LookedGroup {
  const longest = idle.get(group)
  if (longest === undefined) return group
  const consumerList = group.consumerList?.map((one) => {
    const ms = idle.get(one)
    return ms === undefined ? one : { ...one, oldestIdleMs: Math.max(one.oldestIdleMs ?? 0, ms) }
  })
  const oldest = group.oldest && { ...group.oldest, idleMs: Math.max(group.oldest.idleMs, longest) }
  return { ...group, oldest, consumerList: consumerList ?? null }
}
