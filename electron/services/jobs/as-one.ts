import { addCounts, noCounts } from '../../../shared/judgement/job-counts'
import { Interrupted } from './interrupted'
import type { JobStep } from './job-step'
import { isInterrupted } from './lost-reply'

/**
 * Work that is not to be left in between, as one step: a job that is cancelled meanwhile ends behind it. All that was told
 * on the way is told, whatever ends it.
 */
export async function* asOne(work: AsyncIterable<JobStep>): AsyncGenerator<JobStep, void> {
  let sum: JobStep = { done: 0, counts: noCounts }
  try {
    for await (const step of work) sum = together(sum, step)
  } catch (error) {
    if (isInterrupted(error)) throw new Interrupted(error.reason, together(sum, error.step))
    yield sum
    throw error
  }
  yield sum
}

/** `b` came after `a`. */
function together(a: JobStep, b: JobStep): JobStep {
  return {
    ...a,
    ...b,
    done: a.done + b.done,
    counts: addCounts(a.counts, b.counts),
    failures: [...(a.failures ?? []), ...(b.failures ?? [])],
  }
}
