import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/error'
import type { RawEntry } from '../../redis/xrange'
import { isMissing, storageError } from '../journal/folder'
import { linesOf } from '../journal/reading'
import { parseEntryLine, parseHeader, type BackupHeader } from './format'
import { backupFolder, readBackupName, type BackupName } from './names'
import { message } from '../../../shared/words/messages'

/** The longest line that is read: an entry of about so many bytes. */
const MOST_LINE_BYTES = 256 * 1024 * 1024

/** A backup as it lies on the disk. */
export interface BackupFile extends BackupName {
  /** In the folder of backups. */
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** When it was last written to, ms since 1970. */
  readonly changedAt: number
  /** The same for as long as nobody has written to it. */
  readonly mark: string
}

/**
 * Looks one up by its name. Throws BAD_INPUT for a name that is no backup's: nothing outside the folder can be named.
 * NOT_FOUND backup; STORAGE where it can't be looked at.
 */
export async function findBackup(dataDir: string, name: string): Promise<BackupFile> {
  const told = readBackupName(name)
  if (told === null) {
    const [problem, remedy] = [message('backup.no-name'), message('backup.choose')]
    throw new AppError('BAD_INPUT', { field: 'file', problem, remedy })
  }
  const file = path.join(backupFolder(dataDir), name)
  const found = await readingOf(file, lstat(file))
  if (!found.isFile()) throw noSuchBackup(name)
  const mark = `${found.dev}/${found.ino}/${found.size}/${found.mtimeMs}`
  return { ...told, name, path: file, bytes: found.size, changedAt: found.mtimeMs, mark }
}

/** Throws STALE_PLAN where it is not as it was. */
export async function requireUnchanged(dataDir: string, { name, mark }: BackupFile, planId: string): Promise<void> {
  if ((await findBackup(dataDir, name)).mark === mark) return
  throw new AppError('STALE_PLAN', { planId, problem: message('plan.backup-written') })
}

/** Null: the first line is damaged, or there is none. Throws as `findBackup`. */
export async function readHeader(file: BackupFile): Promise<BackupHeader | null> {
  for await (const { bytes, whole } of guardedLines(file)) return whole ? parseHeader(bytes) : null
  return null
}

/**
 * Its entries, one by one and as they lie there; null for each damaged line, among them a last one that was not written to
 * its end. Throws NOT_FOUND backup where it vanishes, and STORAGE where it can't be read (any more).
 */
export async function* readEntries(file: BackupFile): AsyncGenerator<RawEntry | null, void> {
  let isHeader = true
  for await (const { bytes, whole } of guardedLines(file)) {
    if (isHeader) isHeader = false
    else yield whole ? parseEntryLine(bytes) : null
  }
}

async function* guardedLines({ path: file }: BackupFile) {
  const lines = linesOf(file, 0, MOST_LINE_BYTES)
  try {
    for (;;) {
      const next = await readingOf(file, lines.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    await lines.return()
  }
}

async function readingOf<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isMissing(error)) throw noSuchBackup(path.basename(file))
    throw storageError(file, 'read', message('backup.not-read'), error)
  }
}

function noSuchBackup(name: string): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', { what: 'backup', name })
}
