import type { Redis } from 'ioredis'

/** What RDB calls a stream whose consumers have one time, when they were last seen: before 7.2. */
const ONE_TIME: readonly number[] = [15, 19]

/** The server needs this: a payload that was changed has another checksum. */
export const CAN_BACKDATE = ['enable-debug-command yes', 'rdbcompression no']

/** When a consumer last asked, and (7.2+) last got something, ms since 1970. */
export interface Sightings {
  readonly seenMs: number
  readonly activeMs: number
}

/**
 * Sets back when consumers of a stream were last seen, which no command can: its payload is taken out, changed, and restored.
 * Their names have to be of less than 64 characters, and to stand nowhere else in it.
 */
export async function backdate(direct: Redis, key: string, consumers: ReadonlyMap<string, Sightings>): Promise<void> {
  const payload = await direct.dumpBuffer(key)
  for (const [name, { seenMs, activeMs }] of consumers) {
    const named = Buffer.concat([Buffer.of(name.length), Buffer.from(name)])
    const at = payload.indexOf(named)
    if (at === -1) throw new Error(`no consumer ${name} in the payload`)
    const times = ONE_TIME.includes(payload[0] ?? 0) ? [seenMs] : [seenMs, activeMs]
    for (const [nth, time] of times.entries()) payload.writeBigInt64LE(BigInt(time), at + named.length + 8 * nth)
  }
  await direct.call('DEBUG', 'SET-SKIP-CHECKSUM-VALIDATION', '1')
  await direct.call('RESTORE', [key, 0, payload, 'REPLACE'])
}
