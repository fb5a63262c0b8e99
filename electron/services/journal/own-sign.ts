import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, stat, utimes, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import { storageError } from './folder'
import { forgetOld } from './sign-files'
import { birthOf, processNamespace } from './writer-process'

export interface OwnSignTimes {
  /** A sign of life so often, while a record is open. */
  readonly beatMs: number
  /** A process that gave none for so long stops by itself. */
  readonly lapseMs: number
}

/** While it is held, other processes see that this one is at work. */
export interface Hold {
  /** Throws STORAGE once others may have taken this process for dead, and undone what it did. */
  require(): void
  release(): void
}

/** This process's own sign of life. */
export function createOwnSign(folder: string, { beatMs, lapseMs }: OwnSignTimes) {
  let sign: { readonly file: string; readonly handle: FileHandle; readonly inode: number } | null = null
  let holds = 0
  /** When the last sign was begun to be written, by this process's monotonic clock. */
  let beatenAt = -Infinity
  /** Counts the times that it was without a sign for too long. */
  let lapses = 0
  let timer: NodeJS.Timeout | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const noteLapse = (): void => {
    if (holds === 0 || performance.now() - beatenAt <= lapseMs) return
    lapses += 1
    beatenAt = performance.now()
  }
  const drop = async (): Promise<void> => {
    const gone = sign
    sign = null
    await gone?.handle.close().catch(() => undefined)
    if (gone) await rm(gone.file, { force: true }).catch(() => undefined)
  }
  const make = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await forgetOld(folder)
    const [birth, namespace] = [await birthOf(process.pid), await processNamespace()]
    const who = `${process.pid}${birth === null ? '' : `.${birth}`}${namespace === null ? '' : `@${namespace}`}`
    const file = path.join(folder, `${who}~${randomUUID()}`)
    const handle = await open(file, 'wx', 0o600)
    sign = { file, handle, inode: (await handle.stat()).ino }
  }
  /** The time of a write is the file system's own. */
  const beat = async (): Promise<void> => {
    const began = performance.now()
    if (sign && (await inodeOf(sign.file)) !== sign.inode) await drop()
    if (!sign) await make()
    if (!sign) return
    try {
      await sign.handle.write('.', 0)
    } catch {
      // A full disk: the time alone can be set all the same.
      await utimes(sign.file, new Date(), new Date())
    }
    noteLapse()
    beatenAt = Math.max(began, beatenAt)
  }
  const inTurn = (): Promise<void> => {
    const done = queue.then(beat)
    queue = done.catch(() => undefined)
    return done
  }
  const goOn = (): void => {
    clearTimeout(timer)
    if (holds === 0) return
    timer = setTimeout(
      () =>
        void inTurn()
          .catch(() => undefined)
          .finally(goOn),
      beatMs,
    ).unref()
  }
  return {
    async hold(): Promise<Hold> {
      noteLapse()
      try {
        await inTurn()
      } catch (error) {
        throw storageError(folder, 'write', message('journal.not-written-unsent'), error)
      }
      holds += 1
      if (holds === 1) {
        beatenAt = performance.now()
        goOn()
      }
      const since = lapses
      let held = true
      return {
        require() {
          noteLapse()
          if (since !== lapses) throw lapsed(folder)
        },
        release() {
          if (held) holds -= 1
          held = false
          if (holds === 0) clearTimeout(timer)
        },
      }
    },
    async close(): Promise<void> {
      holds = 0
      clearTimeout(timer)
      await queue
      await drop()
    },
  }
}

function inodeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ ino }) => ino,
    () => null,
  )
}

function lapsed(folder: string): AppError<'STORAGE'> {
  const problem = message('journal.lapsed')
  return new AppError('STORAGE', { file: folder, operation: 'write', problem, why: null, sent: false })
}
