import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/error'
import { isMissing, readName, storageError, writtenAt } from './folder'
import { birthOf, isStillRunning, processNamespace } from './writer-process'
import { message } from '../../../shared/words/messages'

export interface PresenceTimes {
  /** A sign of life so often, while a record is open. */
  readonly beatMs: number
  /** A process that gave none for so long stops by itself. */
  readonly lapseMs: number
  /** One that gave none for so long is taken for dead by those that can't look it up. */
  readonly deadMs: number
}

const TIMES: PresenceTimes = { beatMs: 5_000, lapseMs: 30_000, deadMs: 60_000 }
const FORGET_MS = 24 * 60 * 60_000

/** While it is held, other processes see that this one is at work. */
export interface Hold {
  /** Throws STORAGE once others may have taken this process for dead, and undone what it did. */
  require(): void
  release(): void
}

/**
 * Who of the processes that write into a data directory is alive.
 *
 * Each keeps a file in `running/` while it has a record open, named by its process id, its birth, and its namespace of
 * process ids, and writes a byte to it every 5 s. What is guaranteed, on volumes of one machine (not on network file systems):
 *
 * - Within one namespace the process id and the birth tell, exactly and at once: a process that stands still (SIGSTOP, a
 *   suspended laptop, a busy machine) is alive for as long as it is there, one that crashed is dead.
 * - From another namespace (two containers, or a container and its host, on one volume) or another kernel (a virtual machine
 *   that shares the folder) the signs of life tell. A process is dead after 60 s without one, by the file system's own clock.
 *   Where the clock was set or the machine was asleep it is dead only once 60 s have passed without a sign while it was
 *   watched. So a process that was killed may be taken for alive for that long, and its records for running.
 * - A process that could not give a sign for 30 s (paused, stopped, its disk gone) sends nothing more for the records that it
 *   had open: `require` throws. So what another process undoes after 60 s is not done further by the first one when it
 *   wakes up, but for a command that was on its way to the server already.
 * - A file of a process without such a sign, as 0.1.0 wrote, is judged by process id and birth alone.
 */
export interface Presence {
  /** Held when it resolves: the sign is on the disk. Throws STORAGE. */
  hold(): Promise<Hold>
  /** Whether the process that writes this file of the journal is alive. */
  isBeingWritten(file: string): Promise<boolean>
  close(): Promise<void>
}

interface Sign {
  readonly file: string
  readonly pid: number
  readonly birth: string | null
  readonly namespace: string | null
}

const NAME = /^(\d+)(?:\.([0-9a-z]+))?(?:@([0-9a-z]+))?~[0-9a-f-]{36}$/

export function createPresence(dataDir: string, times: PresenceTimes = TIMES): Presence {
  const folder = path.join(dataDir, 'running')
  const own = createOwnSign(folder, times)
  const judge = createJudge(folder, times)

  const signsOf = async (pid: number, birth: string | null): Promise<readonly Sign[]> =>
    (await signsIn(folder)).filter((sign) => sign.pid === pid && sign.birth === birth)
  return {
    hold: own.hold,
    async isBeingWritten(file) {
      const name = readName(file)
      if (name === null) return false
      const { pid, birth } = name
      const namespace = await processNamespace()
      const signs = await signsOf(pid, birth)
      // Two of them may have the same id and birth, each in a namespace of its own: either may be the writer.
      const elsewhere = signs.filter((sign) => namespace === null || sign.namespace !== namespace)
      for (const sign of elsewhere) if (await judge(sign.file)) return true
      if (signs.length > 0 && elsewhere.length === signs.length) return false
      return isStillRunning(pid, birth, writtenAt(name))
    },
    close: own.close,
  }
}

/** This process's own sign of life. */
function createOwnSign(folder: string, { beatMs, lapseMs }: PresenceTimes) {
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

/** Tells by its signs of life whether a process that can't be looked up is alive. */
function createJudge(folder: string, { deadMs, beatMs }: PresenceTimes) {
  const seen = new Map<string, { readonly mark: string; readonly since: number }>()
  /** How far the clock of the system is ahead of the one that stands still while the machine sleeps. */
  let ahead = Date.now() - performance.now()
  let jumpedAt = -Infinity

  return async (file: string): Promise<boolean> => {
    const now = performance.now()
    const aheadNow = Date.now() - now
    if (Math.abs(aheadNow - ahead) > beatMs / 2) jumpedAt = now
    ahead = aheadNow
    const mark = await timeOf(file)
    if (mark === null) {
      seen.delete(file)
      return false
    }
    const before = seen.get(file)
    const since = before?.mark === String(mark) ? before.since : now
    seen.set(file, { mark: String(mark), since })
    if (now - since > deadMs) return false
    return (await folderTime(folder)) - mark <= deadMs || now - jumpedAt <= deadMs
  }
}

async function signsIn(folder: string): Promise<readonly Sign[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw storageError(folder, 'read', message('journal.not-read'), error)
  })
  return names.flatMap((name) => {
    const [, pid, birth = null, namespace = null] = NAME.exec(name) ?? []
    return pid === undefined ? [] : [{ file: path.join(folder, name), pid: Number(pid), birth, namespace }]
  })
}

/** What is a day old belongs to nobody: whoever wakes up then makes a new one. */
async function forgetOld(folder: string): Promise<void> {
  const now = await folderTime(folder)
  for (const { file } of await signsIn(folder)) {
    const time = await timeOf(file)
    if (time !== null && now - time > FORGET_MS) await rm(file, { force: true }).catch(() => undefined)
  }
}

/** What the file system takes for now, ms since 1970; what the system does where nothing can be written. */
async function folderTime(folder: string): Promise<number> {
  const probe = path.join(folder, `probe-${randomUUID()}`)
  try {
    await writeFile(probe, '', { mode: 0o600 })
    return (await stat(probe)).mtimeMs
  } catch {
    return Date.now()
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
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
