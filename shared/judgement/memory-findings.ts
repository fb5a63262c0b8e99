import { bytesKey, type Bytes } from '../bytes'
import type { StreamSummary } from '../model/stream'
import type { FindingOf } from './finding'
import { grows } from './stream-findings'

/** A server that is nearly at its `maxmemory`. */
export interface NearlyFull {
  readonly usedBytes: number
  readonly maxBytes: number
  /** At the limit it removes whole keys, whichever: streams as well. Otherwise it refuses what writes. */
  readonly evicts: boolean
  /** Whether it has the stream of this name. */
  has(key: Bytes): boolean
}

/** Of each server that is nearly full the largest of its streams that grow, or may; none where none does. */
export function memoryFindings(
  streams: readonly StreamSummary[],
  servers: readonly NearlyFull[],
): readonly FindingOf<'memory'>[] {
  if (servers.length === 0) return []
  const growing = streams.filter((stream) => !stream.error && grows(stream) !== false)
  return servers.flatMap(({ usedBytes, maxBytes, evicts, has }) => {
    const [largest] = growing.filter(({ key }) => has(key)).sort(byMemory)
    if (!largest) return []
    const { key, length, memoryBytes } = largest
    const figures = {
      usedBytes,
      maxBytes,
      percent: Math.floor((usedBytes * 100) / maxBytes),
      evicts,
      grows: grows(largest),
    }
    return [{ kind: 'memory' as const, id: `memory/${bytesKey(key)}`, key, length, memoryBytes, ...figures }]
  })
}

function byMemory(a: StreamSummary, b: StreamSummary): number {
  return (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0) || b.length - a.length
}
