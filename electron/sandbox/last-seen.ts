import type { WorkloadClient } from '../redis/workload-client'
import { crc64 } from './crc64'

/** When a consumer gave its last sign of life, ms since 1970. */
export interface LastSeen {
  readonly key: string
  readonly consumer: string
  readonly at: number
}

const FOOTER = 10 // RDB version (2) and checksum (8)
const STREAM_LISTPACKS_3 = 21 // Redis 7.2: a consumer's active-time follows its seen-time

/**
 * Sets when consumers were last seen. Redis has no command for it, and a consumer that "died 40 minutes ago" would look
 * alive for the sandbox's first minutes; but DUMP holds the time, and RESTORE believes it. Consumers of one stream must
 * differ in name, and `rdbcompression` must be off. Gives those whose time was not found where it is expected (a server
 * that stores streams in another way); they are left as they are.
 */
export async function setLastSeen(
  client: WorkloadClient,
  consumers: readonly LastSeen[],
  seeded: { readonly from: number; readonly to: number },
): Promise<readonly LastSeen[]> {
  const missed: LastSeen[] = []
  for (const key of new Set(consumers.map((consumer) => consumer.key))) {
    const dump = await client.call('DUMP', key)
    if (!Buffer.isBuffer(dump)) throw new Error(`${key} has nothing to dump`)
    missed.push(...consumers.filter((consumer) => consumer.key === key && !patchTimes(dump, consumer, seeded)))
    crc64(dump.subarray(0, -8)).copy(dump, dump.length - 8)
    await client.call('RESTORE', key, 0, dump, 'REPLACE')
  }
  return missed
}

/** The consumer's name as RDB writes it, followed by a time within the seeding: there is no other such place. */
function patchTimes(
  dump: Buffer,
  { consumer, at }: LastSeen,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const name = rdbString(consumer)
  const isNow = (offset: number): boolean => {
    if (offset + 8 > dump.length - FOOTER) return false
    const time = dump.readBigInt64LE(offset)
    return time >= BigInt(from) && time <= BigInt(to)
  }
  for (let found = dump.indexOf(name); found !== -1; found = dump.indexOf(name, found + 1)) {
    const time = found + name.length
    if (!isNow(time)) continue
    dump.writeBigInt64LE(BigInt(at), time)
    if ((dump[0] ?? 0) >= STREAM_LISTPACKS_3 && isNow(time + 8)) dump.writeBigInt64LE(BigInt(at), time + 8)
    return true
  }
  return false
}

function rdbString(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = bytes.length < 64 ? [bytes.length] : [0x40 | (bytes.length >> 8), bytes.length & 0xff]
  return Buffer.concat([Buffer.from(length), bytes])
}
