import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { SavedFile } from '../../../shared/judgement/backup-retention'
import type { JournalRecord } from '../../../shared/model/journal'
import { message } from '../../../shared/words/messages'
import { isMissing, storageError } from '../journal/folder'
import type { Journal } from '../journal/journal'
import { backupFolder, hashFolder, readBackupName, readHashName, wentFile } from './names'

/** A backup of entries, or what hashes held. */
export interface SavedOnDisk extends SavedFile {
  /** What goes when it goes. */
  readonly paths: readonly string[]
}

/** All there are. Throws STORAGE. */
export async function savedFiles(
  dataDir: string,
  journal: Pick<Journal, 'list' | 'get'>,
): Promise<readonly SavedOnDisk[]> {
  // First the files: what was begun since is younger than them.
  const [backups, hashes] = [await filesIn(backupFolder(dataDir)), await filesIn(hashFolder(dataDir))]
  if (backups.length + hashes.length === 0) return []
  const needs = await neededBy(journal)
  const files: SavedOnDisk[] = []
  for (const each of backups) {
    const told = readBackupName(each.name)
    if (told === null) continue
    const isNeeded = needs.isUntold || needs.files.has(each.name) || needs.running.has(told.recordId)
    const isStaged = told.kind === 'import' && !isNeeded
    files.push({ ...each, isNeeded, isStaged, paths: [each.path, wentFile(each.path)] })
  }
  for (const each of hashes) {
    const recordId = readHashName(each.name)
    if (recordId !== null)
      files.push({ ...each, isNeeded: needs.isUntold || needs.records.has(recordId), paths: [each.path] })
  }
  return files
}

/** False where it could not be removed: it is tried again another time. */
export async function removeSaved({ paths }: SavedOnDisk): Promise<boolean> {
  try {
    for (const each of paths) await rm(each, { force: true })
    return true
  } catch {
    return false
  }
}

interface Needs {
  /** Records that run, or whose undo is offered. */
  readonly records: ReadonlySet<string>
  readonly running: ReadonlySet<string>
  /** A newer Sluice wrote records: what they need is not known here. */
  readonly isUntold: boolean
  /** Backups that restores were made from which run, or can be undone. */
  readonly files: ReadonlySet<string>
}

async function neededBy(journal: Pick<Journal, 'list' | 'get'>): Promise<Needs> {
  const { records: all, newer } = await journal.list({ count: Number.MAX_SAFE_INTEGER })
  const open = all.filter((record) => isRunning(record) || (record.undo.possible && record.undo.undoneBy === null))
  const files = new Set<string>()
  for (const { id, action } of open) {
    if (action !== 'restore stream' && action !== 'restore entries') continue
    const { restore } = await journal.get(id)
    if (restore !== undefined && 'file' in restore) files.add(restore.file)
  }
  return { records: new Set(idsOf(open)), running: new Set(idsOf(all.filter(isRunning))), isUntold: newer > 0, files }
}

function isRunning({ state }: JournalRecord): boolean {
  return state === 'running'
}

function idsOf(records: readonly JournalRecord[]): readonly string[] {
  return records.map(({ id }) => id)
}

async function filesIn(folder: string) {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw storageError(folder, 'read', message('backup.list-not-read'), error)
  })
  const found: { name: string; path: string; bytes: number; changedAt: number }[] = []
  for (const name of names) {
    const file = path.join(folder, name)
    const told = await stat(file).catch(() => null)
    if (told?.isFile() === true) found.push({ name, path: file, bytes: told.size, changedAt: told.mtimeMs })
  }
  return found
}
