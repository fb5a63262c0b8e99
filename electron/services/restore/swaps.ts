import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { Restored, SwapPlanning } from '../../../shared/model/restore'
import { toBuffer } from '../../redis/bytes'
import { jobSource } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startJob, startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { requireCapability } from '../connections/require-capability'
import { catchUp } from './catch-up'
import type { RestoreOptions } from './context'
import { CATCH_UP_NEEDS, planSwap, type PreparedSwap } from './plan-swap'
import { liveSwap } from './live-swap'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface Swaps {
  /** Throws BAD_INPUT where the record's job made no whole new key. */
  planSwap(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<SwapPlanning, void>
  catchUp(grant: WriteGrant, recordId: string): Promise<Job>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said that it can't be done. */
  swap(grant: WriteGrant, order: { key: Bytes; planId: string }): Promise<Job>
}

/** Gives a stream's name to the new key that was made for it. The stream itself is kept aside. */
export function createSwaps(services: RestoreOptions): Swaps {
  const { journal, jobs, server } = services
  const plans = createPlanStore<PreparedSwap>(services.stamp, services.shelf)

  const rebuilt = async (connectionId: string, recordId: string) => {
    const { record, restore } = await journal.get(recordId)
    if (restore?.kind !== 'rebuild') throw notRebuilt(message('restore.not-rebuilt'))
    if (record.connectionId !== connectionId) throw notRebuilt(message('undo.other-connection'))
    if (record.state !== 'done') throw notRebuilt(message('restore.not-whole'))
    return { key: record.key, target: restore.target }
  }

  return {
    async *planSwap(connectionId, recordId, signal) {
      const { key, target } = await rebuilt(connectionId, recordId)
      const walk = planSwap(jobSource(services, connectionId, key), connectionId, target)
      yield* tellPlanning(walk, plans.keep, signal)
    },

    async catchUp(grant, recordId) {
      const connectionId = grant.connection.id
      const { key, target } = await rebuilt(connectionId, recordId)
      for (const name of CATCH_UP_NEEDS) requireCapability(server(connectionId, key), name)
      return startJob(jobs, grant, { key, group: null }, () => {
        const source = jobSource(services, connectionId, key)
        const undo = { possible: false, note: message('undo.catch-up') }
        const summary = message('restore.catch-up', { target })
        return Promise.resolve({
          draft: recordDraft('restore stream', key, summary, { undo, restore: { kind: 'catch up', target } }),
          job: { kind: 'restore stream', to: null, total: 1, undoable: false },
          work: (begun) => (signal) => catchUp({ ...source, ...begun }, toBuffer(target), signal),
        })
      })
    },

    swap: (grant, { key, planId }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, ({ plan, snapshot, targetLastId }) => {
        const { target, aside, blocked, commands } = plan
        if (blocked !== null) throw new AppError('BAD_INPUT', { field: 'planId', problem: blocked, remedy: blocked })
        const source = jobSource(services, grant.connection.id, key)
        const restore: Restored = { kind: 'swap', target, aside, lastId: targetLastId }
        const about = { commands, undo: { possible: true, note: message('undo.swap') }, restore, makes: [aside] }
        const summary = message('restore.swap', { target, aside })
        const names = { key: source.key, target: toBuffer(target), aside: toBuffer(aside) }
        const seenGroups = plan.groups.flatMap(({ name, now }) => (now === null ? [] : toBuffer(name)))
        const touches = (group: Bytes) => journal.touched(grant.connection.id, key, group)
        const order = { ...names, planId, snapshot, seenGroups, targetLastId, touches }
        return Promise.resolve({
          draft: recordDraft('swap streams', key, summary, about),
          job: { kind: 'swap streams', to: null, total: 1, undoable: true },
          work: (begun) => (signal) => liveSwap({ ...source, ...begun }, order, signal),
        })
      }),
  }
}

function notRebuilt(problem: Message): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('restore.choose-done') })
}
