import { mkdir, open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { message } from '../../../../shared/words/messages'
import { syncFolder } from '../../backup/format'
import { hashFolder } from '../../backup/names'
import { storageError } from '../../journal/folder'
import { hashHeaderLine, refusedLine, savedHashLine, type SavedHash } from './hash-line'

/** What hashes held before they were written, in a file of its own: it is no backup of a stream. */
export function hashFile(dataDir: string, recordId: string): string {
  return path.join(hashFolder(dataDir), `${recordId}.jsonl`)
}

export interface HashLog {
  readonly file: string
  /** On the disk when it resolves: only then may they be written. Throws STORAGE. */
  add(hashes: readonly SavedHash[]): Promise<void>
  /** The writes for these were refused. Never throws: what is not known of is looked at by an undo. */
  refused(ids: readonly EntryId[]): Promise<void>
  close(): Promise<void>
}

/** Makes the file with the first hashes. */
export function createHashLog(dataDir: string, recordId: string, stream: Bytes): HashLog {
  const file = hashFile(dataDir, recordId)
  let handle: FileHandle | null = null

  const create = async (): Promise<FileHandle> => {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    handle = await open(file, 'ax', 0o600)
    await handle.appendFile(hashHeaderLine(stream))
    await syncFolder(path.dirname(file))
    return handle
  }
  return {
    file,
    async add(hashes) {
      try {
        const target = handle ?? (await create())
        for (const hash of hashes) await target.appendFile(savedHashLine(hash))
        await target.datasync()
      } catch (error) {
        throw storageError(file, 'write', message('backup.not-written-hashes'), error)
      }
    },
    async refused(ids) {
      if (ids.length > 0) await handle?.appendFile(refusedLine(ids)).catch(() => undefined)
    },
    async close() {
      await handle?.close()
      handle = null
    },
  }
}
