import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { ServerInfo } from '../../../../shared/model/connection'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { keySlot } from '../../../../shared/key-slot'
import { toBuffer } from '../../../redis/bytes'
import { COPY_AND_ACK_MAX } from '../../../redis/scripts/copy-and-ack'
import { noCounts, sumOf } from '../../../../shared/judgement/job-counts'
import { asOne } from '../../jobs/as-one'
import type { JobStep } from '../../jobs/job-step'
import { isInterrupted } from '../../jobs/lost-reply'
import { runBatch } from '../../jobs/run-batch'
import { digestOfCopy } from '../../inspection/same-bodies'
import { createBodyParts } from '../../inspection/body-parts'
import type { Copying, CopyPart } from './copy-part'
import { copyWays, type CopyWay } from './copy-ways'
import { copyByCommands } from './copy-by-commands'
import { copyByScript } from './copy-by-script'
import { createOriginalsEnd, mayStay, notDeleted, type OriginalsEnd } from './delete-originals'
import { readCopiesBack, unreadCopies } from './read-copies-back'
import type { ActionContext, BatchOutcome, RunContext } from '../../jobs/run-context'
import type { SelectedBatch } from '../selection/selected'
import type { Sent } from '../../jobs/send-commands'
import { reasonOf } from '../../lib/reason-of'
import { message } from '../../../../shared/words/messages'

export function flatFields(fields: readonly (readonly [Bytes, Bytes])[] | undefined): readonly Buffer[] | null {
  return fields?.flatMap(([name, value]) => [toBuffer(name), toBuffer(value)]) ?? null
}

/** In a cluster a script reaches keys of one slot only. */
export function copiesByScript({ capabilities, mode }: ServerInfo, key: Buffer, target: Buffer): boolean {
  return capabilities.eval.available && (mode !== 'cluster' || keySlot(key) === keySlot(target))
}

export function copyGuard(server: ServerInfo, key: Buffer, target: Buffer): RecoveryPlan['guard'] {
  if (copiesByScript(server, key, target)) return { atomic: true, note: message('guard.copy-by-script') }
  const mayScript = server.capabilities.eval.available
  return { atomic: false, note: message(mayScript ? 'guard.copy-across-slots' : 'guard.copy') }
}

/** Copies entries to a stream, and acks each one whose copy is confirmed. Never the other way round. */
export async function* copyOut(
  context: ActionContext,
  copying: Copying,
  batches: AsyncIterable<SelectedBatch>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { deleteOriginal: mode } = copying
  const originals = mode === undefined ? null : createOriginalsEnd(context, mode)
  try {
    yield* copyParts(context, copying, originals, batches, signal)
  } finally {
    await originals?.close()
  }
}

async function* copyParts(
  context: RunContext,
  copying: Copying,
  originals: OriginalsEnd | null,
  batches: AsyncIterable<SelectedBatch>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key, server } = context
  const mayScript = copiesByScript(server, key, copying.target)
  const parts = createBodyParts(reader, key, COPY_AND_ACK_MAX)
  let number = 0
  for await (const { observation, untouched, moved } of batches) {
    if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
    for await (const { rows: all, bodies } of parts(untouched)) {
      const rows = all.filter(({ id }) => bodies.has(id))
      const gone = all.length - rows.length
      if (gone > 0) yield { done: gone, counts: { ...noCounts, gone } }
      for (const way of copyWays({ rows, bodies, at: observation.at }, copying, mayScript)) {
        if (signal.aborted) return
        yield* copyWay(context, copying, originals, { way, observation, number: number++ }, signal)
      }
      if (signal.aborted) return
    }
  }
}

interface Numbered {
  readonly way: CopyWay
  readonly observation: SelectedBatch['observation']
  readonly number: number
}

async function* copyWay(
  context: RunContext,
  copying: Copying,
  originals: OriginalsEnd | null,
  numbered: Numbered,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  if (originals) yield await originals.save([...numbered.way.bodies.values()])
  if (!numbered.way.byScript) await copying.trim?.ceiling.before(numbered.way.rows.length)
  yield* asOne(copyAndEnd(context, copying, originals, numbered, signal))
}

/** Copies and acks, and then deletes the originals if that is wanted. Which of them stay is told, whatever ends it. */
async function* copyAndEnd(
  context: RunContext,
  copying: Copying,
  originals: OriginalsEnd | null,
  { way, observation, number }: Numbered,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { rows, byScript } = way
  const progress = { copies: new Map<EntryId, EntryId>(), ackSent: new Set<EntryId>() }
  const part: CopyPart = { ...way, observation, progress }
  let failed = 0
  let copied: readonly EntryId[] = []
  const send = async (): Promise<Sent> => {
    const sent = await (byScript ? copyByScript : copyByCommands)(context, copying, part)
    failed = rows.length - sumOf(sent.counts) - sent.lost.length
    copied = (sent.copies ?? []).map(([id]) => id)
    return sent
  }
  const readBack = async (lost: readonly EntryId[], fenced: boolean): Promise<BatchOutcome> => {
    const read = await readCopiesBack(context, copying, part, lost, { byScript, fenced })
    if (originals === null) return read
    const except = new Set(read.except)
    const acked = (read.copies ?? []).map(([id]) => id).filter((id) => !except.has(id))
    // What is left alone may be copied and acked yet where that may still be carried out.
    const open = fenced ? lost.filter((id) => !except.has(id)) : lost
    return { ...read, failures: [...(read.failures ?? []), ...notDeleted(open, new Set(acked))] }
  }
  const unread = (lost: readonly EntryId[]) => {
    const { failures, ...known } = unreadCopies(part, lost)
    return { ...known, failures: originals === null ? failures : [...failures, ...notDeleted(lost, new Set())] }
  }
  const held = heldByEdited(copying, way)
  try {
    yield* runBatch(context, { number, observation, rows, atomic: byScript, held, send, readBack, unread }, signal)
    if (!byScript) await copying.trim?.ceiling.after(copied.length)
  } catch (error) {
    const why = isInterrupted(error) ? message('recovery.reply-was-lost') : reasonOf(error)
    if (originals) yield { done: 0, counts: noCounts, failures: mayStay(copied, why) }
    throw error
  }
  if (originals) yield* originals.delete(copied, signal)
  // In no count: they are told of one by one.
  if (failed > 0) yield { done: failed, counts: noCounts }
}

/** What others hold is told by their entries. */
function heldByEdited({ fields, provenance }: Copying, { rows, at }: CopyWay): ((id: EntryId) => string) | undefined {
  if (fields === null) return undefined
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  return (id) => {
    const row = rowOf.get(id)
    return row === undefined ? '' : digestOfCopy([...fields, ...(provenance?.(row, at) ?? [])])
  }
}
