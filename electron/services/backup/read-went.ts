import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { compareIds, entryId, type EntryId } from '../../../shared/entry-id'
import { isMissing, storageError } from '../journal/folder'
import { linesOf } from '../journal/reading'
import { message } from '../../../shared/words/messages'
import { wentFile } from './names'
import type { BackupFile } from './read-backup'

/** What became of an entry that was saved, by what the backup was made for. `unsure`: it may have gone, or not. */
export type Fate = 'went' | 'unsure' | 'stayed'

/** What is known of a backup's entries. */
export interface Went {
  /** `number`: its position among the backup's entries, damaged ones included, from 0. */
  fateOf(number: number, id: EntryId): Fate
  /** How many certainly went: as the server told. */
  readonly told: number
}

const step = z.object({
  went: z.array(z.union([z.tuple([entryId, entryId]), z.tuple([z.int(), z.int()])])),
  entries: z.int(),
  through: z.union([entryId, z.int()]),
})
type Step = z.infer<typeof step>

/** A backup of an earlier Sluice says nothing of it: all is unsure. Throws STORAGE where it is there and can't be read. */
export async function readWent({ path }: BackupFile): Promise<Went> {
  const steps = await readSteps(wentFile(path))
  if (steps === null) return { fateOf: () => 'unsure', told: 0 }
  const byId = createRanges<EntryId>(compareIds)
  const byNumber = createRanges<number>((a, b) => a - b)
  let [lastId, lastNumber]: [EntryId | null, number] = [null, -1]
  let told = 0
  for (const { went, entries, through } of steps) {
    for (const [from, to] of went) {
      if (typeof from === 'string' && typeof to === 'string') byId.add(from, to)
      else if (typeof from === 'number' && typeof to === 'number') byNumber.add(from, to)
    }
    told += entries
    if (typeof through === 'number') lastNumber = Math.max(lastNumber, through)
    else if (lastId === null || compareIds(through, lastId) > 0) lastId = through
  }
  return {
    told,
    fateOf(number, id) {
      if (byNumber.has(number) || byId.has(id)) return 'went'
      return number <= lastNumber || (lastId !== null && compareIds(id, lastId) <= 0) ? 'stayed' : 'unsure'
    },
  }
}

/** The same for as long as nothing more is known. */
export async function wentMark({ path }: BackupFile): Promise<string> {
  const found = await stat(wentFile(path)).catch(() => null)
  return found === null ? '' : `${found.ino}/${found.size}/${found.mtimeMs}`
}

/** Null: there is no such file. Steps after one that can't be read are of no use. */
async function readSteps(file: string): Promise<readonly Step[] | null> {
  const steps: Step[] = []
  try {
    for await (const { bytes, whole } of linesOf(file)) {
      const read = step.safeParse(whole ? parse(bytes) : null)
      if (!read.success) break
      steps.push(read.data)
    }
  } catch (error) {
    if (isMissing(error)) return null
    throw storageError(file, 'read', message('backup.not-read'), error)
  }
  return steps
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

interface Ranges<T> {
  /** Both ends are in it. */
  add(from: T, to: T): void
  has(value: T): boolean
}

/** Ranges that are added in any order, and looked up by halving. */
function createRanges<T>(compare: (a: T, b: T) => number): Ranges<T> {
  let ranges: (readonly [T, T])[] = []
  let isSorted = true
  const merge = (): void => {
    const merged: [T, T][] = []
    for (const [from, to] of [...ranges].sort((a, b) => compare(a[0], b[0]))) {
      const last = merged.at(-1)
      if (last === undefined || compare(from, last[1]) > 0) merged.push([from, to])
      else if (compare(to, last[1]) > 0) last[1] = to
    }
    ranges = merged
    isSorted = true
  }
  return {
    add(from, to) {
      ranges.push([from, to])
      isSorted = false
    },
    has(value) {
      if (!isSorted) merge()
      let low = 0
      let high = ranges.length
      while (low < high) {
        const middle = (low + high) >> 1
        const range = ranges[middle]
        if (range === undefined || compare(value, range[0]) < 0) high = middle
        else if (compare(value, range[1]) <= 0) return true
        else low = middle + 1
      }
      return false
    },
  }
}
