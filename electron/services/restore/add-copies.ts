import type { EntryId } from '../../../shared/entry-id'
import { isAppError, type AppError } from '../../../shared/error'
import type { WriteLine } from '../../redis/reader-writer'
import { asId } from '../../redis/reply'
import { serverTimeMs } from '../../redis/clock'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { idsOf, runBatch } from '../jobs/run-batch'
import { digestOfCopy } from '../inspection/same-bodies'
import { findCopies } from '../inspection/find-copies'
import type { BatchOutcome } from '../jobs/run-context'
import type { Sent } from '../jobs/send-commands'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { unheld, type RestoreContext } from './context'
import { noteMade } from './note-made'
import { inParts, type SavedEntry } from './parts'
import { createStillThere } from './still-there'
import { reasonOf } from '../lib/reason-of'

/**
 * The fields that follow an entry's own in its copy, if asked for: `sluice:restored` (the journal's record) and
 * `sluice:restored-id` (its id before). By them a copy is known again when a reply got lost.
 */
export function restoredTail(recordId: string, id: EntryId): readonly Buffer[] {
  return ['sluice:restored', recordId, 'sluice:restored-id', id].map((text) => Buffer.from(text))
}

export interface CopiesOrder {
  readonly provenance: boolean
  /** See `CopiesRequest`. */
  readonly hasIds: boolean
  /** The stream was not there. */
  readonly creates: boolean
  /** Positions in the backup of what the stream held when the plan was made, in order: what went since is not what was shown. */
  readonly there: readonly (readonly [number, number])[]
}

/**
 * Adds entries to the end of a stream by new ids, in transactions of at most 100 entries and 1 MiB; but for those that it
 * holds, or held.
 */
export async function* addCopies(
  context: RestoreContext,
  entries: AsyncIterable<SavedEntry>,
  { provenance, hasIds, creates, there }: CopiesOrder,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { record, reader } = context
  const stillThere = createStillThere(context)
  let number = 0
  let at = 0
  const wasThere = ({ number: index }: SavedEntry): boolean => {
    while ((there[at]?.[1] ?? Infinity) < index) at += 1
    return (there[at]?.[0] ?? Infinity) <= index
  }
  for await (const all of inParts(entries)) {
    if (signal.aborted) return
    const others = all.filter((entry) => !wasThere(entry))
    const held = hasIds ? await stillThere(others) : new Set<EntryId>()
    const part = others.filter(({ id }) => !held.has(id))
    const leftAlone = all.length - part.length
    if (leftAlone > 0) yield { done: leftAlone, counts: { ...noCounts, leftAlone } }
    if (part.length === 0) continue
    const now = await serverTimeMs(reader)
    const copies = part.map(({ id, fields }) => [...fields, ...(provenance ? restoredTail(record.id, id) : [])])
    const lines = copies.map((fields): WriteLine => ['XADD', context.key, '*', ...fields])
    const digests = new Map(part.map(({ id }, at) => [id, digestOfCopy(copies[at] ?? [])]))
    const digestOf = (id: EntryId): string => digests.get(id) ?? ''
    const send = () => sendAdds(context, idsOf(part), lines)
    const readBack = (lost: readonly EntryId[]) => readAddsBack(context, now, lost, provenance)
    const isFirst = number === 0
    const batch = { number: number++, observation: { at: now }, rows: part.map(unheld), held: digestOf, send, readBack }
    for await (const step of runBatch(context, batch, signal)) {
      if (isFirst && creates) await noteMade(context)
      yield step
    }
    if (signal.aborted) return
  }
}

/** XADDs, each for the entry of that position, in one transaction where there are such. Says what the replies told. */
export async function sendAdds(
  context: RestoreContext,
  ids: readonly EntryId[],
  lines: readonly WriteLine[],
): Promise<Sent> {
  const copies: [EntryId, EntryId][] = []
  const refused: { readonly id: EntryId; readonly error: AppError }[] = []
  const lost: EntryId[] = []
  let unsent: readonly EntryId[] = []
  let error: Error | null = null
  const take = (at: number, reply: unknown): void => {
    const id = ids[at]
    if (id === undefined) return
    if (isAppError(reply)) refused.push({ id, error: reply })
    else copies.push([id, asId(reply as Buffer)])
  }
  try {
    if (context.server.capabilities.multi.available) {
      for (const [at, reply] of (await context.writer.transaction(lines)).entries()) take(at, reply)
    } else {
      for (const [at, [command, ...args]] of lines.entries()) take(at, await context.writer.write(command, ...args))
    }
  } catch (caught) {
    error = caught instanceof Error ? caught : new Error('a command failed', { cause: caught })
    // A transaction is carried out as a whole or not at all; one by one, what follows was never sent.
    const rest = ids.slice(copies.length)
    const sent = context.server.capabilities.multi.available ? rest : rest.slice(0, 1)
    if (isOutcomeUnknown(caught)) lost.push(...sent)
    unsent = rest.slice(lost.length)
  }
  return {
    counts: { ...noCounts, changed: copies.length },
    except: [...refused.map(({ id }) => id), ...unsent],
    until: await serverTimeMs(context.reader).catch(() => null),
    lost,
    error: error ?? refused[0]?.error ?? null,
    copies,
    failures: refused.map(({ id, error: why }) => ({ id, reason: reasonOf(why) })),
  }
}

/** Copies are known by their own last fields. Without such, nobody can tell ours from what a producer added. */
export async function readAddsBack(
  { reader, key, record }: RestoreContext,
  at: number,
  lost: readonly EntryId[],
  provenance: boolean,
): Promise<BatchOutcome> {
  if (!provenance) return { counts: { ...noCounts, unknown: lost.length }, except: [], until: null }
  const expected = lost.map((id) => ({ id, tail: restoredTail(record.id, id) }))
  const { copies, complete } = await findCopies({ reader, key }, at, expected)
  const missing = lost.filter((id) => !copies.has(id))
  const rest = complete ? { leftAlone: missing.length } : { unknown: missing.length }
  return {
    counts: { ...noCounts, changed: copies.size, ...rest },
    except: complete ? missing : [],
    until: null,
    copies: [...copies],
  }
}
