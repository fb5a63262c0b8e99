import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { JobFailure } from '../../../shared/model/job'
import { addEntry } from '../../redis/xadd'
import { deleteEntries } from '../../redis/xdel'
import { entriesById } from '../../redis/xrange'
import { noCounts } from '../../../shared/judgement/job-counts'
import { idsOf } from '../jobs/run-batch'
import type { Sent } from '../jobs/send-commands'
import { isOutcomeUnknown } from '../jobs/outcome-unknown'
import { inBoth, notTaken, type RedriveContext } from './context'
import { tailOf, type Letter } from './letter'
import type { Part } from './part'

/** What became of one entry. `stays`: it was left where it was, for this reason. */
type Moved =
  | { readonly state: 'moved'; readonly copyId: EntryId }
  | { readonly state: 'gone' }
  | { readonly state: 'changed' }
  | { readonly state: 'stays' | 'lost'; readonly error: Error }
  | { readonly state: 'both'; readonly copyId: EntryId; readonly error: Error }

/**
 * Where no script can do it: one entry after the other is looked at, copied, and deleted once its copy is confirmed. The
 * first that can't be moved, or whose reply is lost, ends it there: what follows would come out of order.
 */
export async function redriveByCommands(context: RedriveContext, part: Part): Promise<Sent> {
  const ids = idsOf(part.letters)
  const counts = { ...noCounts }
  const copies: [EntryId, EntryId][] = []
  const failures: JobFailure[] = []
  const lost: EntryId[] = []
  let error: Error | null = null
  for (const letter of part.letters) {
    const { id } = letter
    const moved = await moveOne(context, part, letter)
    if (moved.state === 'moved') {
      counts.changed += 1
      copies.push([id, moved.copyId])
    } else if (moved.state === 'gone') {
      counts.gone += 1
    } else if (moved.state === 'changed') {
      counts.leftAlone += 1
    } else {
      error = moved.error
      if (moved.state === 'lost') lost.push(id)
      if (moved.state === 'stays') failures.push(...notTaken(id, part.target, error))
      if (moved.state === 'both') {
        counts.unknown += 1
        failures.push(inBoth(id, moved.copyId, error))
      }
      break
    }
  }
  const accountedFor = new Set([...copies.map(([id]) => id), ...lost])
  const except = ids.filter((id) => !accountedFor.has(id))
  return { counts, except, until: null, lost, error, copies, failures }
}

async function moveOne(context: RedriveContext, part: Part, letter: Letter): Promise<Moved> {
  const { reader, writer, key, server } = context
  const { target, create, at, progress } = part
  const { id, fields, own } = letter
  let copyId: EntryId
  try {
    const now = (await entriesById(reader, key, [id])).get(id)
    if (!now) return { state: 'gone' }
    if (!sameFields(now.fields, fields)) return { state: 'changed' }
    const copy = [...fields.slice(0, own), ...tailOf(letter, key, at)]
    const noMkStream = server.capabilities.noMkStream.available
    copyId = await addEntry(writer, target, '*', copy, { create, noMkStream })
    progress.copies.set(id, copyId)
  } catch (error) {
    return { state: isOutcomeUnknown(error) ? 'lost' : 'stays', error: asError(error) }
  }
  try {
    progress.deleteSent.add(id)
    if ((await deleteEntries(writer, key, [id])) > 0) return { state: 'moved', copyId }
  } catch (error) {
    // It was not sent: the connection was lost just before.
    if (isAppError(error, 'UNREACHABLE')) progress.deleteSent.delete(id)
    if (isAppError(error, 'UNREACHABLE') || isOutcomeUnknown(error)) return { state: 'lost', error }
    const left = await takeBack(context, target, copyId)
    return left === null ? { state: 'stays', error: asError(error) } : { state: 'both', copyId, error: asError(error) }
  }
  // Somebody else took it in between: the copy is one too many.
  const left = await takeBack(context, target, copyId)
  return left === null ? { state: 'gone' } : { state: 'both', copyId, error: left }
}

/** Deletes a copy whose entry was not deleted by us. Null when that was done; else why it may be there still. */
async function takeBack({ writer }: RedriveContext, target: Buffer, copyId: EntryId): Promise<Error | null> {
  try {
    await deleteEntries(writer, target, [copyId])
    return null
  } catch (error) {
    return asError(error)
  }
}

function sameFields(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  return a.length === b.length && a.every((part, at) => part.equals(b[at] ?? Buffer.alloc(0)))
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('a command failed', { cause: reason })
}
