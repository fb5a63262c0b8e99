import { isAppError } from '../../../shared/error'
import type { RedisClient } from '../../redis/client'
import { parseClusterSlots, type NodeAddress, type SlotMap } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'
import { ReplyShapeError } from '../../redis/reply'

/** CLUSTER SLOTS of one node. Throws UNREACHABLE, also where it is no node of a cluster, won't tell, or knows of no slot. */
export async function readSlotMap({ reader, endpoint }: RedisClient, address: NodeAddress): Promise<SlotMap> {
  try {
    const map = parseClusterSlots(await reader.call('CLUSTER', 'SLOTS'), address)
    if (map.primaries.length === 0) throw unreachable('no-slots', endpoint)
    return map
  } catch (error) {
    throw reasonOf(error, endpoint)
  }
}

function reasonOf(error: unknown, endpoint: string): unknown {
  if (error instanceof ReplyShapeError) return unreachable('not-redis', endpoint)
  if (isAppError(error, 'UNSUPPORTED')) return unreachable('no-cluster', endpoint)
  if (!isAppError(error, 'REDIS')) return error
  const { prefix, reply } = error.data
  if (/cluster support disabled/i.test(reply)) return unreachable('no-cluster', endpoint)
  if (prefix === 'NOPERM') return unreachable('slots-denied', endpoint)
  return unreachable(prefix === 'LOADING' ? 'loading' : 'other', endpoint, reply)
}

/** What the first of them says that says anything, all asked at once. Throws what the last one said. */
export async function firstSlotMap(asked: readonly (() => Promise<SlotMap>)[], nobody: Error): Promise<SlotMap> {
  if (asked.length === 0) throw nobody
  try {
    return await Promise.any(asked.map((ask) => ask()))
  } catch (error) {
    throw error instanceof AggregateError ? (error.errors as unknown[]).at(-1) : error
  }
}
