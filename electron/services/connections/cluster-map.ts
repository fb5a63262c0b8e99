import { isAppError } from '../../../shared/error'
import type { RedisClient } from '../../redis/client'
import { parseClusterSlots, type NodeAddress, type SlotMap } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'

/** CLUSTER SLOTS of one node. Throws UNREACHABLE, also where it is no node of a cluster or knows of no slot. */
export async function readSlotMap({ reader, endpoint }: RedisClient, address: NodeAddress): Promise<SlotMap> {
  const reply = await reader.call('CLUSTER', 'SLOTS').catch((error: unknown) => {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) throw unreachable('no-cluster', endpoint)
    throw error
  })
  const map = parseClusterSlots(reply, address)
  if (map.primaries.length === 0) throw unreachable('no-slots', endpoint)
  return map
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
