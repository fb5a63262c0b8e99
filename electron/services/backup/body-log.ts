import { mkdir, open, type FileHandle } from 'node:fs/promises'
import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { RawEntry } from '../../redis/xrange'
import { entryLine, headerLine, syncFolder } from './format'
import { backupFile, backupFolder, type BackupKind } from './names'
import { message } from '../../../shared/words/messages'
import { storageError } from '../journal/folder'
import { openWentLog, type WentLog } from './went-log'

/**
 * A backup that grows batch by batch: the bodies of what is about to be deleted. Whatever ends the job, what went is in it.
 * It may hold entries that were left alone after all; the log of what went says which.
 */
export interface BodyLog {
  readonly file: string
  /** On the disk when it resolves: only then may they be deleted. Throws STORAGE. */
  add(entries: Iterable<RawEntry>): Promise<void>
  /** The deletion of those added is on its way: which of them go nobody knows until it is confirmed. */
  sent(): void
  /**
   * Of the entries added since it was last called these went, and the others stayed. `told`: how many went, as the server
   * says, where others may have deleted some of them. Not to be called where nobody knows. Never throws.
   */
  confirm(went: Iterable<EntryId>, told?: number): Promise<void>
  /** To be called whatever ends the job: what was added and never sent stayed. */
  close(): Promise<void>
}

/** Makes the file with the first entries. `recordId`: of the journal; it is part of the file's name. */
export function createBodyLog(
  dataDir: string,
  recordId: string,
  key: Bytes,
  kind: Exclude<BackupKind, 'trim' | 'import'>,
): BodyLog {
  const folder = backupFolder(dataDir)
  const file = backupFile(dataDir, kind, recordId)
  let handle: FileHandle | null = null
  let log: WentLog | null = null
  /** How many entries are in the file, and the ids of those that nothing is known of yet. */
  let written = 0
  let unconfirmed: EntryId[] = []
  let isSent = false

  const create = async (): Promise<FileHandle> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    handle = await open(file, 'ax', 0o600)
    await handle.appendFile(headerLine(key))
    log = await openWentLog(file)
    await syncFolder(folder)
    return handle
  }
  const confirm: BodyLog['confirm'] = async (went, told) => {
    isSent = false
    if (unconfirmed.length === 0) return
    const ranges = runsOf(unconfirmed, new Set(went), written - unconfirmed.length)
    const entries = told ?? ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
    unconfirmed = []
    await log?.add({ went: ranges, entries, through: written - 1 })
  }
  return {
    file,
    async add(entries) {
      try {
        const target = handle ?? (await create())
        for (const entry of entries) {
          await target.appendFile(entryLine(entry))
          unconfirmed.push(entry.id)
          written += 1
        }
        await target.datasync()
      } catch (error) {
        throw storageError(file, 'write', message('backup.not-written-delete'), error)
      }
    },
    sent() {
      isSent = true
    },
    confirm,
    async close() {
      if (!isSent) await confirm([])
      await handle?.close()
      await log?.close()
      handle = null
    },
  }
}

/** The runs of ids that are wanted, by their positions; the first id's is `first`. */
function runsOf(ids: readonly EntryId[], wanted: ReadonlySet<EntryId>, first: number): readonly [number, number][] {
  const runs: [number, number][] = []
  for (const [at, id] of ids.entries()) {
    if (!wanted.has(id)) continue
    const last = runs.at(-1)
    if (last?.[1] === first + at - 1) last[1] = first + at
    else runs.push([first + at, first + at])
  }
  return runs
}
