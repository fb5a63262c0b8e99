import { isAppError } from '../../../shared/error'
import type { RedisClient } from '../../redis/client'
import { replicaLagBytes } from '../../redis/replication'
import type { ServerLoad } from './throttle'

/** What a job's server bears right now. Throws UNREACHABLE. */
export async function measureLoad(client: RedisClient): Promise<ServerLoad> {
  const latencyMs = await client.ping()
  return { latencyMs, replicaLagBytes: await replicaLagBytes(client.reader).catch(whereRefused) }
}

/** A managed server may keep INFO to itself. */
function whereRefused(error: unknown): null {
  if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
  throw error
}
