import { sameBytes, type Bytes } from '../../../shared/bytes'
import { lag as lagSchema } from '../../../shared/model/group'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Figures } from './frames'
import { createByteReader, createByteWriter } from './varints'

/** Figures of a stream, by their columns. */
export const OF_STREAM = { length: 0 } as const
/** Figures of a group. `lagKind`: its place among the kinds that a lag may be of. */
export const OF_GROUP = { pending: 0, lag: 1, lagKind: 2, entriesRead: 3 } as const
export const MOST_COLUMNS = 4

const LAG_KINDS = lagSchema.shape.kind.options

export function streamFigures({ length, error }: StreamSummary): Figures {
  return [error ? NaN : length]
}

export function groupFigures({ pending, lag, entriesRead }: GroupSummary): Figures {
  return [pending, Number(lag.value ?? NaN), LAG_KINDS.indexOf(lag.kind), Number(entriesRead ?? NaN)]
}

/** What a file has for a stream, or one of its groups: the key's bytes, and the group's behind them. */
export function seriesName(key: Bytes, group?: Bytes): Buffer {
  const out = createByteWriter()
  out.bytes(toBuffer(key))
  if (group !== undefined) out.bytes(toBuffer(group))
  return out.take()
}

/** Null: of another stream, or nothing that `seriesName` gives. */
export function seriesOf(key: Bytes, name: Buffer): { readonly group: Bytes | null } | null {
  try {
    const reader = createByteReader(name)
    if (!sameBytes(fromBuffer(reader.bytes()), key)) return null
    return { group: reader.isAtEnd ? null : fromBuffer(reader.bytes()) }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
