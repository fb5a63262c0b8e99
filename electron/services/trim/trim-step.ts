import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { sendOnce } from '../jobs/lost-reply'
import { noteOutcome, withServerTime } from '../jobs/note-outcome'
import type { TrimOrder } from './trim-order'

export interface TrimStep {
  readonly number: number
  /** The most entries that it may remove. */
  readonly most: number
  /** Sends the one command; gives how many entries the server says went. */
  send(): Promise<number>
  /** How many went, found out by reading after the reply got lost; null where that can't be told. */
  readBack(): Promise<number | null>
  /** Writes down what of the backup these were. Not where nothing went. */
  logWent(removed: number): Promise<void>
}

/** One command, and then the journal's line of what came of it, also where that had to be read. */
export async function runStep(order: TrimOrder, step: TrimStep, signal: AbortSignal): Promise<JobStep> {
  const { number, most } = step
  const sending = {
    send: () => withServerTime(order.writer, step.send),
    async readBack(fenced: boolean): Promise<JobStep | null> {
      const removed = await step.readBack()
      // What is not done may still be.
      return removed !== null && (fenced || removed === most) ? stepOf(removed) : null
    },
    unknown: { done: 0, counts: { ...noCounts, unknown: most } },
    async note(read: JobStep) {
      if (read.done > 0) await logWent(order, step, read.done)
      if (read.counts.unknown > 0) await order.wentLog?.close()
      if (read.done > 0 || read.counts.unknown > 0) await noteOutcome(order, number, read.counts)
    },
  }
  const { result: removed, until } = await sendOnce(order, sending, signal)
  if (removed > 0) {
    await logWent(order, step, removed)
    await noteOutcome(order, number, stepOf(removed).counts, until)
  }
  return stepOf(removed)
}

/** Where it can't be read what went, the backup has it as unsure. */
async function logWent({ wentLog }: TrimOrder, step: TrimStep, removed: number): Promise<void> {
  if (wentLog === null) return
  await step.logWent(removed).catch(() => wentLog.close())
}

function stepOf(removed: number): JobStep {
  return { done: removed, counts: { ...noCounts, changed: removed } }
}
