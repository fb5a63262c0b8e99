import { open } from 'node:fs/promises'
import type { EntryId } from '../../../../shared/entry-id'
import { message } from '../../../../shared/words/messages'
import { nameKey } from '../../../redis/bytes'
import { isMissing, storageError } from '../../journal/folder'
import { linesOf } from '../../journal/reading'
import { hashFile } from './hash-log'
import { parseHashLine, type SavedHash } from './hash-line'
import type { PastRecord } from '../undo/given-back-kind'

/** What a record saved of hashes before it wrote them. */
export interface SavedHashes {
  /**
   * What the hash of one entry held, and all that went to the same hash, in the order of the writes and without those that
   * were refused. Null: nothing was saved of it.
   */
  chainOf(id: EntryId): Promise<HashChain | null>
}

export interface HashChain {
  readonly entry: SavedHash
  readonly writers: readonly SavedHash[]
}

/** So many are kept in mind, by where they lie in the file; nothing is given back of what is beyond. */
const MOST = 200_000

/** Reads the file once, and single lines of it when they are asked for. Throws STORAGE where it is there and can't be read. */
export async function readSavedHashes({ id: recordId, dataDir }: PastRecord): Promise<SavedHashes> {
  const file = hashFile(dataDir, recordId)
  const positions = new Map<EntryId, { readonly key: string; readonly from: number; readonly length: number }>()
  const writers = new Map<string, EntryId[]>()
  const refused = new Set<EntryId>()
  await reading(file, async () => {
    for await (const { bytes, end } of linesOf(file)) {
      const line = parseHashLine(bytes)
      if (line === null) continue
      if ('refused' in line) for (const each of line.refused) refused.add(each)
      else if (positions.size < MOST) {
        const key = nameKey(line.key)
        positions.set(line.id, { key, from: end - bytes.length - 1, length: bytes.length })
        const others = writers.get(key)
        if (others) others.push(line.id)
        else writers.set(key, [line.id])
      }
    }
  })

  const read = async (ids: readonly EntryId[]): Promise<readonly SavedHash[]> => {
    const found: SavedHash[] = []
    await reading(file, async () => {
      const handle = await open(file, 'r')
      try {
        for (const id of ids) {
          const position = positions.get(id)
          if (position === undefined || refused.has(id)) continue
          const { buffer } = await handle.read(Buffer.alloc(position.length), 0, position.length, position.from)
          const line = parseHashLine(buffer)
          if (line !== null && 'id' in line) found.push(line)
        }
      } finally {
        await handle.close()
      }
    })
    return found
  }
  // Entries that went to one hash mostly follow each other.
  let last: { readonly key: string; readonly writers: readonly SavedHash[] } | null = null
  return {
    async chainOf(id) {
      const key = positions.get(id)?.key
      if (key === undefined) return null
      if (last?.key !== key) last = { key, writers: await read(writers.get(key) ?? []) }
      const entry = last.writers.find((each) => each.id === id)
      return entry === undefined ? null : { entry, writers: last.writers }
    },
  }
}

/** Nothing where the file is not there: an older Sluice made none. */
async function reading(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isMissing(error)) throw storageError(file, 'read', message('backup.not-read'), error)
  }
}
