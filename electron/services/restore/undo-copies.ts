import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { UndoPlan } from '../../../shared/model/undo-plan'
import { serverTimeMs } from '../../redis/clock'
import { deleteEntries } from '../../redis/xdel'
import { existingIds, forEachEntry } from '../../redis/xrange'
import type { JournalBatch } from '../journal/journal'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { runBatch } from '../jobs/run-batch'
import { digestOfCopy } from '../inspection/same-bodies'
import { endsWith } from '../inspection/copy-provenance'
import { givenToGroups } from '../inspection/given-to-groups'
import { trimmedAway } from '../inspection/trimmed-away'
import { findCopies } from '../inspection/find-copies'
import { partsOf } from '../recovery/undo/give-back'
import type { BatchOutcome } from '../jobs/run-context'
import type { Sent } from '../jobs/send-commands'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { restoredTail } from './add-copies'
import { unheld, type RestoreContext, type RestoreSource } from './context'
import type { Message } from '../../../shared/model/message'

/** A restore as new entries, as the journal has it. */
export interface PastCopies {
  readonly recordId: string
  readonly provenance: boolean
  batches(): AsyncIterable<JournalBatch>
}

interface Takeable {
  /** Copies that are there, and that no group was given yet, nor holds. */
  readonly ids: readonly EntryId[]
  readonly leftAlone: number
  readonly gone: number
}

/** Reads which copies would be deleted, part by part; the plan comes last. */
export async function* planCopiesUndo(
  source: RestoreSource,
  past: PastCopies,
  note: Message,
): AsyncGenerator<{ readonly walked: number }, UndoPlan> {
  const plan = { recordId: past.recordId, entries: 0, leftAlone: 0, gone: 0, consumers: [], note }
  let walked = 0
  for await (const part of partsOf(past.batches())) {
    const { ids, leftAlone, gone } = await takeable(source, past, part)
    plan.entries += ids.length
    plan.leftAlone += leftAlone
    plan.gone += gone
    walked += part.changed.length
    yield { walked }
  }
  return plan
}

/** Deletes the copies that no group was given yet. What is delivered in the instant between looking and deleting goes as well. */
export async function* undoCopies(
  context: RestoreContext,
  past: PastCopies,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let number = 0
  for await (const part of partsOf(past.batches())) {
    if (signal.aborted) return
    const { ids, leftAlone, gone } = await takeable(context, past, part)
    if (leftAlone + gone > 0) yield { done: leftAlone + gone, counts: { ...noCounts, leftAlone, gone } }
    if (ids.length === 0) continue
    const at = await serverTimeMs(context.reader)
    const rows = ids.map((id) => unheld({ id }))
    const send = () => sendDeletion(context, ids)
    const readBack = (lost: readonly EntryId[]) => readDeletionBack(context, lost)
    yield* runBatch(context, { number: number++, observation: { at }, rows, send, readBack }, signal)
  }
}

async function takeable(
  { reader, key }: RestoreSource,
  { recordId, provenance }: PastCopies,
  { at, changed, copies, held }: JournalBatch,
): Promise<Takeable> {
  const known = changed.flatMap(({ id }) => copies.get(id) ?? [])
  const untold = provenance ? changed.filter(({ id }) => !copies.has(id)) : []
  // Sluice was ended before it could write down what their ids are.
  const expected = untold.map(({ id }) => ({ id, tail: restoredTail(recordId, id) }))
  const found = expected.length === 0 ? [] : (await findCopies({ reader, key }, at, expected)).copies
  const all = [...known, ...[...found].map(([, copyId]) => copyId)]
  const entryOf = new Map([...copies, ...found].map(([id, copy]) => [copy, id]))
  const existing = new Set<EntryId>()
  let others = 0
  await forEachEntry(reader, key, all, ({ id, fields }) => {
    const entry = entryOf.get(id)
    const written = held?.get(id)
    const isOurs =
      written === undefined
        ? provenance && entry !== undefined && endsWith(fields, restoredTail(recordId, entry))
        : digestOfCopy(fields) === written
    // Another entry under a copy's id: the stream was made anew.
    if (isOurs) existing.add(id)
    else others += 1
  })
  const given = await givenToGroups({ reader, key }, existing)
  const ids = [...existing].filter((id) => !given.has(id)).sort(compareIds)
  return {
    ids,
    gone: all.length - existing.size - others,
    leftAlone: changed.length - all.length + existing.size + others - ids.length,
  }
}

async function sendDeletion({ reader, writer, key }: RestoreContext, ids: readonly EntryId[]): Promise<Sent> {
  const nothing = { counts: noCounts, except: [], until: null, lost: [], error: null }
  try {
    const changed = await deleteEntries(writer, key, ids)
    const until = await serverTimeMs(reader).catch(() => null)
    return { ...nothing, until, counts: { ...noCounts, changed, gone: ids.length - changed } }
  } catch (error) {
    if (isOutcomeUnknown(error)) return { ...nothing, lost: ids, error }
    return { ...nothing, except: ids, error: error instanceof Error ? error : new Error('it failed', { cause: error }) }
  }
}

/** They were there just before, and one command deletes all of them: with one still there, or trimmed away, others took what isn't. */
async function readDeletionBack(source: RestoreContext, ids: readonly EntryId[]): Promise<BatchOutcome> {
  const existing = await existingIds(source.reader, source.key, ids)
  const went = ids.filter((id) => !existing.has(id))
  const isOurs = existing.size === 0 && (await trimmedAway(source, went)).size === 0
  const counts = {
    ...noCounts,
    ...(isOurs ? { changed: went.length } : { gone: went.length, leftAlone: existing.size }),
  }
  return { counts, except: isOurs ? [] : ids, until: null }
}
