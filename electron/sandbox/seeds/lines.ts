import type { Argument } from '../../redis/reader-writer'
import type { WorkloadLine } from '../../redis/workload-client'
import type { LastSeen } from '../last-seen'

type Name = Buffer | string
export type FieldList = readonly (readonly [name: Name, value: Argument])[]

/** What one system has left behind: the commands that build it, and when its consumers were last seen. */
export interface Seed {
  readonly lines: readonly WorkloadLine[]
  readonly lastSeen?: readonly LastSeen[]
}
/** `now`: server time, ms. Equal times give equal seeds. */
export type SeedMaker = (now: number) => Seed

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

/** XADD with an explicit id, so that ages look real. */
export function add(key: Name, id: string, fields: FieldList): WorkloadLine {
  return ['XADD', key, id, ...fields.flat()]
}

/** XGROUP CREATE before the first entry; makes the stream when needed. */
export function createGroup(key: Name, group: Name): WorkloadLine {
  return ['XGROUP', 'CREATE', key, group, '0', 'MKSTREAM']
}

/**
 * The consumer reads the next `count` entries and acks them at once (NOACK keeps them out of the pending list). Within a
 * script, because the entries themselves would be read here only to be thrown away.
 */
export function readAndAck(key: Name, group: Name, consumer: Name, count: number): WorkloadLine {
  return ['EVAL', READ_AND_ACK, 1, key, group, consumer, count]
}
const READ_AND_ACK = `
redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'NOACK', 'STREAMS', KEYS[1], '>')`

export interface Holding {
  /** Server time of the last delivery. */
  readonly at: number
  readonly deliveries?: number
}

/**
 * The consumer was delivered these entries of the stream and never acked them: XCLAIM with FORCE puts them on its pending
 * list with the time and count of deliveries wanted.
 */
export function hold(
  key: Name,
  group: Name,
  consumer: Name,
  ids: readonly string[],
  { at, deliveries = 1 }: Holding,
): readonly WorkloadLine[] {
  return chunks(ids, 200).map((some): WorkloadLine => [
    ...(['XCLAIM', key, group, consumer, 0] as const),
    ...some,
    ...['TIME', at, 'RETRYCOUNT', deliveries, 'FORCE', 'JUSTID'],
  ])
}

export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** The numbers from 0 on, so many. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at)
}

/** What lies at an index that is known to be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items.at(index)
  if (item === undefined) throw new RangeError(`nothing at ${index}`)
  return item
}
