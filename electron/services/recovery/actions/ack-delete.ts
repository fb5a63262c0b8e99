import type { Bytes } from '../../../../shared/bytes'
import { MIN_ID, type EntryId } from '../../../../shared/entry-id'
import type { ServerInfo } from '../../../../shared/model/connection'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { isAppError, type AppError } from '../../../../shared/error'
import { fromBuffer } from '../../../redis/bytes'
import { asNumber, type Reply } from '../../../redis/reply'
import { CHECKED_ACK_DELETE_MAX, checkedAckDelete } from '../../../redis/scripts/checked-ack-delete'
import { ackAndDelete } from '../../../redis/xackdel'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { JobStep } from '../../jobs/job-step'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { createBodyLog, type BodyLog } from '../../backup/body-log'
import { createBodyParts, rowParts } from '../../inspection/body-parts'
import { ackDeleteLines } from './command-lines'
import { BATCH, idleByNow, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import { countLosses } from '../../inspection/other-groups'
import { goneIds } from '../../inspection/entry-presence'
import { trimmedAway } from '../../inspection/trimmed-away'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { readAcksBack, type AcksSent } from '../acks/read-acks-back'
import { sendAll, type Sent } from '../../jobs/send-commands'
import { mayScript } from '../acks/ack-sendings'
import { message } from '../../../../shared/words/messages'
import { reasonOf } from '../../lib/reason-of'

type AckDelete = Extract<RecoveryAction, { kind: 'ackDelete' }>

/** Two commands per entry in one transaction. */
const TRANSACTION_ENTRIES = 50

/**
 * Acks and deletes, batch by batch, what is still as the plan saw it: by XACKDEL where the server has it (8.2+), else by
 * XACK and XDEL, which is the same as KEEPREF. Neither knows an owner, so where scripts are allowed one of them looks
 * first. Before anything of a batch goes, its bodies are in a file on the disk.
 */
export const ackDelete: ActionKind<AckDelete> = {
  guard(_action, { server }) {
    if (mayScript(server)) {
      const code = hasAckDelete(server) ? 'guard.xackdel-by-script' : 'guard.xack-xdel-by-script'
      return { atomic: true, note: message(code) }
    }
    return { atomic: false, note: message(hasAckDelete(server) ? 'guard.xackdel' : 'guard.xack-xdel') }
  },
  resolveTargets: (action) => action,
  summary: ({ references }) => message('recovery.ack-delete', { references }),
  recipient: () => null,
  isAlreadySo: () => false,
  deletes: () => true,
  copiesTo: () => null,
  arriving: () => new Map(),
  warnings: () => [],
  notes: () => [],
  undo: ({ keepBodies }) => ({
    possible: false,
    note: message(keepBodies ? 'undo.backup-to-add' : 'undo.no-way'),
  }),
  commands: ({ references }, group, [first = []], _arriving, { server }) =>
    ackDeleteLines(group, idsOf(first), hasAckDelete(server) ? references : null),
  async *run(context, action, _plan, batches, signal) {
    const { record, dataDir, key } = context
    const log = action.keepBodies ? createBodyLog(dataDir, record.id, fromBuffer(key), 'ack-delete') : null
    const most = mostOf(context.server)
    const parts = log === null ? rowParts(most) : createBodyParts(context.reader, key, most)
    let number = 0
    let kept: readonly EntryId[] = []
    let isLookedUp = false
    try {
      for await (const { observation, untouched, moved } of batches) {
        if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
        for await (const { rows, bodies } of parts(untouched)) {
          if (log !== null && bodies.size > 0) yield await saved(record, log, [...bodies.values()])
          if (signal.aborted) return
          await context.requireGroups(rows.at(-1)?.id ?? MIN_ID)
          const wasGone = await goneBefore(context, idsOf(rows), log === null ? null : bodies)
          const send = async () => {
            const sent = await sendAndTell(context, action, { rows, observation }, log)
            kept = sent.kept
            return sent
          }
          const readBack = async (lost: readonly EntryId[], fenced: boolean) => {
            const { went, outcome } = await readDeletedBack(
              context,
              { rows, seenAt: observation.at, wasGone, mode: action.references },
              lost,
            )
            if (fenced) await log?.confirm(went)
            return outcome
          }
          yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
          if (kept.length > 0 && !isLookedUp) {
            isLookedUp = true
            const keptFor = await whoNeeds(context, kept)
            if (keptFor !== null) yield { done: 0, counts: noCounts, keptFor }
          }
          if (signal.aborted) return
        }
      }
    } finally {
      await log?.close()
    }
  },
  giveBack: () => null,
}

function hasAckDelete({ capabilities }: ServerInfo): boolean {
  return capabilities.xackdel.available
}

function mostOf(server: ServerInfo): number {
  if (mayScript(server)) return CHECKED_ACK_DELETE_MAX
  return hasAckDelete(server) ? BATCH : TRANSACTION_ENTRIES
}

async function saved(
  record: RunContext['record'],
  log: BodyLog,
  bodies: Parameters<BodyLog['add']>[0],
): Promise<JobStep> {
  await log.add(bodies)
  await record.backup(log.file)
  return { done: 0, counts: noCounts, backupFile: log.file }
}

/** Entries of one sending, and when they were read. */
interface PartRead {
  readonly rows: readonly ObservedRow[]
  readonly observation: Observation
}

/** What was acked counts, also where deleting it was refused then: that is told entry by entry, and ends the job. */
async function sendAndTell(
  context: RunContext,
  action: AckDelete,
  read: PartRead,
  log: BodyLog | null,
): Promise<Sent & { readonly kept: readonly EntryId[] }> {
  let kept: readonly EntryId[] = []
  let half: HalfDone | null = null
  let deleted: readonly EntryId[] = []
  let wasGone = 0
  const send = async (): Promise<readonly EntryId[]> => {
    log?.sent()
    const part = await sendPart(context, action, read)
    half = part.half
    deleted = part.deleted
    kept = part.kept
    wasGone = part.wasGone
    return part.acked
  }
  const whyNot = (ids: readonly EntryId[]) => Promise.resolve({ ...noCounts, leftAlone: ids.length })
  const sent = await sendAll(context.writer, [{ ids: idsOf(read.rows), send }], whyNot)
  // Refused, nothing went.
  if (sent.lost.length === 0) await log?.confirm(deleted)
  const counts = {
    ...sent.counts,
    ...(kept.length > 0 && { kept: kept.length }),
    ...(wasGone > 0 && { wasGone }),
  }
  return { ...sent, counts, kept, ...(half === null ? {} : toldOf(half)) }
}

/** The groups that hold some of these, or have not read them; null where that can't be told. One look, for a first part. */
async function whoNeeds(context: RunContext, ids: readonly EntryId[]): Promise<readonly Bytes[] | null> {
  try {
    const losses = await countLosses(context)
    await losses.add(ids, true)
    return losses.losses(0).map(({ name }) => name)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/** Entries that were acked and not deleted, with the server's refusal. */
interface HalfDone {
  readonly ids: readonly EntryId[]
  readonly error: AppError
}

function toldOf({ ids, error }: HalfDone): Pick<Sent, 'error' | 'failures'> {
  const reason = message('recovery.acked-only', { why: reasonOf(error) })
  return { error, failures: ids.map((id) => ({ id, reason })) }
}

interface PartDone {
  readonly acked: readonly EntryId[]
  readonly deleted: readonly EntryId[]
  /** Acked, and still in the stream. */
  readonly kept: readonly EntryId[]
  /** Of the acked, so many were gone from the stream before: what is to be deleted then was not deleted by us. */
  readonly wasGone: number
  readonly half: HalfDone | null
}

async function sendPart(
  { reader, writer, key, group, server }: RunContext,
  { references }: AckDelete,
  { rows, observation }: PartRead,
): Promise<PartDone> {
  const ids = idsOf(rows)
  const mode = hasAckDelete(server) ? references : null
  if (mayScript(server)) {
    const { states, failure, left } = await checkedAckDelete(
      writer,
      key,
      group,
      rows,
      mode,
      idleByNow(rows, observation),
    )
    const kept = ids.filter((_, at) => states[at] === 'kept')
    const acked = ids.filter((_, at) => states[at] === 'deleted' || states[at] === 'kept')
    const deleted = ids.filter((_, at) => states[at] === 'deleted')
    const wasGone = left === null ? 0 : deleted.length - left
    return { acked, deleted, kept, wasGone, half: failure && { ids: kept, error: failure } }
  }
  if (mode !== null) {
    const gone = await goneIds(reader, key, ids).catch(noneKnown)
    const results = await ackAndDelete(writer, key, group, ids, mode)
    const deleted = ids.filter((_, at) => results[at] === 'deleted')
    const kept = ids.filter((_, at) => results[at] === 'kept')
    const wasGone = deleted.filter((id) => gone.has(id)).length
    return { acked: ids.filter((_, at) => results[at] !== 'absent'), deleted, kept, wasGone, half: null }
  }
  const pairs = ids.flatMap((id) => [['XACK', key, group, id] as const, ['XDEL', key, id] as const])
  return readPairs(ids, await writer.transaction(pairs))
}

function noneKnown(error: unknown): ReadonlySet<EntryId> {
  if (isAppError(error, 'REDIS')) return new Set()
  throw error
}

/** The replies to an XACK and an XDEL for each. Throws where an XACK was refused. */
function readPairs(ids: readonly EntryId[], replies: readonly (Reply | AppError)[]): PartDone {
  const acked: EntryId[] = []
  const deleted: EntryId[] = []
  const kept: EntryId[] = []
  let wasGone = 0
  let refusal: AppError | null = null
  for (const [at, id] of ids.entries()) {
    const [ack = 0, deletion = 0] = [replies[at * 2], replies[at * 2 + 1]]
    if (isAppError(ack)) throw ack
    const isAcked = asNumber(ack) > 0
    if (isAppError(deletion)) {
      refusal ??= deletion
      if (isAcked) kept.push(id)
    }
    const isDeleted = !isAppError(deletion) && asNumber(deletion) > 0
    if (isDeleted) deleted.push(id)
    else if (isAcked && !isAppError(deletion)) wasGone += 1
    if (isAcked || isDeleted) acked.push(id)
  }
  return { acked, deleted, kept, wasGone, half: refusal && { ids: kept, error: refusal } }
}

/** Of these, the ones that are gone from the stream before anything is sent. `bodies`: of those that were read just now. */
async function goneBefore(
  { reader, key }: RunContext,
  ids: readonly EntryId[],
  bodies: ReadonlyMap<EntryId, unknown> | null,
): Promise<ReadonlySet<EntryId>> {
  if (bodies !== null) return new Set(ids.filter((id) => !bodies.has(id)))
  return goneIds(reader, key, ids).catch(noneKnown)
}

interface DeletionSent extends Omit<AcksSent, 'commands'> {
  readonly wasGone: ReadonlySet<EntryId>
  readonly mode: AckDelete['references']
}

/**
 * What is pending was left; what is no longer pending, was in the stream and is not any more, was acked and deleted. The rest
 * nobody can tell: that an entry is gone proves nothing where it was so before, or where it was trimmed away. All goes by one
 * command: where that never arrived, others did whatever happened. `went`: what is in the stream no more, by whomever.
 */
async function readDeletedBack(
  context: RunContext,
  { wasGone, mode, ...seen }: DeletionSent,
  lost: readonly EntryId[],
): Promise<{ readonly went: readonly EntryId[]; readonly outcome: BatchOutcome }> {
  const { counts: read, ...rest } = await readAcksBack(context, { ...seen, commands: [idsOf(seen.rows)] }, lost)
  const left = new Set(rest.except)
  const acked = lost.filter((id) => !left.has(id))
  const gone = await goneIds(context.reader, context.key, acked)
  const went = acked.filter((id) => gone.has(id) && !wasGone.has(id))
  const trimmed = await trimmedAway(context, went)
  // But for ACKED it deletes all of them, so that with one trimmed away it came too late for all before that one.
  const deleted = trimmed.size > 0 && mode !== 'ACKED' ? [] : went.filter((id) => !trimmed.has(id))
  const counts = { ...read, changed: deleted.length, unknown: acked.length - deleted.length }
  return { went, outcome: { ...rest, counts } }
}
