import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { EntriesExport } from '../../../shared/model/export'
import type { JobThrottle } from '../../../shared/model/job'
import type { CopyPlan } from '../../../shared/model/stream-copy'
import { message } from '../../../shared/words/messages'
import { serverTimeMs } from '../../redis/clock'
import type { WriteLine } from '../../redis/reader-writer'
import type { Source } from '../../redis/source'
import type { RawEntry } from '../../redis/xrange'
import { entryPages } from '../export/entry-pages'
import { noCounts } from '../../../shared/judgement/job-counts'
import { digestOfCopy } from '../inspection/same-bodies'
import type { JobStep } from '../jobs/job-step'
import { idsOf, runBatch, type Batch } from '../jobs/run-batch'
import { restoredTail, sendAdds } from '../restore/add-copies'
import { unheld, type RestoreContext } from '../restore/context'
import { noteMade } from '../restore/note-made'
import { inParts } from '../restore/parts'
import type { PreparedCopy } from './context'
import { createPace } from './pace'
import { readingOf } from './plan-copy'
import { readCopiesBack } from './read-back'
import { createReplayClock } from './replay-clock'

export interface RunningCopy extends RestoreContext {
  readonly source: Source
  /** Throws STALE_PLAN where the source's connection leads to another server than it did for the plan. */
  requireHere(): void
}

/** Copies that are due within so many ms go together. */
const TOGETHER_MS = 20
/** So many parts a second, where a limit makes them small: it is kept evenly, not in bursts. */
const PARTS_PER_SECOND = 5
const NOTHING: JobStep = { done: 0, counts: noCounts }

/**
 * Adds what the plan showed to the target, oldest first, and no more than that: what the source lost since is counted as gone. In
 * transactions of at most 100 entries and 1 MiB. Throws what reading the source throws; STALE_PLAN.
 */
export async function* runCopy(
  context: RunningCopy,
  { plan, through, begin }: Pick<PreparedCopy, 'plan' | 'through' | 'begin'>,
  signal: AbortSignal,
  throttle: () => JobThrottle,
): AsyncGenerator<JobStep, void> {
  const pace = createPace(plan.pace)
  const clock = createReplayClock()
  let left = plan.entries
  let number = 0
  const dues = new Map<EntryId, number>()
  const dueOf = (id: EntryId): number => {
    const due = dues.get(id) ?? pace.dueMs(id)
    dues.set(id, due)
    return due
  }
  for await (const all of inParts(entriesOf(context, readingOf(plan.choice, begin), through, signal))) {
    if (all.length > left) throw beyondPlan(plan)
    for (let at = 0; at < all.length;) {
      if (signal.aborted) return
      const due = dueOf(all[at]?.id ?? '')
      if (due > clock.now()) {
        await clock.until(due, signal)
        if (signal.aborted) return
        // It may be paused by now, or the streams be others.
        const from = clock.now()
        yield NOTHING
        clock.heldSince(from)
      }
      const until = clock.now() + TOGETHER_MS
      const next = all.slice(at, at + mostOf(throttle().perSecond))
      const late = next.findIndex(({ id }, n) => n > 0 && dueOf(id) > until)
      const part = late < 0 ? next : next.slice(0, late)
      at += part.length
      left -= part.length
      for (const { id } of part) dues.delete(id)
      const isFirst = number === 0
      for await (const step of copyPart(context, plan, part, number++, signal)) {
        if (isFirst && plan.creates) await noteMade(context)
        const from = clock.now()
        yield step
        clock.heldSince(from)
      }
    }
  }
  if (left > 0 && !signal.aborted) yield { done: left, counts: { ...noCounts, gone: left } }
}

/** Ends without a word once the job is cancelled. */
async function* entriesOf(
  { source, requireHere }: RunningCopy,
  reading: EntriesExport,
  through: EntryId,
  signal: AbortSignal,
): AsyncGenerator<RawEntry, void> {
  try {
    for await (const { rows } of entryPages(source, reading, through, signal)) {
      requireHere()
      yield* rows
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function* copyPart(
  context: RunningCopy,
  { ids: how, provenance }: CopyPlan,
  part: readonly RawEntry[],
  number: number,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { key, record, reader } = context
  const now = await serverTimeMs(reader)
  const fieldsOf = ({ id, fields }: RawEntry): readonly Buffer[] =>
    provenance ? [...fields, ...restoredTail(record.id, id)] : fields
  const copies = new Map(part.map((entry) => [entry.id, fieldsOf(entry)]))
  const lines = part.map(({ id }): WriteLine => {
    return ['XADD', key, how === 'keep' ? id : '*', ...(copies.get(id) ?? [])]
  })
  const digests = new Map([...copies].map(([id, fields]) => [id, digestOfCopy(fields)]))
  const digestOf = (id: EntryId): string => digests.get(id) ?? ''
  const batch: Batch = {
    number,
    observation: { at: now },
    rows: part.map(unheld),
    held: digestOf,
    send: () => sendAdds(context, idsOf(part), lines),
    readBack: (lost, fenced) => readCopiesBack(context, { how, provenance, at: now, digestOf }, lost, fenced),
  }
  yield* runBatch(context, batch, signal)
}

function mostOf(perSecond: number | null): number {
  return perSecond === null ? Infinity : Math.max(1, Math.ceil(perSecond / PARTS_PER_SECOND))
}

function beyondPlan({ id }: CopyPlan): AppError<'STALE_PLAN'> {
  return new AppError('STALE_PLAN', { planId: id, problem: message('plan.stream-anew') })
}
