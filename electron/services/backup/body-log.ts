import { mkdir, open, type FileHandle } from 'node:fs/promises'
import type { Bytes } from '../../../shared/bytes'
import type { RawEntry } from '../../redis/xrange'
import { entryLine, headerLine, syncFolder } from './format'
import { backupFile, backupFolder, type BackupKind } from './names'
import { message } from '../../../shared/words/messages'
import { storageError } from '../journal/folder'

/**
 * A backup that grows batch by batch: the bodies of what is about to be deleted. Whatever ends the job, what went is in it.
 * It may hold entries that were left alone after all.
 */
export interface BodyLog {
  readonly file: string
  /** On the disk when it resolves: only then may they be deleted. Throws STORAGE. */
  add(entries: Iterable<RawEntry>): Promise<void>
  close(): Promise<void>
}

/** Makes the file with the first entries. `recordId`: of the journal; it is part of the file's name. */
export function createBodyLog(
  dataDir: string,
  recordId: string,
  key: Bytes,
  kind: Exclude<BackupKind, 'trim'>,
): BodyLog {
  const folder = backupFolder(dataDir)
  const file = backupFile(dataDir, kind, recordId)
  let handle: FileHandle | null = null

  const create = async (): Promise<FileHandle> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    handle = await open(file, 'ax', 0o600)
    await handle.appendFile(headerLine(key))
    await syncFolder(folder)
    return handle
  }
  return {
    file,
    async add(entries) {
      try {
        const target = handle ?? (await create())
        for (const entry of entries) await target.appendFile(entryLine(entry))
        await target.datasync()
      } catch (error) {
        throw storageError(file, 'write', message('backup.not-written-delete'), error)
      }
    },
    async close() {
      await handle?.close()
      handle = null
    },
  }
}
