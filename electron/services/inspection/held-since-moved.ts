import { isAppError, type AppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import { FIRST_HELD } from '../../redis/scripts/stream-look-lua'
import type { LookedConsumer, TimedLook } from '../../redis/stream-look'
import { parsePendingRows } from '../../redis/xpending'
import type { SendLines } from './look-request'
import { longestHeld, movedTo, type MovedEntries } from './moved-entries'
import { orNull } from './understood'

/** What Sluice gave to the consumers of one group as idle as it was. */
export type MovedOf = (key: Buffer, group: Buffer) => readonly MovedEntries[]

/** Consumers of one round that are read again, at most; of others all that they hold counts as moved. */
const MOST = 100

interface Doubt {
  readonly key: Buffer
  readonly group: Buffer
  readonly consumer: LookedConsumer
  readonly name: Buffer
  readonly oldestIdleMs: number
  readonly moved: readonly MovedEntries[]
  readonly nowMs: number
}

/**
 * The same looks, where what consumers were given from here counts from that moment on. A look does not tell which entries
 * these are, so of consumers that would be stuck by them the first ones are read again. `keys`: of the looks.
 */
export async function heldSinceMoved(
  send: SendLines,
  keys: readonly Buffer[],
  looks: readonly (TimedLook | AppError)[],
  { movedOf, stalledAfterMs }: { readonly movedOf: MovedOf; readonly stalledAfterMs: number },
): Promise<readonly (TimedLook | AppError)[]> {
  const doubts = looks.flatMap((look, at) => {
    const key = keys[at]
    return isAppError(look) || key === undefined ? [] : doubtsOf(look, key, movedOf, stalledAfterMs)
  })
  if (doubts.length === 0) return looks
  const replies = await send(
    doubts.slice(0, MOST).map(({ key, group, name }) => ['XPENDING', key, group, '-', '+', FIRST_HELD, name] as const),
  )
  const held = new Map(
    doubts.map((doubt, at) => {
      const { consumer, oldestIdleMs, moved, nowMs } = doubt
      const rows = orNull(replies[at], parsePendingRows)
      const sinceMs = Math.min(...moved.map((each) => Math.max(0, nowMs - each.at)))
      return [consumer, rows === null ? Math.min(oldestIdleMs, sinceMs) : longestHeld(rows, moved, nowMs)] as const
    }),
  )
  return looks.map((look) => (isAppError(look) ? look : withHeld(look, held)))
}

function doubtsOf(look: TimedLook, key: Buffer, movedOf: MovedOf, stalledAfterMs: number): readonly Doubt[] {
  if (look.atMs === null) return []
  const nowMs = look.atMs + look.tookMs
  return look.groups.flatMap(({ name: group, consumerList }) => {
    const inGroup = consumerList === null ? [] : movedOf(key, group)
    if (consumerList === null || inGroup.length === 0) return []
    return consumerList.flatMap((consumer) => {
      const { name, oldestIdleMs } = consumer
      if (name === null || oldestIdleMs === null || oldestIdleMs <= stalledAfterMs) return []
      const moved = movedTo(inGroup, fromBuffer(name))
      return moved.length === 0 ? [] : [{ key, group, consumer, name, oldestIdleMs, moved, nowMs }]
    })
  })
}

function withHeld(look: TimedLook, held: ReadonlyMap<LookedConsumer, number | null>): TimedLook {
  const groups = look.groups.map((group) => {
    const consumerList = group.consumerList?.map((one) => {
      const oldestIdleMs = held.get(one)
      return oldestIdleMs === undefined ? one : { ...one, oldestIdleMs }
    })
    return { ...group, consumerList: consumerList ?? null }
  })
  return { ...look, groups }
}
