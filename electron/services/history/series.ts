import { sameBytes, type Bytes } from '../../../shared/bytes'
import { lag as lagSchema, type Lag } from '../../../shared/model/group'
import type { GroupReport } from '../../../shared/model/monitoring'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Figures } from './frames'
import { createByteReader, createByteWriter } from './varints'

/**
 * Figures of a stream, by their columns. `run`: of which process of the server; `looked`: see `lookFigure`; where it is 0, what
 * stands in the others is of before. New ones come last: former files have fewer.
 */
export const OF_STREAM = { length: 0, added: 1, memory: 2, run: 3, looked: 4 } as const
/**
 * Figures of a group. `lagKind`: its position among the kinds that a lag may be of. `waitsSince`: seconds since 1970, 0 where nothing
 * waits, so that it stays the same while the same entry waits. `waitsAtLeast`: 1 where it may be longer.
 */
export const OF_GROUP = {
  ...{ pending: 0, lag: 1, lagKind: 2, entriesRead: 3 },
  ...{ consumers: 4, waitsSince: 5, waitsAtLeast: 6 },
} as const
/** Figures of a consumer that holds something. `seen`, `active`: when it gave signs of life, and got an entry; seconds since 1970. */
export const OF_CONSUMER = { pending: 0, seen: 1, active: 2 } as const
export const MOST_COLUMNS = 7

const LAG_KINDS = lagSchema.shape.kind.options

export function streamFigures(
  { length, entriesAdded, memoryBytes, error }: StreamSummary,
  run: number | null,
): Figures {
  return error ? [NaN, NaN, NaN, NaN] : [length, Number(entriesAdded ?? NaN), memoryBytes ?? NaN, run ?? NaN]
}

export function groupFigures(group: GroupSummary, waiting: GroupReport['waiting'] | null, atMs: number): Figures {
  const { pending, lag, entriesRead, consumers } = group
  const hasNone = waiting?.kind === 'none'
  const since = waiting === null || waiting.ms === null ? NaN : Math.floor((atMs - waiting.ms) / 1_000)
  return [
    ...[pending, Number(lag.value ?? NaN), LAG_KINDS.indexOf(lag.kind), Number(entriesRead ?? NaN), consumers],
    ...[hasNone ? 0 : since, waiting?.kind === 'atLeast' ? 1 : 0],
  ]
}

/** Of which kind a lag was; unknown where it was not told. */
export function lagKindOf(figure: number | null): Lag['kind'] {
  return LAG_KINDS[figure ?? -1] ?? 'unknown'
}

/** What a file has for a stream, one of its groups, or one of its consumers: the bytes of each name, one behind the other. */
export function seriesName(...names: readonly Bytes[]): Buffer {
  const out = createByteWriter()
  for (const name of names) out.bytes(toBuffer(name))
  return out.take()
}

/** Whose figures a series are. */
export interface SeriesOf {
  readonly group: Bytes | null
  readonly consumer: Bytes | null
}

/** Null: of another stream, or nothing that `seriesName` gives. */
export function seriesOf(key: Bytes, name: Buffer): SeriesOf | null {
  try {
    const reader = createByteReader(name)
    if (!sameBytes(fromBuffer(reader.bytes()), key)) return null
    const next = (): Bytes | null => (reader.isAtEnd ? null : fromBuffer(reader.bytes()))
    return { group: next(), consumer: next() }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
