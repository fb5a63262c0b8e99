import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { GroupSource, Source } from '../../redis/source'
import { consumerInfos, findGroup, streamInfo, type GroupInfo, type StreamInfo } from '../../redis/xinfo'
import { entriesById } from '../../redis/xrange'
import { walk } from '../inspection/stream-walk'
import type { Found } from './told-or-found'

/** So many entries are looked through for one. */
const MOST_LOOKED_THROUGH = 10_000

/** What is read before something is added, in case that it has to be looked for. Null: the server refuses to tell. */
export async function unlessRefused<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}

/** Where a stream ends. One that is not there ends at 0-0. */
export type StreamEnd = Pick<StreamInfo, 'lastGeneratedId' | 'entriesAdded'>
const NO_STREAM: StreamEnd = { lastGeneratedId: '0-0', entriesAdded: 0 }

export async function streamEnd({ reader, key }: Source): Promise<StreamEnd> {
  return streamInfo(reader, key).catch(orMissing(NO_STREAM))
}

/** An entry under the id that it was given. What is there with other fields is none of ours, and had refused ours. */
export async function findById(source: Source, id: EntryId, fields: readonly Buffer[]): Promise<Found<EntryId>> {
  const entry = (await entriesById(source.reader, source.key, [id])).get(id)
  if (entry) return isSame(entry.fields, fields) ? { added: id } : 'absent'
  const { lastGeneratedId } = await streamEnd(source)
  // Beyond it, the entry may have been added and be gone already.
  return compareIds(lastGeneratedId, id) < 0 ? 'absent' : null
}

/**
 * An entry under an id of the server's, by its fields. One that has just these of all since `before` may be it, and may be
 * another's who added the same while ours never arrived: an id of the server's tells nobody. Where none has, some others may be
 * gone already, and it among them: only the count of all that were ever added (7.0+) tells that it is not.
 */
export async function findByFields(
  source: Source,
  before: StreamEnd | null,
  fields: readonly Buffer[],
): Promise<Found<EntryId>> {
  if (before === null) return null
  const now = await streamEnd(source)
  const moved = compareIds(now.lastGeneratedId, before.lastGeneratedId)
  if (moved === 0) return 'absent'
  if (moved < 0) return null
  const same: EntryId[] = []
  let seen = 0
  const span = { from: nextId(before.lastGeneratedId) ?? '+', to: now.lastGeneratedId }
  for await (const page of walk(source.reader, source.key, span)) {
    same.push(...page.filter((entry) => isSame(entry.fields, fields)).map(({ id }) => id))
    seen += page.length
    if (seen >= MOST_LOOKED_THROUGH) return null
  }
  const [only, another] = same
  if (only !== undefined) return another === undefined ? { alike: only } : null
  return addedSince(before, now) === BigInt(seen) ? 'absent' : null
}

function addedSince(before: StreamEnd, now: StreamEnd): bigint | null {
  if (before.entriesAdded === null || now.entriesAdded === null) return null
  return BigInt(now.entriesAdded) - BigInt(before.entriesAdded)
}

function isSame(fields: readonly Buffer[], others: readonly Buffer[]): boolean {
  return fields.length === others.length && fields.every((part, at) => others[at]?.equals(part) === true)
}

/** Undefined: there is none, or no stream. */
export function groupNow(source: GroupSource): Promise<GroupInfo | undefined> {
  return findGroup(source).catch(orMissing(undefined))
}

export async function hasGroup(source: GroupSource): Promise<boolean> {
  return (await groupNow(source)) !== undefined
}

export async function hasConsumer({ reader, key, group }: GroupSource, consumer: Buffer): Promise<boolean> {
  const infos = await consumerInfos(reader, key, group).catch(orMissing([]))
  return infos.some(({ name }) => name.equals(consumer))
}

function orMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (isAppError(error, 'NOT_FOUND')) return instead
    throw error
  }
}
