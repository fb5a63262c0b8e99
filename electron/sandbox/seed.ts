import type { WorkloadClient } from '../redis/workload-client'
import { asList, asNumber } from '../redis/reply'
import { setLastSeen, type LastSeen } from './last-seen'
import { chunks, type SeedMaker } from './seeds/lines'

const LINES_AT_ONCE = 1_000

/**
 * Builds what the seeds describe on a server, by its own commands. `now`: server time that ages count back from, ms; the
 * server's own clock by default. Gives the consumers whose last sign of life could not be set (see `setLastSeen`).
 */
export async function seedServer(
  client: WorkloadClient,
  seeds: readonly SeedMaker[],
  now?: number,
): Promise<readonly LastSeen[]> {
  const from = await serverTime(client)
  const made = seeds.map((seed) => seed(now ?? from))
  for (const lines of chunks(
    made.flatMap((seed) => seed.lines),
    LINES_AT_ONCE,
  )) {
    await client.pipeline(lines)
  }
  const to = await serverTime(client)
  return setLastSeen(
    client,
    made.flatMap((seed) => seed.lastSeen ?? []),
    { from, to },
  )
}

/** TIME, as ms since 1970. */
async function serverTime(client: WorkloadClient): Promise<number> {
  const [seconds, micros] = asList(await client.call('TIME'))
  return asNumber(seconds) * 1_000 + Math.floor(asNumber(micros) / 1_000)
}
