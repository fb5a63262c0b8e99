import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../shared/error'
import { message } from '../../shared/words/messages'

/** A file that is written under a name of its own, beside the one that it gets once it is whole; what was there before stays until then. */
export interface PartFile {
  /** Throws STORAGE, as do the others. */
  write(bytes: Buffer): Promise<void>
  /** Gives it its name. */
  end(): Promise<void>
  /** Nothing of it stays. Never throws, and does nothing to one that has its name. */
  drop(): Promise<void>
}

/** Throws STORAGE. */
export async function openPartFile(path: string): Promise<PartFile> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw notWritten(path, error)
    }
  }
  const handle = await guarded(open(part, 'wx', 0o600))
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
  let hasName = false
  return {
    write: (bytes) => guarded(handle.writeFile(bytes)),
    async end() {
      // Else a machine that goes down could find the name, and not all that is in it.
      await guarded(handle.datasync())
      await guarded(close())
      await guarded(rename(part, path))
      hasName = true
    },
    async drop() {
      if (hasName) return
      await close().catch(() => undefined)
      await rm(part, { force: true }).catch(() => undefined)
    },
  }
}

function notWritten(path: string, error: unknown): AppError<'STORAGE'> {
  const why = error instanceof Error && 'code' in error ? String(error.code) : null
  const file = basename(path)
  const problem = message('journal.file-not-written', { file })
  return new AppError('STORAGE', { file, operation: 'write', why, sent: false, problem })
}
