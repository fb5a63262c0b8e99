import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { WriteLine } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'
import { streamInfo } from '../../redis/xinfo'
import type { RawEntry } from '../../redis/xrange'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { sendOnce } from '../jobs/lost-reply'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { noteOutcome } from '../jobs/note-outcome'
import type { RestoreContext } from './context'

const MOST_LINES = 100

/** An entry to be written by its own id. */
export interface WrittenEntry extends RawEntry {
  /** Stands in for one that is gone: it is deleted again. */
  readonly standIn?: boolean
}

const STAND_IN = [Buffer.from('sluice:gone'), Buffer.from('1')]

export function standInFor(id: EntryId): WrittenEntry {
  return { id, fields: STAND_IN, standIn: true }
}

export function isStandIn({ fields }: RawEntry): boolean {
  return fields.length === STAND_IN.length && fields.every((part, at) => STAND_IN[at]?.equals(part))
}

/**
 * Writes a part of a stream's entries by their own ids, all greater than its last one. A lost reply is read back by the
 * last id, since nobody else writes there, and the job ends.
 */
export async function writePart(
  context: RestoreContext,
  into: Buffer,
  number: number,
  part: readonly WrittenEntry[],
  signal: AbortSignal,
): Promise<JobStep> {
  const lines = part.map(({ id, fields }): WriteLine => ['XADD', into, id, ...fields])
  const unknown = { done: 0, counts: { ...noCounts, unknown: part.length } }
  const note = ({ counts }: JobStep): Promise<void> => noteOutcome(context, number, counts)
  const send = async (): Promise<JobStep> => {
    try {
      await sendLines(context, lines)
      return stepOf(part)
    } catch (error) {
      // Nothing was sent; nor was anything of the part before, where it goes in one transaction.
      const isUnsent = isAppError(error, 'UNREACHABLE') && context.server.capabilities.multi.available
      if (isAppError(error) && !isOutcomeUnknown(error) && !isUnsent) {
        await note(await readBack(context, into, part, true).catch(() => unknown))
      }
      throw error
    }
  }
  const sending = { send, readBack: (fenced: boolean) => readBack(context, into, part, fenced), unknown, note }
  const step = await sendOnce(context, sending, signal)
  await note(step)
  return step
}

/** In transactions of at most 100 where there are such, else one by one. Throws the first error; what follows is not sent. */
export async function sendLines(
  { writer, server }: RestoreContext,
  lines: readonly WriteLine[],
): Promise<readonly Reply[]> {
  const replies: Reply[] = []
  if (!server.capabilities.multi.available) {
    for (const [command, ...args] of lines) replies.push(await writer.write(command, ...args))
    return replies
  }
  for (let at = 0; at < lines.length; at += MOST_LINES) {
    for (const reply of await writer.transaction(lines.slice(at, at + MOST_LINES))) {
      if (isAppError(reply)) throw reply
      replies.push(reply)
    }
  }
  return replies
}

/**
 * A command on a key that only we know of. A lost reply ends the job: once the connection is back `isDone` reads what came
 * of it, and that is told.
 */
export async function onOurs<T>(
  context: Pick<RestoreContext, 'lostReply'>,
  signal: AbortSignal,
  send: () => Promise<T>,
  isDone?: () => Promise<boolean>,
): Promise<T> {
  const known = { done: 0, counts: noCounts }
  const readBack = async (fenced: boolean): Promise<JobStep | null> =>
    isDone !== undefined && ((await isDone()) || fenced) ? known : null
  const unknown = isDone === undefined ? known : { done: 0, counts: { ...noCounts, unknown: 1 } }
  return sendOnce(context, { send, readBack, unknown }, signal)
}

/** What is there of a part, by the last id, since nobody else writes there. `fenced` false: the rest may still come. */
async function readBack(
  { reader }: RestoreContext,
  into: Buffer,
  part: readonly WrittenEntry[],
  fenced: boolean,
): Promise<JobStep> {
  const last = await lastId({ reader }, into)
  const there = part.filter(({ id }) => last !== null && compareIds(id, last) <= 0)
  const step = stepOf(there)
  return { ...step, counts: { ...step.counts, unknown: fenced ? 0 : part.length - there.length } }
}

async function lastId({ reader }: Pick<RestoreContext, 'reader'>, key: Buffer): Promise<EntryId | null> {
  try {
    return (await streamInfo(reader, key)).lastGeneratedId
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  }
}

function stepOf(part: readonly WrittenEntry[]): JobStep {
  const changed = part.filter(({ standIn }) => !standIn).length
  return { done: changed, counts: { ...noCounts, changed } }
}
