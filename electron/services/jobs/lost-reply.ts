import { noCounts } from '../../../shared/judgement/job-counts'
import { Interrupted } from './interrupted'
import type { JobStep } from './job-step'
import { isOutcomeUnknown, reasonOfUnknown } from './outcome-unknown'
import { READ_LOST, type LostReply } from './read-lost'

export type { LostReply } from './read-lost'

/** The same, of work that is nobody's to count: what is read back counts nothing. */
export function uncounted(lostReply: LostReply): LostReply {
  return {
    async [READ_LOST](work, signal) {
      const read = await lostReply[READ_LOST](work, signal)
      return read === null ? null : { ...read, done: 0, counts: noCounts }
    },
  }
}

/** A command, or a transaction, whose reply tells what it did. */
export interface Sending<T> {
  send(): Promise<T>
  /** What reading tells of it. Null: that can't be told. */
  readBack(fenced: boolean): Promise<JobStep | null>
  /** What it counts as where that can't be told. */
  readonly unknown: JobStep
  /** Journals what was read, before the job ends. */
  note?(step: JobStep): Promise<unknown>
}

/** What the reply told. Throws `Interrupted` once a lost one was read back, and every refusal as it came. */
export async function sendOnce<T>(
  { lostReply }: { readonly lostReply: LostReply },
  { send, readBack, unknown, note }: Sending<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error
    const read = await lostReply[READ_LOST](readBack, signal)
    const step = read ?? unknown
    await note?.(step)
    throw new Interrupted(reasonOfUnknown(error, read?.counts.unknown === 0), step)
  }
}

/** The work ended by a lost reply, which was read back or given up. */
export function isInterrupted(error: unknown): error is Interrupted {
  return error instanceof Interrupted
}
