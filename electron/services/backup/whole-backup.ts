import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import type { Bytes } from '../../../shared/bytes'
import type { RawEntry } from '../../redis/xrange'
import { entryLine, headerLine, syncFolder, type HeaderFacts } from './format'
import { backupFile, backupFolder, PARTIAL } from './names'
import { message } from '../../../shared/words/messages'
import { storageError } from '../journal/folder'

const CHUNK_CHARS = 1024 * 1024
/** What follows where it can't be written. */
const NOT_WRITTEN = {
  trim: message('backup.not-written-trim'),
  import: message('entry-import.not-kept'),
} as const

/** A backup that is made whole before anything goes. Until then its name ends in `.partial`. */
export interface Backup {
  readonly file: string
  add(entries: readonly RawEntry[]): Promise<void>
  /** On the disk, whole and under its own name when it resolves. */
  finish(): Promise<void>
  /** Lets go of it, and removes what was written. */
  discard(): Promise<void>
}

/** Throws STORAGE when the file can't be written; so do `add` and `finish`. */
export async function openBackup(
  dataDir: string,
  recordId: string,
  key: Bytes,
  kind: keyof typeof NOT_WRITTEN = 'trim',
  about: HeaderFacts = {},
): Promise<Backup> {
  const folder = backupFolder(dataDir)
  const file = backupFile(dataDir, kind, recordId)
  const partial = `${file}${PARTIAL}`
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw storageError(file, 'write', NOT_WRITTEN[kind], error)
    }
  }
  const handle = await guarded(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return open(partial, 'wx', 0o600)
  })
  const backup: Backup = {
    file,
    add: (entries) => guarded(() => writeEntries(handle, entries)),
    finish: () =>
      guarded(async () => {
        await handle.sync()
        await handle.close()
        await rename(partial, file)
        await syncFolder(folder)
      }),
    async discard() {
      // Whatever made us give it up is what there is to tell of, not that cleaning up failed as well.
      await handle.close().catch(() => undefined)
      await rm(partial, { force: true }).catch(() => undefined)
    },
  }
  try {
    await guarded(() => handle.appendFile(headerLine(key, about)))
  } catch (error) {
    await backup.discard()
    throw error
  }
  return backup
}

async function writeEntries(handle: FileHandle, entries: readonly RawEntry[]): Promise<void> {
  let text = ''
  for (const entry of entries) {
    text += entryLine(entry)
    if (text.length < CHUNK_CHARS) continue
    await handle.appendFile(text)
    text = ''
  }
  await handle.appendFile(text)
}
