import type { EntryId } from '../../../shared/entry-id'
import type { JobCounts } from '../../../shared/model/job'
import type { Writer } from '../../redis/reader-writer'
import { serverTimeMs } from '../../redis/clock'
import { addCounts, noCounts } from '../../../shared/judgement/job-counts'
import { isOutcomeUnknown } from './outcome-unknown'
import type { BatchOutcome } from './run-context'

/** One command of a batch, and the entries that it is for. */
export interface Sending {
  readonly ids: readonly EntryId[]
  /** Sends it, and gives the ids that it changed, as its reply tells. */
  send(): Promise<readonly EntryId[]>
}

/** What replies told. Entries of a command that the server refused are in `except`, and in no count. */
export interface Sent extends BatchOutcome {
  /** Entries of commands whose reply got lost. */
  readonly lost: readonly EntryId[]
  /** The first lost reply, else the first refusal, if there was any. */
  readonly error: Error | null
}

/**
 * Sends the commands of a batch in one go (all of them carry 1000 ids at most) with the server's clock after them, and
 * waits for every reply: whatever befalls one of them, what the others did is known. The writer's own reader keeps it behind
 * them, also where the server has to be asked first who it is. `whyNot` tells what became of
 * entries that were sent, and that the reply left out.
 */
export async function sendAll(
  { reader }: Pick<Writer, 'reader'>,
  sendings: readonly Sending[],
  whyNot: (ids: readonly EntryId[]) => Promise<JobCounts>,
): Promise<Sent> {
  const sent = sendings.map((each) => each.send())
  // Without it the batch is known all the same, only not by when.
  const clock = serverTimeMs(reader).catch(() => null)
  const replies = await Promise.allSettled(sent)
  const until = await clock

  const lost: EntryId[] = []
  const refused: EntryId[] = []
  const left: EntryId[] = []
  const errors: Error[] = []
  let changed = 0
  for (const [at, reply] of replies.entries()) {
    const ids = sendings[at]?.ids ?? []
    if (reply.status === 'fulfilled') {
      const done = new Set(reply.value)
      changed += done.size
      left.push(...ids.filter((id) => !done.has(id)))
    } else {
      const error = asError(reply.reason)
      errors.push(error)
      ;(isOutcomeUnknown(error) ? lost : refused).push(...ids)
    }
  }
  const counts = addCounts({ ...noCounts, changed }, await reasons(left, whyNot))
  return {
    counts,
    except: [...left, ...refused],
    until,
    lost,
    error: errors.find(isOutcomeUnknown) ?? errors[0] ?? null,
  }
}

async function reasons(ids: readonly EntryId[], whyNot: (ids: readonly EntryId[]) => Promise<JobCounts>) {
  if (ids.length === 0) return noCounts
  // They were not changed; why not is all that stays open when the connection is lost just now.
  return whyNot(ids).catch(() => ({ ...noCounts, unknown: ids.length }))
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('a command failed', { cause: reason })
}
