import { compareIds, previousId, type EntryId } from '../../../shared/entry-id'
import type { TrimStrategy } from '../../../shared/model/plan'
import type { Reader } from '../../redis/client'
import type { StreamInfo } from '../../redis/xinfo'
import { range } from '../../redis/xrange'
import { countEntries, walk } from './count-range'

/** Where the cut lies. `firstKept` undefined: farther in than a plan may read; null: nothing is kept. */
export interface Threshold {
  readonly removes: { readonly value: number; readonly certainty: 'exact' | 'atMost' | 'estimate' }
  readonly firstKept: EntryId | null | undefined
}

export async function findThreshold(
  reader: Reader,
  key: Buffer,
  stream: StreamInfo,
  strategy: TrimStrategy,
  exclusiveRange: boolean,
): Promise<Threshold> {
  return strategy.kind === 'maxlen'
    ? byLength(reader, key, stream, strategy.maxlen, exclusiveRange)
    : byId(reader, key, stream, strategy.minid, exclusiveRange)
}

async function byLength(
  reader: Reader,
  key: Buffer,
  stream: StreamInfo,
  maxlen: number,
  exclusiveRange: boolean,
): Promise<Threshold> {
  const value = Math.max(0, stream.length - maxlen)
  const removes = { value, certainty: 'exact' as const }
  if (value === 0) return { removes, firstKept: stream.firstId }
  if (maxlen === 0) return { removes, firstKept: null }
  const fromEnd = maxlen < value && exclusiveRange
  const span = fromEnd ? { from: '+', to: '-', reverse: true } : { from: '-', to: '+' }
  let left = fromEnd ? maxlen - 1 : value
  for await (const page of walk(reader, key, { ...span, exclusiveRange, bounded: true })) {
    if (page === null) return { removes, firstKept: undefined }
    const found = page[left]
    if (found) return { removes, firstKept: found.id }
    left -= page.length
  }
  return { removes, firstKept: undefined }
}

async function byId(
  reader: Reader,
  key: Buffer,
  stream: StreamInfo,
  minid: EntryId,
  exclusiveRange: boolean,
): Promise<Threshold> {
  const { firstId, lastId, length } = stream
  if (firstId === null || compareIds(minid, firstId) <= 0)
    return { removes: { value: 0, certainty: 'exact' }, firstKept: firstId }
  const [kept] = await range(reader, key, { from: minid, to: '+', count: 1 })
  if (!kept || lastId === null) return { removes: { value: length, certainty: 'exact' }, firstKept: null }
  const going = await countEntries(reader, key, { from: '-', to: previousId(minid) ?? minid, exclusiveRange })
  if (going !== null) return { removes: { value: going, certainty: 'exact' }, firstKept: kept.id }
  const staying = await countEntries(reader, key, { from: minid, to: '+', exclusiveRange })
  if (staying !== null) return { removes: { value: length - staying, certainty: 'exact' }, firstKept: kept.id }
  return { removes: { value: length, certainty: 'atMost' }, firstKept: kept.id }
}
