import type { Redis } from 'ioredis'

/**
 * A server's clock, ms since 1970. Read before and after what is looked at, it bounds every age there by what really
 * passed, however busy the machine is.
 */
export async function serverClock(client: Redis): Promise<number> {
  const [seconds, micros] = await client.time()
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
}
