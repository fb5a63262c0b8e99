import type { Logger } from 'pino'
import { asId, asList } from '../../redis/reply'
import type { WorkloadClient } from '../../redis/workload-client'
import type { Random } from '../random'
import { pause } from './pause'

export interface ConsumerPlan {
  readonly key: string
  readonly group: string
  readonly name: string
  /** Entries per read. */
  readonly batch: number
  /** How long it works on one entry, ms. */
  readonly entryMs: number
  /** The chance, per batch, that it hangs and dies with entries in hand; it comes back minutes later, for new ones only. */
  readonly crashes?: number
}

export interface ConsumerTools {
  readonly client: WorkloadClient
  readonly random: Random
  readonly log: Logger
  readonly signal: AbortSignal
}

const BLOCK_MS = 2_000
const AFTER_ERROR_MS = 3_000
/** A consumer looks this often for what it holds and has not worked on, as what was claimed for it by hand. */
const BACKLOG_EVERY_MS = 30_000
/** Long enough to see a claim and take it back before the entries are worked off. */
const BACKLOG_IDLE_MS = 120_000
/** What a consumer that crashes may leave behind; beyond, it works it off as the others do. */
const MOST_LEFT_BEHIND = 400

/** Reads, works and acks until aborted, as a service would. */
export async function consume(plan: ConsumerPlan, tools: ConsumerTools): Promise<void> {
  const { client, random, log, signal } = tools
  let backlogAt = Date.now() + BACKLOG_EVERY_MS
  while (!signal.aborted) {
    try {
      const ids = await readNew(client, plan)
      if (ids.length > 0 && random.chance(plan.crashes ?? 0)) {
        await hang(plan, tools)
        continue
      }
      await work(ids, plan, tools)
      if (Date.now() >= backlogAt) {
        backlogAt = Date.now() + BACKLOG_EVERY_MS
        await work(await readBacklog(client, plan), plan, tools)
      }
    } catch (error) {
      if (signal.aborted) return
      // Its group or stream was removed, or its connection was cut: the person at the screen may do so.
      log.debug({ err: error, consumer: plan.name }, 'a consumer met an error')
      await pause(AFTER_ERROR_MS, signal)
    }
  }
}

/** Goes on taking entries, acks none, and is gone for a while. */
async function hang(plan: ConsumerPlan, { client, random, log, signal }: ConsumerTools): Promise<void> {
  log.debug({ consumer: plan.name }, 'a consumer hangs')
  for (let reads = random.int(8, 30); reads > 0 && !signal.aborted; reads -= 1) await readNew(client, plan)
  await pause(random.int(90, 240) * 1_000, signal)
}

async function work(ids: readonly string[], plan: ConsumerPlan, { client, signal }: ConsumerTools): Promise<void> {
  if (ids.length === 0) return
  await pause(plan.entryMs * ids.length, signal)
  if (!signal.aborted) await client.call('XACK', plan.key, plan.group, ...ids)
}

async function readNew(client: WorkloadClient, { key, group, name, batch }: ConsumerPlan): Promise<readonly string[]> {
  const how = ['COUNT', batch, 'BLOCK', BLOCK_MS, 'STREAMS', key, '>'] as const
  const reply = await client.call('XREADGROUP', 'GROUP', group, name, ...how)
  if (reply === null) return []
  const [stream] = asList(reply)
  return asList(asList(stream)[1]).map((entry) => asId(asList(entry)[0]))
}

async function readBacklog(client: WorkloadClient, plan: ConsumerPlan): Promise<readonly string[]> {
  const count = plan.crashes === undefined ? 50 : MOST_LEFT_BEHIND
  const rows = asList(await client.call('XPENDING', plan.key, plan.group, '-', '+', count, plan.name)).map(asList)
  if (plan.crashes !== undefined && rows.length < MOST_LEFT_BEHIND) return []
  return rows.filter((row) => Number(row[2]) >= BACKLOG_IDLE_MS).map((row) => asId(row[0]))
}
