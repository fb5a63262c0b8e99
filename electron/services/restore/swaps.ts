import { sameBytes, type Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { Restored, SwapPlanning } from '../../../shared/model/restore'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { StreamNames } from '../../redis/scripts/swap-streams'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { jobSource } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startJob, startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { readDoubts, requireAccepted } from '../journal/doubts'
import type { NamedMark } from '../journal/lines'
import { requireCapability } from '../connections/require-capability'
import { catchUp } from './catch-up'
import type { RestoreOptions } from './context'
import { CATCH_UP_NEEDS, planSwap, type PreparedSwap } from './plan-swap'
import { liveSwap } from './live-swap'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

interface Accepting {
  /** Codes of doubts. */
  readonly accepts?: readonly string[] | undefined
}

export interface Swaps {
  /** Throws BAD_INPUT where the record's job made no whole new key, or it or its stream is another by now. */
  planSwap(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<SwapPlanning, void>
  /** Throws BAD_INPUT like `planSwap`, and where a doubt is not accepted; `swap` as well. */
  catchUp(grant: WriteGrant, order: Accepting & { recordId: string }): Promise<Job>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said that it can't be done. */
  swap(grant: WriteGrant, order: Accepting & { key: Bytes; planId: string }): Promise<Job>
}

/** Gives a stream's name to the new key that was made for it. The stream itself is kept aside. */
export function createSwaps(services: RestoreOptions): Swaps {
  const { journal, jobs, server, connection } = services
  const plans = createPlanStore<PreparedSwap>(services.stamp, services.shelf)

  const rebuilt = async (connectionId: string, recordId: string) => {
    const { record, restore, ...subject } = await journal.get(recordId)
    if (restore?.kind !== 'rebuild') throw notRebuilt(message('restore.not-rebuilt'))
    if (record.state !== 'done') throw notRebuilt(message('restore.not-whole'))
    const { key } = record
    const { target } = restore
    if (sameBytes(key, target)) throw notRebuilt(message('restore.has-name'))
    const source = jobSource(services, connectionId, key)
    const doubts = await readDoubts(connection(connectionId), source, { ...subject, group: null })
    const isUntold = subject.beside === undefined || subject.beside.length === 0
    const untold = isUntold ? [message('identity.beside-untold', { name: target })] : []
    return { recordId, key, target, source, doubts: [...doubts, ...untold] }
  }

  return {
    async *planSwap(connectionId, recordId, signal) {
      const { source, ...made } = await rebuilt(connectionId, recordId)
      yield* tellPlanning(planSwap(source, connectionId, made), plans.keep, signal)
    },

    async catchUp(grant, { recordId, accepts }) {
      const connectionId = grant.connection.id
      const { key, target, source, doubts } = await rebuilt(connectionId, recordId)
      for (const name of CATCH_UP_NEEDS) requireCapability(server(connectionId, key), name)
      requireAccepted(doubts, accepts)
      return startJob(jobs, grant, { key, group: null }, () => {
        const undo = { possible: false, note: message('undo.catch-up') }
        const summary = message('restore.catch-up', { target })
        return Promise.resolve({
          draft: recordDraft('restore stream', key, summary, { undo, restore: { kind: 'catch up', target } }),
          job: { kind: 'restore stream', to: null, total: 1, undoable: false },
          work: (begun) => (signal) => catchUp({ ...source, ...begun }, toBuffer(target), signal),
        })
      })
    },

    swap: (grant, { key, planId, accepts }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async (prepared) => {
        const { plan, snapshot, targetLastId, recordId } = prepared
        const { target, aside, blocked, commands } = plan
        if (blocked !== null) throw new AppError('BAD_INPUT', { field: 'planId', problem: blocked, remedy: blocked })
        const { source, doubts } = await rebuilt(grant.connection.id, recordId)
        requireAccepted(doubts, accepts)
        const restore: Restored = { kind: 'swap', target, aside, lastId: targetLastId }
        const names = { key: source.key, target: toBuffer(target), aside: toBuffer(aside) }
        const about = {
          ...{ commands, undo: { possible: true, note: message('undo.swap') }, restore, makes: [aside] },
          ...(await marksOnceSwapped(source.reader, names)),
        }
        const summary = message('restore.swap', { target, aside })
        const seenGroups = plan.groups.flatMap(({ name, now }) => (now === null ? [] : toBuffer(name)))
        const touches = (group: Bytes) => journal.touched(grant.connection.id, key, group)
        const order = { ...names, planId, snapshot, seenGroups, targetLastId, touches }
        return {
          draft: recordDraft('swap streams', key, summary, about),
          job: { kind: 'swap streams', to: null, total: 1, undoable: true },
          work: (begun) => (signal) => liveSwap({ ...source, ...begun }, order, signal),
        }
      }),
  }
}

/** What has the stream's name then was the new key, and what is aside was the stream. */
async function marksOnceSwapped(reader: Reader, { key, target, aside }: StreamNames) {
  const [stream, kept] = [
    noted(await readStreamMark(reader, target, { group: null, ids: [] })),
    noted(await readStreamMark(reader, key, { group: null, ids: [] })),
  ]
  return { stream, beside: kept === undefined ? [] : [[fromBuffer(aside), kept] satisfies NamedMark] }
}

function notRebuilt(problem: Message): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('restore.choose-done') })
}
