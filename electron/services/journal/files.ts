import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { AppError } from '../../../shared/error'
import { journalLine, type JournalLine } from './lines'

const ROTATE_BYTES = 32 * 1024 * 1024
const KEEP_BYTES = 512 * 1024 * 1024
const NAME = /^journal-(\d{14})-(\d+)-(\d+)\.jsonl$/

/**
 * Appends lines to a file of this process's own, so that two running Sluices never write into each other's, and starts
 * another one every 32 MiB. Beyond 512 MiB in all, the oldest files are removed.
 */
export interface JournalFile {
  /** Written when it resolves; on the disk too, when `sync`. Throws STORAGE. */
  append(line: JournalLine, sync: boolean): Promise<void>
  close(): Promise<void>
}

export function openJournalFile(
  folder: string,
  limits = { rotateBytes: ROTATE_BYTES, keepBytes: KEEP_BYTES },
): JournalFile {
  let handle: FileHandle | null = null
  let size = 0
  let serial = 0
  let file = folder
  let queue: Promise<void> = Promise.resolve()

  const current = async (): Promise<FileHandle> => {
    if (handle && size < limits.rotateBytes) return handle
    await handle?.close()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await removeOldest(folder, limits.keepBytes)
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    file = path.join(folder, `journal-${stamp}-${process.pid}-${serial++}.jsonl`)
    handle = await open(file, 'ax', 0o600)
    size = 0
    return handle
  }
  const write = async (line: JournalLine, sync: boolean): Promise<void> => {
    const text = `${JSON.stringify(line)}\n`
    try {
      const target = await current()
      await target.appendFile(text)
      if (sync) await target.datasync()
      size += Buffer.byteLength(text)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError('STORAGE', { file }, `The journal could not be written, so nothing was sent: ${reason}`)
    }
  }
  return {
    append(line, sync) {
      const written = queue.then(() => write(line, sync))
      queue = written.catch(() => undefined)
      return written
    },
    async close() {
      await queue
      await handle?.close()
      handle = null
    },
  }
}

async function removeOldest(folder: string, keepBytes: number): Promise<void> {
  const files = await journalFiles(folder)
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  let total = sizes.reduce((sum, size) => sum + size, 0)
  for (const [at, file] of files.entries()) {
    if (total <= keepBytes) return
    await unlink(file)
    total -= sizes[at] ?? 0
  }
}

/** The journal's files, oldest first. */
export async function journalFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const order = (name: string): readonly string[] =>
    (NAME.exec(name) ?? []).slice(1).map((part) => part.padStart(14, '0'))
  return names
    .filter((name) => NAME.test(name))
    .sort((a, b) => order(a).join().localeCompare(order(b).join()))
    .map((name) => path.join(folder, name))
}

/** True while the process that writes this file is alive. */
export function isBeingWritten(file: string): boolean {
  const pid = Number(NAME.exec(path.basename(file))?.[2])
  if (!Number.isInteger(pid) || pid === process.pid) return pid === process.pid
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Every line that can be read, in order; null for one that can't (cut short by a crash, or damaged). */
export async function* readLines(file: string, wanted: (text: string) => boolean): AsyncGenerator<JournalLine | null> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
  for await (const text of lines) {
    if (text === '' || !wanted(text)) continue
    yield parseLine(text)
  }
}

function parseLine(text: string): JournalLine | null {
  try {
    return journalLine.parse(JSON.parse(text))
  } catch {
    return null
  }
}
