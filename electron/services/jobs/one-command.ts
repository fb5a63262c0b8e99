import { isAppError } from '../../../shared/error'
import { noCounts } from '../lib/job-counts'
import { Interrupted, type JobStep } from './jobs'
import type { RunContext } from './run-context'

/**
 * A change that is one command. A lost reply is never answered by sending again: once the connection is back, `isDone`
 * reads whether it was carried out, and the job ends. What was not may still be, where its connection could not be
 * ended.
 */
export async function oneCommand(
  { whenReady }: Pick<RunContext, 'whenReady'>,
  send: () => Promise<void>,
  isDone: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<JobStep> {
  try {
    await send()
    return { done: 1, counts: { ...noCounts, changed: 1 } }
  } catch (error) {
    if (!isAppError(error, 'UNKNOWN_OUTCOME')) throw error
    const done = await whenReady(AbortSignal.any([signal, AbortSignal.timeout(RECONNECT_MS)]))
      .then(async (settled) => ((await isDone()) ? true : settled ? false : null))
      .catch(() => null)
    const counts =
      done === null ? { ...noCounts, unknown: 1 } : done ? { ...noCounts, changed: 1 } : { ...noCounts, leftAlone: 1 }
    throw new Interrupted(error, { done: 1, counts })
  }
}

const RECONNECT_MS = 60_000
