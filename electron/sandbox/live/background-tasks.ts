import type { Logger } from 'pino'
import { asBuffer, asId, asList, asText } from '../../redis/reply'
import type { WorkloadClient, WorkloadLine } from '../../redis/workload-client'
import { pause } from './pause'
import { RECOVERY_WORKER, WORK_GROUP, WORK_QUEUE } from '../seeds/event-guide'
import { LBS, LBS_GROUP, LBS_LOST_OWNER, lockKey } from '../seeds/recoverable-consumers'
import { ORDERS } from '../seeds/orders'

const LOCK_TTL_MS = 60_000
const RECOVERY_IDLE_MS = 60_000

/** Runs a chore every so often until aborted; one that fails is tried again next time. */
export async function every(
  ms: number,
  log: Logger,
  signal: AbortSignal,
  chore: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    await pause(ms, signal)
    if (signal.aborted) return
    await chore().catch((error: unknown) => log.debug({ err: error }, 'a chore of the sandbox failed'))
  }
}

/** packer-2 takes its poison entry again, and fails again: one more delivery each time. */
export async function retryPoison(client: WorkloadClient): Promise<void> {
  const rows = asList(await client.call('XPENDING', ORDERS, 'shipping', '-', '+', 50, 'packer-2'))
  const [poison] = rows.map(asList).filter((row) => Number(row[3]) >= 20)
  if (poison) await client.call('XCLAIM', ORDERS, 'shipping', 'packer-2', 10_000, asId(poison[0]))
}

/** Owners that live renew their locks and touch their entries of the load-balancer stream; the lost one does neither. */
export async function renewLocks(client: WorkloadClient): Promise<void> {
  const pending = asList(await client.call('XPENDING', LBS, LBS_GROUP, '-', '+', 100)).map(asList)
  const entries = asList(await client.call('XRANGE', LBS, '-', '+', 'COUNT', 100)).map(asList)
  const dataStreams = new Map(entries.map(([id, fields]) => [asId(id), dataStreamOf(asText(asList(fields)[1]))]))
  const lines = pending.flatMap((row): readonly WorkloadLine[] => {
    const id = asId(row[0])
    const dataStream = dataStreams.get(id)
    // Whoever holds it now, under any name: it may have been claimed by hand since.
    const owner = asBuffer(row[1])
    if (dataStream === undefined || owner.equals(Buffer.from(LBS_LOST_OWNER))) return []
    return [
      ['SET', lockKey(dataStream, id), owner, 'PX', LOCK_TTL_MS],
      ['XCLAIM', LBS, LBS_GROUP, owner, 0, id, 'JUSTID'],
    ]
  })
  if (lines.length > 0) await client.pipeline(lines)
}

function dataStreamOf(lbsInput: string): string {
  return (JSON.parse(lbsInput) as { readonly DataStreamName: string }).DataStreamName
}

/** The recovery worker of the guide: takes what has been idle for over a minute, works on it, and acks it. */
export async function recoverWork(client: WorkloadClient): Promise<void> {
  const reply = await client.call('XPENDING', WORK_QUEUE, WORK_GROUP, '-', '+', 100)
  const idle = asList(reply)
    .map(asList)
    .filter((row) => Number(row[2]) >= RECOVERY_IDLE_MS)
    .map((row) => asId(row[0]))
    .slice(0, 5)
  if (idle.length === 0) return
  const how = [RECOVERY_WORKER, RECOVERY_IDLE_MS, ...idle, 'JUSTID'] as const
  const claimed = asList(await client.call('XCLAIM', WORK_QUEUE, WORK_GROUP, ...how)).map(asId)
  if (claimed.length > 0) await client.call('XACK', WORK_QUEUE, WORK_GROUP, ...claimed)
}
