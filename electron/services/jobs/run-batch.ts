import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import { addCounts, noCounts, sumOf } from '../../../shared/judgement/job-counts'
import { Interrupted } from './interrupted'
import type { JobStep } from './job-step'
import { isOutcomeUnknown, reasonOfUnknown } from './outcome-unknown'
import { ANY_TIME } from './note-outcome'
import { movedEntries, type MovedEntries } from '../inspection/moved-entries'
import type { Observation } from '../inspection/observe-pending'
import { READ_LOST } from './read-lost'
import { priorsOf, type BatchOutcome, type PriorRow, type RunContext } from './run-context'
import type { Sent } from './send-commands'
import { message } from '../../../shared/words/messages'

export interface Batch {
  readonly number: number
  readonly observation: Pick<Observation, 'at'> & Partial<Observation>
  /** Entries to be changed, at most 1000; no command names more than 500. */
  readonly rows: readonly PriorRow[]
  /** The consumer, or the stream, that gets them. */
  readonly to?: Bytes
  /** It copies and acks in one step. */
  readonly atomic?: boolean
  /** The consumer gets them as idle as they are. */
  readonly keepsIdle?: boolean
  /** The same where that is not all of them, or not all that is done; asked once it was sent. */
  moved?(until: number): MovedEntries | undefined
  /** Gives a digest of what the copy of an entry is given, where that is not told by its entry. */
  readonly held?: ((id: EntryId) => string) | undefined
  /** Sends, and says what the replies told. */
  send(): Promise<Sent>
  /**
   * Finds out by reading what became of entries whose reply got lost. `fenced` false: what was sent may still be carried
   * out after that, so nothing may be taken back that it would rely on.
   */
  readBack(lost: readonly EntryId[], fenced: boolean): Promise<BatchOutcome>
  /** What is known of them where nothing can be read; absent: nothing is. */
  unread?(lost: readonly EntryId[]): Pick<BatchOutcome, 'except' | 'unsure' | 'copies' | 'failures'>
}

/**
 * One batch, in the order that keeps the journal true: intent on the disk, commands, outcome. A lost reply is never
 * answered by sending again: once the connection is back the entries are read, journaled as read, and the job ends.
 */
export async function* runBatch(
  context: Pick<RunContext, 'record' | 'lostReply'>,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { record } = context
  const { number, observation, rows, to = null, atomic, keepsIdle = false, held } = batch
  await record.intent(number, observation.at, priorsOf(rows), to, atomic)
  const sent = await batch.send()
  const read = sent.lost.length === 0 ? null : await readLost(context, batch, sent.lost, signal)
  const outcome = read === null ? sent : both(sent, read)
  const { counts, except, until, copies = [], failures = [], unsure } = outcome
  const step = { done: sumOf(counts), counts, failures }
  const digests = held && copies.map(([id]) => held(id))
  const by = until ?? observation.at
  const moved = to === null || !keepsIdle ? batch.moved?.(by) : movedEntries(to, by, rows, except)
  const told = { until: until ?? ANY_TIME, counts, except, copies, held: digests, unsure, moved }
  const written = record.outcome(number, told)
  const unwritten = await written.then(() => null, notWritten)
  const why = sent.error
  if (read !== null && (isAppError(why) || isOutcomeUnknown(why)))
    throw new Interrupted(reasonOfUnknown(why, read.counts.unknown === 0), step)
  yield step
  const error = sent.error ?? unwritten
  if (error) throw error
}

/** What reading tells of entries whose reply got lost; where nothing can be read, that it is unknown. */
async function readLost(
  { lostReply }: Pick<RunContext, 'lostReply'>,
  { readBack, unread }: Batch,
  lost: readonly EntryId[],
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const read = async (fenced: boolean): Promise<BatchOutcome> => {
    const outcome = await readBack(lost, fenced)
    return fenced ? outcome : inDoubt(outcome, lost)
  }
  const known = unread ?? (() => ({ except: [], unsure: lost }))
  const nothing = () => ({ counts: { ...noCounts, unknown: lost.length }, until: null, ...known(lost) })
  return (await lostReply[READ_LOST](read, signal)) ?? nothing()
}

/**
 * Of what may still be carried out, only what was done already is certain: the rest is unknown, and an undo looks at all
 * of it.
 */
function inDoubt({ counts, except, unsure = [], ...outcome }: BatchOutcome, lost: readonly EntryId[]): BatchOutcome {
  const unknown = sumOf(counts) - counts.changed
  const open = new Set([...except, ...unsure])
  const told = { except: [], unsure: lost.filter((id) => open.has(id)), until: null }
  return { ...outcome, counts: { ...noCounts, changed: counts.changed, unknown }, ...told }
}

function both(a: BatchOutcome, b: BatchOutcome): BatchOutcome {
  return {
    counts: addCounts(a.counts, b.counts),
    except: [...a.except, ...b.except],
    until: b.until === null ? null : Math.max(a.until ?? 0, b.until),
    copies: [...(a.copies ?? []), ...(b.copies ?? [])],
    unsure: [...(a.unsure ?? []), ...(b.unsure ?? [])],
    failures: [...(a.failures ?? []), ...(b.failures ?? [])],
  }
}

/** The journal says "so nothing was sent", which is not so here. */
function notWritten(error: Error): Error {
  if (!isAppError(error, 'STORAGE')) return error
  const problem = message('journal.outcome-not-written')
  return new AppError('STORAGE', { ...error.data, problem, why: null, sent: true })
}

export function idsOf(rows: readonly { readonly id: EntryId }[]): readonly EntryId[] {
  return rows.map(({ id }) => id)
}
