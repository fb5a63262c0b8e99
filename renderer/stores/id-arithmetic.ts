import { MAX_ID, type EntryId } from '../../shared/entry-id'

const HALF_BITS = 64n
const HALF_MASK = (1n << HALF_BITS) - 1n

/** An id as one unsigned 128-bit number, so that ids can be halved and spread over. */
export function idToNumber(id: EntryId): bigint {
  const [ms = '0', seq = '0'] = id.split('-')
  return (BigInt(ms) << HALF_BITS) | BigInt(seq)
}

export function numberToId(value: bigint): EntryId {
  if (value < 0n) return '0-0'
  if (value >> (2n * HALF_BITS) > 0n) return MAX_ID
  return `${value >> HALF_BITS}-${value & HALF_MASK}`
}
