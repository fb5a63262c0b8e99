import { z } from 'zod'
import { parseCount } from '../../../shared/count'
import { entryId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Reader } from '../../redis/reader-writer'
import { groupInfos, streamInfo } from '../../redis/xinfo'
import { averageEntryBytes } from './entry-size'
import { couldBecome, digestOf } from './stream-snapshot'

/** As text: it may not fit a JSON number. */
const countText = z.string().regex(/^-?\d{1,19}$/)

/**
 * What a stream is known again by: figures that never go back on one and the same stream. They do when it was deleted and
 * made anew, when a backup was restored, and when a failover lost the last of it. `entriesAdded`: null before 7.0.
 */
export const streamMark = z.object({
  lastGeneratedId: entryId,
  firstId: entryId.nullable(),
  entriesAdded: countText.nullable(),
  /** Where the group stood. Not in older records; nor are `bodies`. */
  group: z.object({ lastDeliveredId: entryId, entriesRead: countText.nullable() }).optional(),
  /** Some entries, with a digest of what they hold: that never changes under one id of one stream. */
  bodies: z.array(z.tuple([entryId, z.string()])).optional(),
})
export type StreamMark = z.infer<typeof streamMark>

/** So many bodies are read for it, and none where entries are larger than this on average (an estimate). */
const MOST_BODIES = 4
const MOST_BYTES = 64 * 1024

export interface MarkOf {
  readonly group: Buffer | null
  /** Entries whose bodies tell; some of them are read. */
  readonly ids: readonly EntryId[]
}

/** 'gone' where there is no such stream; null where the server refuses to tell. */
export async function readStreamMark(reader: Reader, key: Buffer, about: MarkOf): Promise<StreamMark | 'gone' | null> {
  try {
    const { lastGeneratedId, firstId, entriesAdded, length } = await streamInfo(reader, key)
    const added = entriesAdded === null ? null : String(entriesAdded)
    const group = about.group === null ? undefined : await groupMark(reader, key, about.group)
    const bodies = await readBodies(reader, key, length, about.ids)
    return { lastGeneratedId, firstId, entriesAdded: added, group, bodies }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return 'gone'
    if (isAppError(error, 'REDIS')) return null
    throw error
  }
}

/** For the journal, which has nothing to say of what can't be told. */
export function noted(mark: StreamMark | 'gone' | null): StreamMark | undefined {
  return mark === null || mark === 'gone' ? undefined : mark
}

async function groupMark(reader: Reader, key: Buffer, name: Buffer): Promise<StreamMark['group']> {
  const info = (await groupInfos(reader, key)).find((each) => each.name.equals(name))
  if (!info) return undefined
  const { lastDeliveredId, entriesRead } = info
  return { lastDeliveredId, entriesRead: entriesRead === null ? null : String(entriesRead) }
}

async function readBodies(
  reader: Reader,
  key: Buffer,
  length: number,
  ids: readonly EntryId[],
): Promise<[EntryId, string][]> {
  const some = ids.length <= MOST_BODIES ? ids : [...ids.slice(0, MOST_BODIES / 2), ...ids.slice(-MOST_BODIES / 2)]
  if (some.length === 0 || !(await isSmall(reader, key, length))) return []
  const bodies: [EntryId, string][] = []
  for (const id of some) {
    const digest = await digestOf(reader, key, id)
    if (digest !== null) bodies.push([id, digest])
  }
  return bodies
}

async function isSmall(reader: Reader, key: Buffer, length: number): Promise<boolean> {
  const bytes = await averageEntryBytes({ reader, key }, length)
  return bytes !== null && bytes < MOST_BYTES
}

/** Whether the stream that is there now can be the one of then. */
export function canBeTheSame(then: StreamMark, now: StreamMark): boolean {
  return couldBecome(figures(then), figures(now))
}

function figures({ lastGeneratedId, firstId, entriesAdded }: StreamMark) {
  return { lastGeneratedId, firstId, entriesAdded: entriesAdded === null ? null : parseCount(entriesAdded) }
}
