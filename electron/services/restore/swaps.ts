import { displayBytes, type Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { Restored, SwapPlanning } from '../../../shared/model/restore'
import { toBuffer } from '../../redis/bytes'
import { intention, type Grant } from '../jobs/write-grant'
import { createPlanStore } from '../jobs/plan-store'
import { requireCapability } from '../connections/require-capability'
import { catchUp } from './catch-up'
import { contextOf, placeOf, planning, type RestoreOptions } from './options'
import { planSwap, type PreparedSwap } from './plan-swap'
import { swap } from './swap'

export interface Swaps {
  /** Throws BAD_INPUT where the record's job made no whole new key. */
  planSwap(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<SwapPlanning, void>
  catchUp(grant: Grant, recordId: string): Promise<Job>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said that it can't be done. */
  swap(grant: Grant, order: { key: Bytes; planId: string }): Promise<Job>
}

const NOTE =
  'Gives the names back, as long as both are there. What is added to the stream until then stays in the new key.'

/** Gives a stream's name to the new key that was made for it. The stream itself is kept aside. */
export function createSwaps(options: RestoreOptions): Swaps {
  const { journal, jobs, server } = options
  const plans = createPlanStore<PreparedSwap>()

  const rebuilt = async (connectionId: string, recordId: string) => {
    const { record, restore } = await journal.get(recordId)
    if (restore?.kind !== 'rebuild') throw notRebuilt('It is no restore into a new key.')
    if (record.connectionId !== connectionId) throw notRebuilt('It was done on another connection.')
    if (record.state !== 'done') throw notRebuilt('The new key was not made to its end.')
    return { key: record.key, target: restore.target }
  }

  return {
    async *planSwap(connectionId, recordId, signal) {
      const { key, target } = await rebuilt(connectionId, recordId)
      const walk = planSwap(placeOf(options, connectionId, key), connectionId, target)
      const keep = (made: PreparedSwap) => {
        plans.put(made.plan.id, made)
        return made.plan
      }
      yield* planning(walk, keep, signal)
    },

    async catchUp(grant, recordId) {
      const connectionId = grant.connection.id
      const { key, target } = await rebuilt(connectionId, recordId)
      for (const name of ['xadd', 'xsetid', 'xgroup', 'xclaim', 'xack'] as const) {
        requireCapability(server(connectionId), name)
      }
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const undo = { possible: false, note: 'Undo the restore itself: that takes the new key away.' }
        const restore: Restored = { kind: 'catch up', target }
        const summary = `catch up ${displayBytes(target)} with the stream`
        const begun = await grant.begin(intention('restore stream', key, summary, { undo, restore }))
        const context = contextOf(options, connectionId, placeOf(options, connectionId, key), begun)
        const job = { kind: 'restore stream' as const, connectionId, key, group: null, to: null, undoable: false }
        return reservation.start({ ...job, total: 1 }, begun.record, (signal) =>
          catchUp(context, toBuffer(target), signal),
        )
      } catch (error) {
        reservation.release()
        throw error
      }
    },

    async swap(grant, { key, planId }) {
      const connectionId = grant.connection.id
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const { plan, seen } = plans.take(planId)
        const { target, aside, blocked, commands } = plan
        if (connectionId !== plan.connectionId || !toBuffer(plan.key).equals(toBuffer(key))) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
        }
        if (blocked !== null) throw new AppError('BAD_INPUT', { field: 'planId', remedy: blocked }, blocked)
        const restore: Restored = { kind: 'swap', target, aside, lastId: seen.target }
        const about = { commands, undo: { possible: true, note: NOTE }, restore, makes: [aside] }
        const summary = `swap with ${displayBytes(target)}, kept as ${displayBytes(aside)}`
        const begun = await grant.begin(intention('swap streams', key, summary, about))
        const context = contextOf(options, connectionId, placeOf(options, connectionId, key), begun)
        const names = { key: context.key, target: toBuffer(target), aside: toBuffer(aside), seen }
        const job = { kind: 'swap streams' as const, connectionId, key, group: null, to: null, undoable: true }
        return reservation.start({ ...job, total: 1 }, begun.record, async function* (signal) {
          yield await swap(context, names, true, signal)
        })
      } catch (error) {
        reservation.release()
        throw error
      }
    },
  }
}

function notRebuilt(why: string): AppError {
  const remedy = 'Choose a record of a restore into a new key that is done.'
  return new AppError('BAD_INPUT', { field: 'recordId', remedy }, why)
}
