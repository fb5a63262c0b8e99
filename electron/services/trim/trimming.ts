import { randomUUID } from 'node:crypto'
import { bytesKey, cliArgument, type Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { TrimPlan, TrimStrategy } from '../../../shared/model/plan'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/client'
import { groupInfos, streamInfo } from '../../redis/xinfo'
import { intention, type Grant } from '../grant'
import type { Jobs } from '../jobs'
import { createPlanStore } from '../recovery/plan-store'
import { requireCapability } from '../require-capability'
import { lossesOf } from './group-losses'
import { findThreshold, type Threshold } from './threshold'
import { trimEntries } from './trim-entries'

export interface TrimRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly strategy: TrimStrategy
  readonly approximate: boolean
  readonly limit: number
}

export interface Trimming {
  plan(request: TrimRequest): Promise<TrimPlan>
  run(grant: Grant, order: { key: Bytes; planId: string; backup: boolean }): Promise<Job>
}

export interface TrimmingOptions {
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
}

interface Prepared {
  readonly plan: TrimPlan
  readonly threshold: Threshold
  readonly lastId: string
}

/** XTRIM with a preview of what goes and who still needs it, in bounded steps, after a backup. */
export function createTrimming({ jobs, dataDir, reader, server }: TrimmingOptions): Trimming {
  const plans = createPlanStore<Prepared>()
  const has = (connectionId: string, name: 'exclusiveRange' | 'trimMinId'): boolean =>
    server(connectionId).capabilities[name].available

  return {
    async plan(request) {
      const { connectionId, strategy } = request
      requireCapability(server(connectionId), 'xtrim')
      if (strategy.kind === 'minid') requireCapability(server(connectionId), 'trimMinId')
      const exclusiveRange = has(connectionId, 'exclusiveRange')
      const key = toBuffer(request.key)
      const from = reader(connectionId)
      const stream = await streamInfo(from, key)
      const threshold = await findThreshold(from, key, stream, strategy, exclusiveRange)
      const groups: TrimPlan['groups'] = []
      for (const group of await groupInfos(from, key)) {
        groups.push(await lossesOf(from, key, stream, group, threshold, exclusiveRange))
      }
      const { value, certainty } = threshold.removes
      const plan: TrimPlan = {
        id: randomUUID(),
        ...request,
        length: stream.length,
        removes: { value, certainty: request.approximate && value > 0 ? 'atMost' : certainty },
        firstKept: threshold.firstKept ?? null,
        groups,
        commands: value === 0 ? [] : [commandLine(request)],
      }
      plans.put(plan.id, { plan, threshold, lastId: stream.lastId ?? stream.lastGeneratedId })
      return plan
    },

    async run(grant, { key, planId, backup }) {
      const { plan, threshold, lastId } = plans.take(planId)
      const { connectionId } = plan
      if (connectionId !== grant.connection.id || bytesKey(plan.key) !== bytesKey(key)) {
        throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
      }
      const place = jobs.reserve(connectionId, key, null)
      try {
        const note = backup ? 'Redis keeps no way back; the backup has what went.' : 'Redis keeps no way back.'
        const more = { commands: plan.commands, undo: { possible: false, note } }
        const { writer, record } = await grant.begin(intention('trim', key, summaryOf(plan), more))
        const total = plan.removes.value
        const job = { kind: 'trim' as const, connectionId, key, group: null, to: null, total, undoable: false }
        const order = {
          ...{ reader: reader(connectionId), writer, record, key: toBuffer(key), lastId },
          ...{ removes: total, firstKept: threshold.firstKept, approximate: plan.approximate, limit: plan.limit },
          minId: has(connectionId, 'trimMinId'),
          exclusiveRange: has(connectionId, 'exclusiveRange'),
          backup: backup ? { dataDir, name: key } : null,
        }
        return place.start(job, record, (signal) => (total === 0 ? nothing() : trimEntries(order, signal)))
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

async function* nothing(): AsyncGenerator<never, void> {
  // The plan removes nothing, so nothing is sent.
}

function commandLine({ key, strategy, approximate, limit }: TrimRequest): string {
  const how = strategy.kind === 'maxlen' ? 'MAXLEN' : 'MINID'
  const threshold = strategy.kind === 'maxlen' ? strategy.maxlen : strategy.minid
  return `XTRIM ${cliArgument(key)} ${how} ${approximate ? '~' : '='} ${threshold}${approximate ? ` LIMIT ${limit}` : ''}`
}

function summaryOf({ strategy, approximate }: TrimPlan): string {
  const about = approximate ? '~ ' : ''
  return strategy.kind === 'maxlen'
    ? `trim to ${about}${strategy.maxlen} entries`
    : `trim to ${about}ids from ${strategy.minid}`
}
