import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { JournalRecord } from '../../../shared/model/journal'
import type { Restored } from '../../../shared/model/restore'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'
import type { Source } from '../../redis/source'
import { forEachEntry } from '../../redis/xrange'
import { digestOfCopy } from '../inspection/same-bodies'
import type { Journal, JournalBatch } from '../journal/journal'
import { restoredTail } from '../restore/add-copies'

export type Copied = Extract<Restored, { kind: 'copied' }>

/** What a copy that stopped before its end did not add. */
export interface LeftUndone {
  /** The first id that may be left; null: there can be none. */
  readonly begin: EntryId | null
  readonly through: EntryId
  /** Of so many that it sent nobody can tell whether they were added: they are not sent again. */
  readonly unknown: number
  /** Why it is not certain that these are still the streams that they were. */
  readonly doubts: readonly Message[]
}

const PAGE = 200
/** So many of what was copied last are compared with the source. */
const MOST_COMPARED = 100

/** Throws BAD_INPUT where a record is of something else, came to its end, or was undone. */
export function requireStopped(record: JournalRecord, restored: Restored | undefined): Copied {
  if (restored?.kind !== 'copied') throw refuse(message('copy.no-copy'), message('copy.choose-stopped'))
  if (record.state === 'running') throw refuse(message('copy.still-runs'), message('copy.wait-or-cancel'))
  if (record.state === 'done') throw refuse(message('copy.is-done'), message('copy.choose-stopped'))
  const { undoneBy, partly } = record.undo
  if (undoneBy !== null || partly !== undefined) throw refuse(message('copy.is-undone'), message('copy.copy-anew'))
  return restored
}

/**
 * Throws BAD_INPUT where another copy went on with this one, or does: what it adds would be added once more. One that runs, or was cut
 * short, may have added more than its record says; of one that was taken back something may have been left.
 */
export async function requireNotGoneOn(
  journal: Pick<Journal, 'list' | 'get'>,
  { id: recordId, connectionId, key }: Pick<JournalRecord, 'id' | 'connectionId' | 'key'>,
): Promise<void> {
  for (let before: string | undefined; ;) {
    const { records, next } = await journal.list({ connectionId, key, before, count: PAGE })
    for (const { id, action, state, counts } of records) {
      if (id === recordId) return
      const mayHaveAdded = state === 'running' || state === 'interrupted' || counts.changed + counts.unknown > 0
      if (action !== 'copy' || !mayHaveAdded) continue
      const { restore } = await journal.get(id)
      if (restore?.kind !== 'copied' || restore.resumes !== recordId) continue
      throw refuse(message('copy.gone-on'), message('copy.choose-last'))
    }
    if (next === null) return
    before = next
  }
}

/**
 * By the journal. What may have been sent is left alone, and counted. `targetLastId`: where ids are kept it tells what of that is
 * certainly not there. Throws BAD_INPUT where the source is another stream by now: an entry that was copied holds something else.
 */
export async function readLeftUndone(
  journal: Pick<Journal, 'batches'>,
  source: Source,
  { id: recordId }: Pick<JournalRecord, 'id'>,
  { ids, begin: first, through, provenance }: Copied,
  targetLastId: EntryId | null,
): Promise<LeftUndone> {
  let last: EntryId | null = null
  let unknown = 0
  let newest: JournalBatch | null = null
  for await (const batch of journal.batches(recordId)) {
    for (const { id } of batch.changed) if (last === null || compareIds(id, last) > 0) last = id
    const sure = [...batch.unsure].filter((id) => !batch.copies.has(id))
    unknown += ids === 'keep' ? sure.filter((id) => isWithin(id, targetLastId)).length : sure.length
    if (batch.copies.size > 0) newest = batch
  }
  const isProven = newest === null || (await holdsTheSame(source, newest, provenance ? recordId : null))
  // What was sent by its own id and is beyond the target's last one did not arrive.
  const reached = ids === 'keep' && last !== null && !isWithin(last, targetLastId) ? targetLastId : last
  const begin = reached === null ? (first ?? '0-1') : nextId(reached)
  const doubts = isProven ? [] : [message('copy.source-unproven')]
  return { begin: begin !== null && compareIds(begin, through) <= 0 ? begin : null, through, unknown, doubts }
}

function isWithin(id: EntryId, targetLastId: EntryId | null): boolean {
  return targetLastId !== null && compareIds(id, targetLastId) <= 0
}

async function holdsTheSame(
  { reader, key }: Source,
  { copies, held }: JournalBatch,
  recordId: string | null,
): Promise<boolean> {
  const last = new Map([...copies].slice(-MOST_COMPARED))
  let same = 0
  await forEachEntry(reader, key, [...last.keys()], ({ id, fields }) => {
    const written = held?.get(last.get(id) ?? '')
    const copy = recordId === null ? fields : [...fields, ...restoredTail(recordId, id)]
    if (written === undefined) return
    if (digestOfCopy(copy) !== written) throw refuse(message('copy.source-anew', { id }), message('copy.copy-anew'))
    same += 1
  })
  return same > 0
}

function refuse(problem: Message, remedy: Message): AppError<'BAD_INPUT'> {
  return new AppError('BAD_INPUT', { field: 'resumes', problem, remedy })
}
