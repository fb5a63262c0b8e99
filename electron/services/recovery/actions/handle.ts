import type { EntryId } from '../../../../shared/entry-id'
import { isAppError, type AppError } from '../../../../shared/error'
import type { JobFailure } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import type { JobStep } from '../../jobs/job-step'
import type { SelectedBatch } from '../selection/selected'
import { addCounts, noCounts } from '../../../../shared/judgement/job-counts'
import type { ActionKind } from '../action'
import { idsOf, runBatch, type Batch } from '../../jobs/run-batch'
import { createBodyParts } from '../../inspection/body-parts'
import { claimLines } from './command-lines'
import { movedEntries, type MovedEntries } from '../../inspection/moved-entries'
import { observeIds } from '../../inspection/observe-pending'
import type { ActionContext, BatchOutcome, RunContext } from '../../jobs/run-context'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import { readAcksBack, type AcksSent } from '../acks/read-acks-back'
import { sendAll, type Sending, type Sent } from '../../jobs/send-commands'
import { createHashKeeper, type HashKeeper } from '../hashes/hash-keeper'
import { hashesGivenBack } from '../hashes/hashes-given-back'
import { findHashes } from '../hashes/hashes-found'
import { hashWritesOf, writeHashes, type HashesWritten, type HashWrite } from '../hashes/write-hashes'
import { ackSendings } from '../acks/ack-sendings'
import { MOST_TRIES, readAgain, sendClaims, type ClaimBatch } from '../claims/claim-batch'
import { ack } from './ack'
import { idleAfter } from '../claims/idle-after'
import { mostAtOnce } from '../claims/kept-idle'
import { idleAnew } from '../undo/worked-on'
import { claim, guardOfClaim } from './claim'
import { message, sentence } from '../../../../shared/words/messages'
import { reasonOf } from '../../lib/reason-of'

type Handle = Extract<RecoveryAction, { kind: 'handle' }>

/** The most entries that are claimed, written and acked together. */
const PART = 100

/**
 * What a monitor does: claims an entry, writes its fields to a hash, and acks it once the server has confirmed the write.
 * Never in one MULTI: there a write that fails does not keep the ack from being carried out. An entry that could not be
 * written stays pending, with its new owner. What the hash held before is in a file on the disk by then.
 */
export const handle: ActionKind<Handle> = {
  selection: ({ minIdleMs }, selection) => idleAtLeast(selection, minIdleMs),
  guard(_action, facts) {
    const [claims, acks] = [guardOfClaim(facts), ack.guard({ kind: 'ack' }, facts)]
    const notes = { claim: claims.note, ack: acks.note }
    return { atomic: acks.atomic, note: message(acks.atomic ? 'guard.handle' : 'guard.handle-by-commands', notes) }
  },
  resolveTargets: (action, _from, facts) => ({ ...action, idle: idleAfter(action, facts) }),
  summary: ({ to, prefix, idField }) => message('recovery.handle', { to, prefix, idField }),
  recipient: ({ to }) => to,
  isAlreadySo: () => false,
  deletes: () => false,
  copiesTo: () => null,
  arriving: () => new Map(),
  warnings: ({ to }, facts) => [
    ...claim.warnings({ kind: 'claim', to, includeGone: false }, facts),
    'one-value-per-field',
  ],
  notes: ({ to, idle }, _facts, seen) => [
    idle === 'kept'
      ? message('recovery.unwritten-kept', { to })
      : message('recovery.unwritten-anew', { to, idle: idleAnew(seen) }),
  ],
  hashes: ({ prefix, idField }, { reader, key }, ids) =>
    findHashes(
      { reader, key },
      { prefix: toBuffer(prefix), idField: idField === null ? null : toBuffer(idField) },
      ids,
    ),
  undo: () => ({ possible: true, note: message('undo.handle-hashes') }),
  commands: ({ to, prefix, idField, ...how }, { key, group }, [first = []]) =>
    first.length === 0
      ? []
      : [...claimLines(key, group, to, first, how), sentence(message('script.write-and-ack', { prefix, idField }))],
  async *run(context, action, plan, batches, signal) {
    const keeper = createHashKeeper(context, (plan.hashes?.unknown ?? 0) > 0)
    try {
      yield* handleAll(context, action, keeper, batches, signal)
    } finally {
      await keeper.close()
    }
  },
  giveBack: (_action, past) => hashesGivenBack(past),
}

async function* handleAll(
  context: ActionContext,
  action: Handle,
  keeper: HashKeeper,
  batches: AsyncIterable<SelectedBatch>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const parts = createBodyParts(context.reader, context.key, PART)
  const naming = { prefix: toBuffer(action.prefix), idField: action.idField === null ? null : toBuffer(action.idField) }
  let number = 0
  for await (const { observation, untouched, moved } of batches) {
    if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
    for await (const part of parts(untouched)) {
      const gone = part.rows.length - part.bodies.size
      const { writes, failures } = hashWritesOf(part, naming)
      const unfit = { done: gone + failures.length, counts: { ...noCounts, gone }, failures }
      if (unfit.done > 0) yield unfit
      const rows = part.rows.filter(({ id }) => writes.has(id))
      for (let at = 0; at < rows.length;) {
        if (signal.aborted) return
        const some = rows.slice(at, at + (await mostAtOnce(context, action)))
        const batch = { observation, rows: some, to: toBuffer(action.to), how: action }
        yield* handleSome(context, batch, { writes, keeper, next: () => number++ }, signal)
        at += some.length
      }
    }
  }
}

async function* handleSome(
  context: ActionContext,
  some: ClaimBatch,
  { writes, keeper, next }: { readonly next: () => number } & Writing,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let batch = some
  for (let tries = 1; batch.rows.length > 0 && !signal.aborted; tries += 1) {
    // A ticked entry that its consumer got once more just before is read again, and goes with a batch of its own.
    const again = tries < MOST_TRIES ? new Set<EntryId>() : null
    const work = createWork(context, { ...batch, again }, { writes, keeper })
    yield* runBatch(context, { number: next(), observation: batch.observation, rows: batch.rows, ...work }, signal)
    // In no count: they are told of one by one.
    if (work.failed() > 0) yield { done: work.failed(), counts: noCounts }
    if (again === null || again.size === 0) return
    batch = { ...batch, ...(await readAgain(context, batch, again)) }
  }
}

function idleAtLeast(selection: Selection, minIdleMs: number): Selection {
  if (selection.kind === 'ids') return { ...selection, minIdleMs }
  const criteria = selection.kind === 'consumer' ? { consumers: [selection.consumer] } : selection.criteria
  return { kind: 'matching', criteria: { ...criteria, minIdleMs: Math.max(minIdleMs, criteria.minIdleMs ?? 0) } }
}

interface Writing {
  readonly writes: ReadonlyMap<EntryId, HashWrite>
  readonly keeper: HashKeeper
}

interface Work {
  moved(until: number): MovedEntries | undefined
  send(): Promise<Sent>
  readBack(lost: readonly EntryId[]): Promise<BatchOutcome>
  unread: NonNullable<Batch['unread']>
  failed(): number
}

/** An ack that tells of what the server refused: it is the new owner's by then, and written. */
function tellingOf({ ids, send }: Sending, refused: JobFailure[]): Sending {
  return {
    ids,
    async send() {
      try {
        return await send()
      } catch (error) {
        if (!isOutcomeUnknown(error)) {
          const reason = message('recovery.not-acked', { why: reasonOf(error) })
          refused.push(...ids.map((id) => ({ id, reason })))
        }
        throw error
      }
    },
  }
}

/** Writes what may be written, once what it overwrites is on the disk. Gives why nothing was sent at all. */
async function keepAndWrite(
  context: RunContext,
  keeper: HashKeeper,
  writes: readonly HashWrite[],
): Promise<HashesWritten | AppError> {
  try {
    const kept = await keeper.keep(writes)
    const hashes = await writeHashes(context, kept.writes)
    await keeper.refused(hashes.failures.map(({ id }) => id))
    return { ...hashes, failures: [...kept.failures, ...hashes.failures] }
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
}

/** Claims, writes and acks some entries. Each step waits for the server's word on the one before. */
function createWork(
  context: ActionContext,
  { again, ...batch }: ClaimBatch & { readonly again: Set<EntryId> | null },
  { writes, keeper }: Writing,
): Work {
  const { reader, writer } = context
  let acks: AcksSent | null = null
  let claimed: ReadonlySet<EntryId> = new Set()
  let notClaimed = idsOf(batch.rows)
  let failed = 0

  const send = async (): Promise<Sent> => {
    const claims = await sendClaims(context, batch, again)
    notClaimed = claims.except
    const left = new Set([...claims.except, ...claims.lost])
    const ours = batch.rows.filter(({ id }) => !left.has(id))
    claimed = new Set(idsOf(ours))
    const claimedOnly = (why: Error): Sent => {
      const reason = message('recovery.claimed-only', { why: reasonOf(why) })
      const failures = ours.map(({ id }) => ({ id, reason }))
      const counts = { ...claims.counts, changed: 0 }
      return { ...claims, counts, except: [...claims.except, ...idsOf(ours)], failures, error: why }
    }
    if (claims.error) return claimedOnly(claims.error)
    const hashes = await keepAndWrite(
      context,
      keeper,
      ours.flatMap(({ id }) => writes.get(id) ?? []),
    )
    if (hashes instanceof Error) return claimedOnly(hashes)
    const { failures } = hashes
    failed = failures.length
    const none = { ...claims.counts, changed: 0, written: hashes.written.size }
    const except = [...claims.except, ...failures.map(({ id }) => id)]
    const told = { ...claims, counts: none, except, failures, error: hashes.error }
    // Without a connection nothing can be acked: what was written is read back with the rest.
    if (hashes.lost.length > 0) return { ...told, lost: [...hashes.written, ...hashes.lost] }
    const written = ours.filter(({ id }) => hashes.written.has(id)).map((row) => ({ ...row, consumer: batch.to }))
    if (written.length === 0) return told
    const notAcked: JobFailure[] = []
    const sendings = ackSendings(context, written, null).map((each) => tellingOf(each, notAcked))
    acks = { commands: sendings.map(({ ids }) => ids), rows: written, seenAt: (claims.until ?? -1) + 1 }
    const acked = await sendAll(writer, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
    failed += notAcked.length
    return {
      ...{ failures: [...failures, ...notAcked], lost: acked.lost, until: acked.until },
      counts: addCounts(none, acked.counts),
      except: [...except, ...acked.except],
      error: acked.error ?? hashes.error,
    }
  }

  /** What is the target's is not acked, and told of. What is pending with nobody may be our doing only once acks were sent. */
  const readBack = async (lost: readonly EntryId[]): Promise<BatchOutcome> => {
    const { rows, at } = await observeIds(reader, context.key, context.group, lost)
    const held = rows.filter(({ consumer }) => consumer.equals(batch.to))
    const none = { counts: { ...noCounts, leftAlone: lost.length }, except: lost, until: at }
    const { counts, ...read } = acks === null ? none : await readAcksBack(context, acks, lost)
    return {
      ...read,
      counts: { ...counts, leftAlone: counts.leftAlone - held.length },
      failures: held.map(({ id }) => ({ id, reason: message('recovery.lost-before-ack') })),
    }
  }
  /** With no ack sent, what was claimed is told; nothing of it was acked by us. */
  const unread: Work['unread'] = (lost) =>
    acks === null
      ? {
          except: lost,
          failures: lost
            .filter((id) => claimed.has(id))
            .map((id) => ({ id, reason: message('recovery.lost-before-ack') })),
        }
      : { except: [], unsure: lost }
  // What stays with the target is as idle as it was with its holder.
  const moved: Work['moved'] = (until) => {
    if (batch.how?.idle !== 'kept') return undefined
    return movedEntries(fromBuffer(batch.to), until, batch.rows, notClaimed)
  }
  return { send, readBack, unread, moved, failed: () => failed }
}
