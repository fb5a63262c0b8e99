import type { Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { JobCounts } from '../../../shared/model/job'
import type { Restored } from '../../../shared/model/restore'
import { fromBuffer, nameKey, toBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { unlinkIfSame } from '../../redis/scripts/unlink-if-same'
import { unlink } from '../../redis/unlink'
import { groupInfos, streamInfo, type StreamInfo } from '../../redis/xinfo'
import type { RawEntry } from '../../redis/xrange'
import { findBackup } from '../backup/read-backup'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { sendOnce } from '../jobs/lost-reply'
import type { RestoreContext, RestoreSource } from './context'
import { liveEntries, noEntries } from './live-entries'
import { isSameBody, mergeById } from './merge'
import { chosenEntries } from './parts'
import { TOLD_EVERY } from './plan-copies'
import { streamOrNone } from './plan-rebuild'
import { isStandIn } from './write-part'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export type PastRebuild = Extract<Restored, { kind: 'rebuild' }>

/** The new key as it was found to be ours. */
export interface Removable {
  readonly name: Bytes
  readonly stream: StreamInfo
}

/**
 * Finds the key that a job made, by either of its names, and makes sure that nothing is lost with it: every entry is in the
 * backup or in the stream as well, and no group has read on from it. Throws NOT_FOUND stream, and BAD_INPUT where it is not
 * so (any more).
 */
export async function* findRemovable(
  source: RestoreSource,
  dataDir: string,
  past: PastRebuild,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, Removable> {
  const { reader } = source
  const isMaking = (await keyType(reader, toBuffer(past.making))) !== 'none'
  const name = isMaking ? past.making : past.target
  const key = toBuffer(name)
  const stream = await streamInfo(reader, key)
  await requireUnread(source, key, past)
  const kept = (await keptElsewhere(source, dataDir, past))[Symbol.asyncIterator]()
  let walked = 0
  let other = await kept.next()
  try {
    for await (const entry of liveEntries({ reader, key }, stream.lastGeneratedId)) {
      // A job that was left in the middle has not deleted them yet.
      if (isStandIn(entry)) continue
      while (!other.done && compareIds(other.value.id, entry.id) < 0) other = await kept.next()
      if (other.done || other.value.id !== entry.id || !isSameBody(other.value, entry)) throw onlyHere(name, entry.id)
      walked += 1
      if (walked % TOLD_EVERY === 0) yield { walked, total: Math.max(walked, stream.length) }
    }
  } finally {
    await kept.return(undefined)
  }
  return { name, stream }
}

/** Takes it away, unless it was added to in the meantime. */
export async function* removeRebuilt(
  context: RestoreContext,
  dataDir: string,
  past: PastRebuild,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const search: AsyncGenerator<unknown, Removable | undefined> = findRemovable(context, dataDir, past)
  try {
    for (;;) {
      const step = await search.next()
      if (signal.aborted) return
      if (step.done) {
        if (step.value) yield await remove(context, step.value, signal)
        return
      }
      yield { done: 0, counts: noCounts }
    }
  } finally {
    await search.return(undefined)
  }
}

async function remove(context: RestoreContext, { name, stream }: Removable, signal: AbortSignal): Promise<JobStep> {
  const key = toBuffer(name)
  const { writer, reader, server } = context
  const send = () => (server.capabilities.eval.available ? unlinkIfSame(writer, key, stream) : unlink(writer, key))
  const all = (counts: Partial<JobCounts>): JobStep => {
    return { done: stream.length, counts: { ...noCounts, ...counts }, total: stream.length }
  }
  const readBack = async (fenced: boolean): Promise<JobStep | null> => {
    if ((await keyType(reader, key)) === 'none') return all({ changed: stream.length })
    return fenced ? all({ leftAlone: stream.length }) : null
  }
  const sending = { send, readBack, unknown: all({ unknown: stream.length }) }
  if (!(await sendOnce(context, sending, signal))) throw touched(name, message('undo.added-to'))
  return all({ changed: stream.length })
}

async function requireUnread({ reader, key: source }: RestoreSource, key: Buffer, past: PastRebuild): Promise<void> {
  const made = new Map(past.groups.map(({ name, lastDeliveredId }) => [nameKey(name), lastDeliveredId]))
  const now = hasOwnName(source, past)
    ? []
    : await groupInfos(reader, source).catch((error: unknown) => {
        if (isAppError(error, 'NOT_FOUND')) return []
        throw error
      })
  const reached = new Map(now.map(({ name, lastDeliveredId }) => [nameKey(name), lastDeliveredId]))
  for (const { name, lastDeliveredId } of await groupInfos(reader, key)) {
    const id = nameKey(name)
    // As it was made, or as it was brought up to date since: no farther than the stream's own.
    const isOurs = [made.get(id), reached.get(id)].some(
      (at) => at !== undefined && compareIds(lastDeliveredId, at) <= 0,
    )
    if (!isOurs) throw touched(fromBuffer(key), message('undo.group-read-on', { group: fromBuffer(name) }))
  }
}

/** It was made under the name of a stream that was not there: there is no other. */
function hasOwnName(key: Buffer, { target }: PastRebuild): boolean {
  return toBuffer(target).equals(key)
}

/** What the backup and the stream hold by now, in order. */
async function keptElsewhere(source: RestoreSource, dataDir: string, past: PastRebuild) {
  // What it holds itself is not kept by that.
  const stream = hasOwnName(source.key, past) ? null : await streamOrNone(source)
  const live = stream === null ? noEntries() : liveEntries(source, stream.lastGeneratedId)
  const file = await findBackup(dataDir, past.file).catch((error: unknown) => {
    if (isAppError(error, 'NOT_FOUND')) return null
    throw error
  })
  return bodies(mergeById(file === null ? noEntries() : chosenEntries(file, { ids: null, stayed: true }), live, []))
}

async function* bodies(merged: ReturnType<typeof mergeById>): AsyncGenerator<RawEntry, void> {
  for await (const { body } of merged) if (body !== null) yield body
}

function onlyHere(name: Bytes, id: EntryId): AppError {
  return touched(name, message('undo.only-here', { id }))
}

function touched(name: Bytes, why: Message): AppError {
  const problem = message('undo.key-touched', { name, why })
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('undo.delete-by-hand') })
}
