import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from './job-step'
import { sendOnce, type LostReply } from './lost-reply'

/**
 * A change that is one command. When its reply is lost, `isDone` reads whether it was carried out; null: that can't be told. What
 * was not may still be, where its connection could not be ended.
 */
export async function oneCommand(
  context: { readonly lostReply: LostReply },
  send: () => Promise<void>,
  isDone: () => Promise<boolean | null>,
  signal: AbortSignal,
): Promise<JobStep> {
  const one = (counts: Partial<JobStep['counts']>): JobStep => ({ done: 1, counts: { ...noCounts, ...counts } })
  const readBack = async (fenced: boolean): Promise<JobStep | null> => {
    const done = await isDone()
    if (done === true) return one({ changed: 1 })
    return fenced && done === false ? one({ leftAlone: 1 }) : null
  }
  await sendOnce(context, { send, readBack, unknown: one({ unknown: 1 }) }, signal)
  return one({ changed: 1 })
}
