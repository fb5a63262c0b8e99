import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { DeletionPlan } from '../../../shared/model/deletion'
import type { JobFailure } from '../../../shared/model/job'
import { MAX_IDS } from '../../redis/batch'
import { fromBuffer } from '../../redis/bytes'
import type { Writer } from '../../redis/reader-writer'
import { deleteEntries } from '../../redis/xdel'
import { deleteWithMode } from '../../redis/xdelex'
import { existingIds } from '../../redis/xrange'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { sendOnce, type LostReply } from '../jobs/lost-reply'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { noteOutcome, withServerTime } from '../jobs/note-outcome'
import type { RecordWriter } from '../journal/journal'
import { createBodyLog, type BodyLog } from '../backup/body-log'
import { createBodyParts, rowParts } from '../inspection/body-parts'
import type { SameGroups } from '../inspection/group-positions'
import { goneIds } from '../inspection/entry-presence'
import { trimmedAway } from '../inspection/trimmed-away'
import type { Source } from '../../redis/source'
import { message } from '../../../shared/words/messages'

export interface DeletionOrder extends Source {
  readonly writer: Writer
  readonly record: RecordWriter
  readonly ids: readonly EntryId[]
  /** Null: XDEL. */
  readonly mode: DeletionPlan['references'] | null
  /** Throws STALE_PLAN where a group came to need what goes. */
  readonly requireGroups: SameGroups
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
      const last = sent.at(-1)
      if (last === undefined) continue
      await order.requireGroups(last)
      yield await deletePart({ ...order, log }, number++, sent, signal)
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
  const { reader, key, log } = order
  // What is saved was there just before.
  const wasGone = log === null ? await goneIds(reader, key, ids).catch(noneKnown) : new Set<EntryId>()
  const refused = async (error: unknown): Promise<never> => {
    // One command deletes all of them, or nothing.
    if (!isOutcomeUnknown(error)) await order.log?.confirm([])
    throw error
  }
  const sending = {
    send: () => withServerTime(order.writer, () => sendPart(order, ids).catch(refused)),
    readBack: (fenced: boolean) => readBack(order, ids, wasGone, fenced),
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
 * one still there, or trimmed away, others took what isn't. Only ACKED leaves some as well, and then nobody can tell; nor
 * with the stream itself gone. `wasGone`: before anything was sent; null: that is not known.
 */
async function readBack(
  order: PartOrder,
  ids: readonly EntryId[],
  wasGone: ReadonlySet<EntryId> | null,
  fenced: boolean,
): Promise<JobStep> {
  const { reader, key, mode, log } = order
  const existing = await existingIds(reader, key, ids)
  const went = ids.filter((id) => !existing.has(id) && wasGone?.has(id) !== true)
  const trimmed = await trimmedAway(order, went)
  const left = existing.size
  const before = ids.length - left - went.length
  const rest = fenced ? { leftAlone: left } : { unknown: left }
  const step = (counts: Partial<JobStep['counts']>): JobStep => ({
    done: ids.length,
    counts: { ...noCounts, ...counts },
  })
  if (left === 0) await log?.confirm(ids)
  else if (fenced && mode !== 'ACKED') await log?.confirm([])
  if (wasGone === null) return step({ ...rest, unknown: ids.length - left + (fenced ? 0 : left) })
  if (left === 0 && trimmed.size === 0) return step({ changed: went.length, gone: before })
  if (mode !== 'ACKED') return step({ ...rest, gone: ids.length - left })
  const open = went.length - trimmed.size
  return step({ ...rest, gone: before + trimmed.size, unknown: open + (fenced ? 0 : left) })
}

/** The server refuses to tell. */
function noneKnown(error: unknown): null {
  if (isAppError(error, 'REDIS')) return null
  throw error
}
