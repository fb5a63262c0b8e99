import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { AppError } from '../../../shared/error'
import { removeOldest, stampOf, storageError, writeName } from './folder'
import { FORMAT, type JournalLine } from './lines'
import { birthOf } from './writer-process'
import { message } from '../../../shared/words/messages'

/** Where a line is: in which file, and from which byte to which, its line feed included. */
export interface LineSpan {
  readonly file: string
  readonly from: number
  readonly to: number
}

export interface JournalLimits {
  /** A file that has grown to this is followed by another. */
  readonly rotateBytes: number
  /** What all files may hold together when another one is begun. */
  readonly keepBytes: number
}

const LIMITS: JournalLimits = { rotateBytes: 32 * 1024 * 1024, keepBytes: 512 * 1024 * 1024 }

/**
 * Appends lines to a file of this process's own, so that two running Sluices never write into each other's, and starts
 * another one every 32 MiB. Beyond 512 MiB in all, the oldest files are removed: none that another process writes or that
 * `isForeign`, and none since the first that `isNeeded`.
 */
export interface JournalFile {
  /**
   * Written when it resolves, with where it is; on the disk too, when `sync`. `begunIn`: the file that the line's
   * record begins in. Throws STORAGE.
   */
  append(line: JournalLine, sync: boolean, begunIn?: string): Promise<LineSpan>
  /** Whether the file was made here, and is still there. */
  owns(file: string): boolean
  close(): Promise<void>
}

interface OpenFile {
  readonly file: string
  readonly handle: FileHandle
  readonly inode: number
  /** Bytes of whole lines. */
  size: number
}

interface Needs {
  isNeeded(file: string): boolean
  isForeign(file: string): boolean
  /** Whether the process that writes the file is alive. */
  isBeingWritten(file: string): Promise<boolean>
}

export function openJournalFile(
  folder: string,
  { isNeeded, isForeign, isBeingWritten }: Needs,
  limits: JournalLimits = LIMITS,
): JournalFile {
  const own = new Set<string>()
  const birth = birthOf(process.pid)
  let current: OpenFile | null = null
  let stamp = ''
  let serial = 0
  let queue: Promise<unknown> = Promise.resolve()

  const keeps = (): ((file: string) => boolean | Promise<boolean>) => {
    let needed = false
    return (file) => {
      if (!own.has(file)) return isForeign(file) || isBeingWritten(file)
      needed ||= isNeeded(file)
      return needed
    }
  }
  const create = async (): Promise<OpenFile> => {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const file of await removeOldest(folder, limits.keepBytes, keeps())) own.delete(file)
    // Never earlier than the last one, whatever becomes of the clock: files are read in the order of their names.
    const now = stampOf(new Date())
    if (now > stamp) stamp = now
    for (;;) {
      const name = { stamp, pid: process.pid, birth: await birth, serial: serial++ }
      const file = path.join(folder, writeName(name))
      const handle = await openNew(file)
      if (handle === null) continue
      own.add(file)
      const format = lineOf({ t: 'format', version: FORMAT })
      current = { file, handle, inode: (await handle.stat()).ino, size: 0 }
      await handle.appendFile(format)
      current.size = format.length
      await syncFolders(folder, made)
      return current
    }
  }
  /** Takes back what a failed write left of a line, and begins another file: nothing is ever appended to half a line. */
  const giveUp = async (): Promise<void> => {
    const torn = current
    current = null
    await torn?.handle.truncate(torn.size).catch(() => undefined)
    await torn?.handle.close().catch(() => undefined)
  }
  const fitting = async (line: JournalLine): Promise<OpenFile> => {
    if (current && goesBeforeSending(line) && !(await isStillThere(current))) {
      // Whoever removed it took with it what all our records begin with.
      own.clear()
      await giveUp()
    }
    if (current && current.size < limits.rotateBytes) return current
    const full = current
    current = null
    await full?.handle.close()
    return create()
  }
  const write = async (line: JournalLine, sync: boolean, begunIn: string | undefined): Promise<LineSpan> => {
    const text = lineOf(line)
    try {
      const target = await fitting(line)
      if (begunIn !== undefined && !own.has(begunIn)) throw new Error(`${begunIn} is no longer there`)
      await target.handle.appendFile(text)
      if (sync) await target.handle.datasync()
      const from = target.size
      target.size += text.length
      return { file: target.file, from, to: target.size }
    } catch (error) {
      const file = current?.file ?? folder
      await giveUp()
      throw notWritten(line, file, error)
    }
  }
  return {
    append(line, sync, begunIn) {
      const written = queue.then(() => write(line, sync, begunIn))
      queue = written.catch(() => undefined)
      return written
    },
    owns: (file) => own.has(file),
    async close() {
      await queue
      await current?.handle.close()
      current = null
    },
  }
}

function lineOf(line: JournalLine): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

function goesBeforeSending({ t }: JournalLine): boolean {
  return t === 'begin' || t === 'intent' || t === 'backup'
}

/** False once the file has been removed or put elsewhere: what is written to it then, nobody finds again. */
function isStillThere({ file, inode }: OpenFile): Promise<boolean> {
  return stat(file).then(
    ({ ino }) => ino === inode,
    () => false,
  )
}

function notWritten(line: JournalLine, file: string, error: unknown): AppError {
  const unsent = goesBeforeSending(line)
  const problem = message(unsent ? 'journal.not-written-unsent' : 'journal.not-written')
  return storageError(file, 'write', problem, error)
}

/** Null when there is a file of this name already. */
async function openNew(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'ax', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw error
  }
}

/** A new file outlives a power cut only when the folder that names it is synced too. `made`: the first folder made. */
async function syncFolders(folder: string, made: string | undefined): Promise<void> {
  if (process.platform === 'win32') return // Folders can't be opened there, and NTFS keeps names in its own log.
  const last = made === undefined ? folder : path.dirname(made)
  for (let each = folder; ; each = path.dirname(each)) {
    const handle = await open(each, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (each === last || each === path.dirname(each)) return
  }
}
