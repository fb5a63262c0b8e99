import type { Bytes } from '../../../shared/bytes'
import { toBuffer } from '../../redis/bytes'

/** When a consumer gave signs of life, as XINFO CONSUMERS tells it; by the server's clock, ms since 1970. */
export interface Signs {
  /** Its last attempt (7.2+) or command: `idle`. */
  readonly seenAt: number
  /** When it last got an entry: `inactive`. Null: not told (before 7.2), or never. */
  readonly activeAt: number | null
}

/**
 * A consumer that was given entries by XCLAIM: it looks as if it had just been there, also when nobody is.
 * https://redis.io/docs/latest/commands/xinfo-consumers/
 */
export interface Touch {
  readonly consumer: Bytes
  /** What it had shown by itself. */
  readonly before: Signs
  /** What it shows since, read within `tookMs` from the server time that it is told by. */
  readonly stamp: Signs
  readonly tookMs: number
}

/**
 * A consumer that was not there until it was given entries: XCLAIM made it. `by`: server time by which the last of them was
 * given to it, ms since 1970; null where nothing tells. What it shows later than that is not our doing.
 */
export interface MadeConsumer {
  readonly consumer: Bytes
  readonly by: number | null
}

/** Server time of a reading: begun then, and over so many ms later. */
export interface ReadAt {
  readonly atMs: number
  readonly tookMs: number
}

/** Of one group: by consumer, the last time that Sluice touched it. */
export type Touches = readonly Touch[]
export type TouchesOf = (key: Bytes, group: Bytes) => Touches

export interface ShownSigns {
  readonly idleMs: number
  readonly inactiveMs: number | null
}

/** `idle` and TIME are rounded to milliseconds, each by itself. */
export const ROUNDING_MS = 2

/**
 * What consumers show, without what Sluice made them show: until a consumer asks for entries itself, it stands as it did
 * before. One whose name was not asked for (it holds nothing) is known by the moment of its sign.
 */
export function ownSigns<T extends ShownSigns & { readonly name: Buffer | null }>(
  infos: readonly T[],
  touches: Touches,
  { atMs, tookMs }: ReadAt,
): readonly T[] {
  if (touches.length === 0) return infos
  const known = touches.map((touch) => ({ ...touch, name: toBuffer(touch.consumer) }))
  const isSame = (shownAt: number, stampedAt: number, touch: Touch): boolean =>
    stampedAt <= shownAt + tookMs + ROUNDING_MS && shownAt <= stampedAt + touch.tookMs + ROUNDING_MS
  const touchOf = ({ name, idleMs }: T): Touch | undefined => {
    if (name !== null) return known.find((each) => each.name.equals(name))
    return known.find((each) => isSame(atMs - idleMs, each.stamp.seenAt, each))
  }
  return infos.map((info) => {
    const touch = touchOf(info)
    if (!touch) return info
    const [shown, { before, stamp }] = [signsOf(info, atMs), touch]
    const isSeen = isSame(shown.seenAt, stamp.seenAt, touch)
    const isActive =
      shown.activeAt === null || stamp.activeAt === null
        ? // A consumer that was made anew: it never got an entry since.
          shown.activeAt === stamp.activeAt
        : isSame(shown.activeAt, stamp.activeAt, touch)
    const seenAt = isSeen ? Math.min(shown.seenAt, before.seenAt) : shown.seenAt
    const activeAt = isActive ? before.activeAt : shown.activeAt
    return { ...info, idleMs: atMs - seenAt, inactiveMs: activeAt === null ? null : atMs - activeAt }
  })
}

/** The signs that a consumer shows, by the server's clock. */
export function signsOf({ idleMs, inactiveMs }: ShownSigns, atMs: number): Signs {
  return { seenAt: atMs - idleMs, activeAt: inactiveMs === null ? null : atMs - inactiveMs }
}
