import type { EntryId } from '../../../shared/entry-id'
import type { DeletionPlan } from '../../../shared/model/deletion'
import type { JobFailure } from '../../../shared/model/job'
import { MAX_IDS } from '../../redis/batch'
import { fromBuffer } from '../../redis/bytes'
import type { Writer } from '../../redis/reader-writer'
import { deleteEntries } from '../../redis/xdel'
import { deleteWithMode } from '../../redis/xdelex'
import { streamInfo } from '../../redis/xinfo'
import { existingIds } from '../../redis/xrange'
import { noCounts } from '../lib/job-counts'
import type { JobStep } from '../jobs/job-step'
import { sendOnce, type LostReply } from '../jobs/lost-reply'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { noteOutcome, withServerTime } from '../jobs/note-outcome'
import type { RecordWriter } from '../journal/journal'
import { createBodyLog, type BodyLog } from '../backup/body-log'
import { createBodyParts, rowParts } from '../inspection/body-parts'
import type { Source } from '../../redis/source'
import { message } from '../../../shared/words/messages'

export interface DeletionOrder extends Source {
  readonly writer: Writer
  readonly record: RecordWriter
  readonly ids: readonly EntryId[]
  /** Null: XDEL. */
  readonly mode: DeletionPlan['references'] | null
  /** Where what goes is saved before. */
  readonly backup: { readonly dataDir: string } | null
  readonly lostReply: LostReply
}

/**
 * Deletes entries in commands of at most 500, with a backup of at most 1 MiB of them before each, so that what went is on
 * the disk whatever ends the job. A lost reply is never answered by sending again: once the connection is back the entries
 * are looked up, and the job ends.
 */
export async function* deleteInParts(order: DeletionOrder, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { reader, key, record, ids, backup } = order
  const log = backup && createBodyLog(backup.dataDir, record.id, fromBuffer(key), 'delete')
  const parts = backup ? createBodyParts(reader, key, MAX_IDS) : rowParts(MAX_IDS)
  let number = 0
  try {
    for await (const { rows, bodies } of parts(ids.map((id) => ({ id })))) {
      if (log && bodies.size > 0) {
        await log.add([...bodies.values()])
        await record.backup(log.file)
        yield { done: 0, counts: noCounts, backupFile: log.file }
      }
      // What is not saved is not deleted, though it may have come back by a rename.
      const sent = rows.filter(({ id }) => log === null || bodies.has(id)).map(({ id }) => id)
      const gone = rows.length - sent.length
      if (gone > 0) yield { done: gone, counts: { ...noCounts, gone } }
      if (signal.aborted) return
      if (sent.length > 0) yield await deletePart({ ...order, log }, number++, sent, signal)
      if (signal.aborted) return
    }
  } finally {
    await log?.close()
  }
}

/** `log`: the backup, which is told what of the part went. */
type PartOrder = DeletionOrder & { readonly log: BodyLog | null }

async function deletePart(
  order: PartOrder,
  number: number,
  ids: readonly EntryId[],
  signal: AbortSignal,
): Promise<JobStep> {
  const refused = async (error: unknown): Promise<never> => {
    // One command deletes all of them, or nothing.
    if (!isOutcomeUnknown(error)) await order.log?.confirm([])
    throw error
  }
  const sending = {
    send: () => withServerTime(order.writer, () => sendPart(order, ids).catch(refused)),
    readBack: (fenced: boolean) => readBack(order, ids, fenced),
    unknown: { done: ids.length, counts: { ...noCounts, unknown: ids.length } },
    note: ({ counts }: JobStep) => noteOutcome(order, number, counts),
  }
  const { result: step, until } = await sendOnce(order, sending, signal)
  await noteOutcome(order, number, step.counts, until)
  return step
}

async function sendPart({ writer, key, mode, log }: PartOrder, ids: readonly EntryId[]): Promise<JobStep> {
  log?.sent()
  if (mode === null) {
    const changed = await deleteEntries(writer, key, ids)
    await log?.confirm(ids, changed)
    return { done: ids.length, counts: { ...noCounts, changed, gone: ids.length - changed } }
  }
  const results = await deleteWithMode(writer, key, ids, mode)
  await log?.confirm(ids.filter((_, at) => results[at] === 'deleted'))
  const count = (wanted: (typeof results)[number]): number => results.filter((each) => each === wanted).length
  const kept = ids.filter((_, at) => results[at] === 'kept')
  const reason = message('deletion.needed')
  const failures = kept.map((id): JobFailure => ({ id, reason }))
  return { done: ids.length, counts: { ...noCounts, changed: count('deleted'), gone: count('absent') }, failures }
}

/**
 * What is still there was not deleted, or not yet where the command may still come. One command deletes all of them: with
 * one still there, others deleted what isn't. Only ACKED leaves some as well, and then nobody can tell; nor with the stream
 * itself gone.
 */
async function readBack(
  { reader, key, mode, log }: PartOrder,
  ids: readonly EntryId[],
  fenced: boolean,
): Promise<JobStep> {
  await streamInfo(reader, key)
  const left = (await existingIds(reader, key, ids)).size
  const gone = ids.length - left
  const rest = fenced ? { leftAlone: left } : { unknown: left }
  const step = (counts: Partial<JobStep['counts']>): JobStep => ({
    done: ids.length,
    counts: { ...noCounts, ...counts },
  })
  if (left === 0) {
    await log?.confirm(ids)
    return step({ changed: gone })
  }
  if (mode === 'ACKED') return step({ ...rest, unknown: gone + (fenced ? 0 : left) })
  if (fenced) await log?.confirm([])
  return step({ ...rest, gone })
}
