import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

const CHUNK_CHARS = 1024 * 1024

/**
 * A file of JSON Lines: a line about the stream, then one per entry: `{"id","fields":[[name, value]…]}`. Until it is whole
 * its name ends in `.partial`.
 */
export interface Backup {
  readonly file: string
  add(entries: readonly RawEntry[]): Promise<void>
  /** On the disk, whole and under its own name when it resolves. */
  finish(): Promise<void>
  /** Lets go of it, and removes what was written. */
  discard(): Promise<void>
}

/** Throws STORAGE when the file can't be written; so do `add` and `finish`. */
export async function openBackup(dataDir: string, recordId: string, key: Bytes): Promise<Backup> {
  const folder = path.join(dataDir, 'backups')
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const file = path.join(folder, `trim-${stamp}-${recordId}.jsonl`)
  const partial = `${file}.partial`
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError('STORAGE', { file }, `The backup could not be written, so nothing was trimmed: ${reason}`)
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
    await guarded(() => handle.appendFile(`${JSON.stringify({ stream: key, savedAt: new Date().toISOString() })}\n`))
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

/** One entry as JSON, with its line feed. */
export function entryLine({ id, fields }: RawEntry): string {
  const pairs: [Bytes, Bytes][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    pairs.push([fromBuffer(fields[at] ?? Buffer.alloc(0)), fromBuffer(fields[at + 1] ?? Buffer.alloc(0))])
  }
  return `${JSON.stringify({ id, fields: pairs })}\n`
}

/** The new name is on the disk, too. Windows can't sync a folder, and does not need to. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
