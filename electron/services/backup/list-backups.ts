import { readdir } from 'node:fs/promises'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Backup, BackupContents } from '../../../shared/model/restore'
import { isMissing, storageError } from '../journal/folder'
import type { Journal } from '../journal/journal'
import { backupFolder, readBackupName } from './names'
import { findBackup, readEntries, readHeader, type BackupFile } from './read-backup'
import { readWent, wentMark } from './read-went'
import { message } from '../../../shared/words/messages'

/** The most that one answer names. */
const MOST_LISTED = 200
/** What is read through at most to count entries: of one file, and for one answer. A plan reads any file to its end. */
const MOST_COUNTED_BYTES = 32 * 1024 * 1024
const MOST_BYTES_PER_LIST = 256 * 1024 * 1024

interface SavedBefore extends BackupFile {
  readonly kind: Backup['kind']
}

export interface BackupList {
  readonly backups: readonly Backup[]
  /** How many older ones there are besides. */
  readonly older: number
}

/** The backups in a data directory, newest first. Reads them line by line, and each one once only while it stays as it is. */
export function createBackupList(dataDir: string, journal: Journal): () => Promise<BackupList> {
  let known = new Map<string, BackupContents>()

  const contentsOf = async (
    file: BackupFile,
    mark: string,
    budget: { left: number },
  ): Promise<BackupContents | null> => {
    const kept = known.get(mark)
    if (kept) return kept
    if (file.bytes > MOST_COUNTED_BYTES || file.bytes > budget.left) return null
    budget.left -= file.bytes
    return countEntries(file)
  }

  return async () => {
    const files = await filesIn(dataDir)
    const listed = files.slice(0, MOST_LISTED)
    const budget = { left: MOST_BYTES_PER_LIST }
    const counted = new Map<string, BackupContents>()
    const backups: Backup[] = []
    for (const file of listed) {
      try {
        const header = await readHeader(file)
        const mark = `${file.mark} ${await wentMark(file)}`
        const contents = header && (await contentsOf(file, mark, budget))
        if (contents) counted.set(mark, contents)
        const { name, kind, partial, bytes, recordId } = file
        const record = await recordOf(journal, recordId)
        const { stream = null, savedAt = null } = header ?? {}
        backups.push({ file: name, path: file.path, kind, partial, bytes, stream, savedAt, contents, record })
      } catch (error) {
        // Removed while the list was made.
        if (!isAppError(error, 'NOT_FOUND')) throw error
      }
    }
    known = counted
    return { backups, older: files.length - listed.length }
  }
}

/** What was saved before it went: a file that was read for an import is none of these. */
async function filesIn(dataDir: string): Promise<readonly SavedBefore[]> {
  const folder = backupFolder(dataDir)
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw storageError(folder, 'read', message('backup.list-not-read'), error)
  })
  const files: SavedBefore[] = []
  for (const name of names) {
    if (readBackupName(name) === null) continue
    try {
      const file = await findBackup(dataDir, name)
      const { kind } = file
      if (kind !== 'import') files.push({ ...file, kind })
    } catch (error) {
      if (!isAppError(error, 'NOT_FOUND')) throw error
    }
  }
  return files.sort((a, b) => b.changedAt - a.changedAt)
}

async function countEntries(file: BackupFile): Promise<BackupContents> {
  const { fateOf, told } = await readWent(file)
  const fates = { went: 0, unsure: 0, stayed: 0 }
  let number = 0
  let damaged = 0
  let firstId: EntryId | null = null
  let lastId: EntryId | null = null
  for await (const entry of readEntries(file)) {
    number += 1
    if (entry === null) {
      damaged += 1
      continue
    }
    const fate = fateOf(number - 1, entry.id)
    fates[fate] += 1
    if (fate === 'stayed') continue
    if (firstId === null || compareIds(entry.id, firstId) < 0) firstId = entry.id
    if (lastId === null || compareIds(entry.id, lastId) > 0) lastId = entry.id
  }
  // Of entries that went in a step others may have deleted some in that very moment.
  const entries = fates.went + fates.unsure
  return { entries, unsure: entries - Math.min(fates.went, told), stayed: fates.stayed, damaged, firstId, lastId }
}

async function recordOf(journal: Journal, recordId: string): Promise<Backup['record']> {
  try {
    const { id, at, connectionId, connectionName, summary, state } = await journal.record(recordId)
    return { id, at, connectionId, connectionName, summary, state }
  } catch (error) {
    // The oldest records go; their backups stay.
    if (isAppError(error, 'NOT_FOUND') || isAppError(error, 'STORAGE')) return null
    throw error
  }
}
