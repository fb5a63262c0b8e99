import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { MAX_IDS } from '../../redis/batch'
import { fromBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { renameUnlessTaken } from '../../redis/rename-nx'
import { deleteEntries } from '../../redis/xdel'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { setLastId } from '../../redis/xsetid'
import type { BackupFile } from '../backup/read-backup'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireSame, type Snapshot } from '../inspection/stream-snapshot'
import type { RestoreContext } from './context'
import { copyIdempotence } from './copy-idempotence'
import { copyGroup } from './copy-group'
import { pendingIds, type GroupState } from './group-state'
import { liveEntries, noEntries } from './live-entries'
import { isLeftOut, mergeById } from './merge'
import { chosenEntries, inParts } from './parts'
import { onOurs, standInFor, writePart, type WrittenEntry } from './write-part'
import { message } from '../../../shared/words/messages'

/** What a job that makes a new key works with. Its `key` is the stream that the backup is of. */
export interface RebuildOrder extends RestoreContext {
  readonly planId: string
  readonly file: BackupFile
  readonly merge: boolean
  /** Also what stayed when it was saved. */
  readonly stayed: boolean
  readonly target: Buffer
  /** A name that nobody else knows, until all is there. */
  readonly making: Buffer
  /** As the plan counted them. */
  readonly entries: number
  /** As they were when it began; null where the stream is gone. */
  readonly snapshot: Snapshot | null
  readonly groups: readonly GroupState[]
}

/**
 * Makes a new key of a backup and, merged by id, what its stream held when the job began: the entries by their own ids, the
 * groups, and what is pending in them. All of it under a name of its own first, so that nothing of anybody else's can get
 * into it, and it gets its own name last, unless that is taken by then. The stream itself is only read.
 */
export async function* rebuild(order: RebuildOrder, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { making, groups, snapshot, key, planId } = order
  const made: Made = { written: 0, standIns: [], absent: new Set() }
  yield* writeEntries(order, made, signal)
  if (signal.aborted) return
  const stream = order.merge ? (snapshot?.stream ?? null) : null
  // Before the groups: from Redis 8.6 on no group has read more than was ever added.
  if (stream !== null) await setCounters(order, making, stream, signal)
  if (snapshot !== null) await copyIdempotence(order, making, signal)
  for (const group of groups) {
    const rows = group.rows.filter(({ id }) => !made.absent.has(id))
    yield* copyGroup(order, making, { ...group, rows }, null, signal)
    if (signal.aborted) return
  }
  for (let at = 0; at < made.standIns.length; at += MAX_IDS) {
    const ids = made.standIns.slice(at, at + MAX_IDS)
    await onOurs(order, signal, () => deleteEntries(order.writer, making, ids))
    yield { done: 0, counts: noCounts }
    if (signal.aborted) return
  }
  if (stream !== null && made.standIns.length > 0) await setCounters(order, making, stream, signal)
  if (snapshot !== null && order.merge) await requireSame(order.reader, key, snapshot, planId)
  if (signal.aborted) return
  const mark = noted(await readStreamMark(order.reader, making, { group: null, ids: [] }))
  if (mark !== undefined) await order.record.made([fromBuffer(order.target), mark])
  await giveName(order, signal)
  const gone = Math.max(0, order.entries - made.written)
  yield { done: gone, counts: { ...noCounts, gone }, total: order.entries }
}

interface Made {
  written: number
  standIns: EntryId[]
  /** Ids that are pending and have no entry here, not even one that stands in. */
  readonly absent: Set<EntryId>
}

async function* writeEntries(order: RebuildOrder, made: Made, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  let number = 0
  for await (const part of inParts(entriesOf(order, made))) {
    if (signal.aborted) return
    const step = await writePart(order, order.making, number++, part, signal)
    made.written += step.done
    yield step
  }
}

/** With stand-ins for what is pending and gone for good: only an entry that is there can be made pending. */
async function* entriesOf(order: RebuildOrder, made: Made): AsyncGenerator<WrittenEntry, void> {
  const { file, snapshot, merge, stayed, groups, server } = order
  const live = snapshot === null || !merge ? noEntries() : liveEntries(order, snapshot.stream.lastGeneratedId)
  const standsIn = merge && server.capabilities.xdel.available
  const all = chosenEntries(file, { ids: null, stayed: true })
  for await (const merged of mergeById(all, live, pendingIds(groups))) {
    const { id, body, isPending } = merged
    const leftOut = isLeftOut(merged, stayed)
    if (body !== null && !leftOut) yield body
    else if (!isPending) continue
    else if (standsIn) {
      made.standIns.push(id)
      yield standInFor(id)
    } else made.absent.add(id)
  }
}

/** What the server tells lags from, as it is in the stream (7.0+), and the id after which new entries come. */
export async function setCounters(
  context: RestoreContext,
  into: Buffer,
  { lastGeneratedId, entriesAdded, maxDeletedId }: StreamInfo,
  signal: AbortSignal,
): Promise<void> {
  const made = await streamInfo(context.reader, into)
  const lastId = compareIds(made.lastGeneratedId, lastGeneratedId) > 0 ? made.lastGeneratedId : lastGeneratedId
  const counters =
    entriesAdded === null || made.entriesAdded === null || maxDeletedId === null
      ? undefined
      : { entriesAdded: entriesAdded > made.length ? entriesAdded : made.length, maxDeletedId }
  await onOurs(context, signal, () => setLastId(context.writer, into, lastId, counters))
}

async function giveName(order: RebuildOrder, signal: AbortSignal): Promise<void> {
  const { reader, writer, making, target } = order
  const isDone = async (): Promise<boolean> => (await keyType(reader, making)) === 'none'
  if (await onOurs(order, signal, () => renameUnlessTaken(writer, making, target), isDone)) return
  const problem = message('restore.taken-meanwhile', { name: fromBuffer(target), making: fromBuffer(making) })
  throw new AppError('BAD_INPUT', { field: 'target', problem, remedy: message('restore.undo-or-rename') })
}
