import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { CopyReader } from '../../../shared/model/other-group'
import { fromBuffer, keyName, nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { groupInfos, type GroupInfo } from '../../redis/xinfo'
import type { Letter } from './letter'

/** So many groups are named. */
const MOST_NAMED = 200
/** So many streams are looked at together. */
const AT_ONCE = 50

/** Counts what the groups of the streams that get copies are given anew. */
export interface CopyReaders {
  add(going: readonly { readonly letter: Letter; readonly to: Buffer }[]): Promise<void>
  list(): { readonly otherGroups: CopyReader[]; readonly moreGroups: number; readonly untold: number }
}

interface Reading {
  /** In the order of their positions. Null: the server does not tell. */
  readonly groups: readonly GroupInfo[] | null
  /** Copies that go to this stream. */
  copies: number
  /** By the index of the first group whose position is not before an entry: how many such entries there are. */
  readonly from: number[]
  /** By the group that it was dead-lettered from. */
  readonly own: Map<string, number>
}

export function createCopyReaders(reader: Reader): CopyReaders {
  const seen = new Map<string, Reading>()
  return {
    async add(going) {
      const fresh = [...new Set(going.map(({ to }) => nameKey(to)))].filter((name) => !seen.has(name))
      for (let at = 0; at < fresh.length; at += AT_ONCE) {
        const names = fresh.slice(at, at + AT_ONCE)
        const told = await Promise.all(names.map((name) => groupsOf(reader, keyName(name))))
        for (const [n, name] of names.entries()) {
          seen.set(name, { groups: told[n] ?? null, copies: 0, from: [], own: new Map() })
        }
      }
      for (const { letter, to } of going) {
        const stream = seen.get(nameKey(to))
        if (stream) count(stream, letter, to)
      }
    },
    list() {
      const readers = [...seen].flatMap(([name, stream]) => readersOf(keyName(name), stream))
      const otherGroups = readers.sort((a, b) => b.had.value - a.had.value || b.gets.value - a.gets.value)
      return {
        otherGroups: otherGroups.slice(0, MOST_NAMED),
        moreGroups: Math.max(0, otherGroups.length - MOST_NAMED),
        untold: [...seen.values()].filter(({ groups }) => groups === null).length,
      }
    },
  }
}

/** None of a stream that is not there yet; null where the server refuses to tell. */
async function groupsOf(reader: Reader, key: Buffer): Promise<readonly GroupInfo[] | null> {
  try {
    const groups = await groupInfos(reader, key)
    return groups.toSorted((a, b) => compareIds(a.lastDeliveredId, b.lastDeliveredId))
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return []
    if (isAppError(error, 'REDIS')) return null
    throw error
  }
}

function count(stream: Reading, { origin, originGroup, originId }: Letter, to: Buffer): void {
  stream.copies += 1
  if (origin === null || originId === null || !origin.equals(to)) return
  const index = firstNotBefore(stream.groups ?? [], originId)
  stream.from[index] = (stream.from[index] ?? 0) + 1
  if (originGroup === null) return
  const group = nameKey(originGroup)
  stream.own.set(group, (stream.own.get(group) ?? 0) + 1)
}

/** The index of the first group that was given this entry, or has passed it. */
function firstNotBefore(groups: readonly GroupInfo[], id: EntryId): number {
  let [low, high] = [0, groups.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIds(groups[middle]?.lastDeliveredId ?? id, id) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function readersOf(name: Buffer, { groups, copies, from, own }: Reading): readonly CopyReader[] {
  let had = 0
  return (groups ?? []).map((group, index) => {
    had += from[index] ?? 0
    return {
      stream: fromBuffer(name),
      name: fromBuffer(group.name),
      gets: { value: copies, certainty: 'exact' },
      // What lies before its position it may have been given, or have passed: a group can be made anywhere.
      had: { value: had, certainty: had === 0 ? 'exact' : 'atMost' },
      own: own.get(nameKey(group.name)) ?? 0,
    }
  })
}
