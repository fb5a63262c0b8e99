import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

export interface LockTimes {
  /** A lock in which nothing has changed for so long was left by a process that is no more, or that stands still. */
  readonly staleMs: number
  /** Whoever has not got it by then gives up. */
  readonly patienceMs: number
}

/** It is held for some milliseconds at a time. */
const TIMES: LockTimes = { staleMs: 3_000, patienceMs: 30_000 }
const MOST_POLL_MS = 50

/** What is done under the lock: gives the file's new text, or null where it stays as it is. It may be asked again. */
export type Rewrite = () => Promise<string | null>

/**
 * Replaces a file as one of several processes that do so, each after reading what the others left: nobody's change is
 * written over. The new text is whole, on the disk, and readable by this user only before it gets the file's name.
 *
 * The lock is a folder beside the file, made elsewhere and moved into its place: a move onto a folder that holds something
 * fails, on every local file system and in every container that has the volume. The new text is written inside and moved
 * out, so the one system call that commits succeeds only while the lock is held. A lock that was left behind (crash, SIGKILL,
 * SIGSTOP, a paused container) is broken by moving the whole folder away; one who wakes up later finds nothing to move, and
 * begins anew. So no change is lost to a broken lock, and a wrong guess at who is dead costs a repetition only. No clock but
 * the waiting process's own monotonic one is asked: neither a clock that was set nor a suspended laptop matters. Not made
 * for network file systems, which may show late what others wrote.
 *
 * Throws the system's error, and ETIMEDOUT when others kept the lock all the time.
 */
export async function rewriteLocked(file: string, rewrite: Rewrite, times: LockTimes = TIMES): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const lock = `${file}.lock`
  for (;;) {
    const draft = await take(lock, times)
    try {
      const text = await rewrite()
      if (text === null || (await commit(draft, text, file))) return
    } finally {
      await rm(draft, { force: true }).catch(() => undefined)
      // Not where another has it by now: theirs is not empty.
      await rmdir(lock).catch(() => undefined)
    }
  }
}

/** Gives the file inside the lock that the new text is to be written to. */
async function take(lock: string, { staleMs, patienceMs }: LockTimes): Promise<string> {
  const name = randomUUID()
  const own = `${lock}-${name}`
  const began = performance.now()
  let seen = ''
  let seenAt = began
  try {
    await prepare(own, name)
    for (let pollMs = 5; ; pollMs = Math.min(pollMs * 1.5, MOST_POLL_MS)) {
      if (await moveInto(own, lock, name)) return path.join(lock, name)
      const now = performance.now()
      const mark = await markOf(lock)
      if (mark !== seen) [seen, seenAt] = [mark, now]
      else if (mark !== '' && now - seenAt > staleMs) await breakLock(lock, own)
      if (now - began > patienceMs) throw timedOut(lock)
      await setTimeout(pollMs * (0.5 + Math.random()))
    }
  } catch (error) {
    await rm(own, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

async function prepare(own: string, name: string): Promise<void> {
  await mkdir(own, { recursive: true, mode: 0o700 })
  await writeFile(path.join(own, name), '', { mode: 0o600 })
}

/** False where somebody has the lock. */
async function moveInto(own: string, lock: string, name: string): Promise<boolean> {
  try {
    await rename(own, lock)
    return true
  } catch (error) {
    if (isHeld(error)) return false
    // Whoever broke a lock took ours, which was not in its place yet, for a broken one.
    if (codeOf(error) !== 'ENOENT') throw error
    await prepare(own, name)
    return false
  }
}

/** Windows says EPERM for a move onto any folder. */
function isHeld(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOTEMPTY' || code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM')
}

/** Another one for another lock. Empty: it is gone. */
async function markOf(lock: string): Promise<string> {
  try {
    const { ino, mtimeNs, ctimeNs } = await stat(lock, { bigint: true })
    return `${ino}/${mtimeNs}/${ctimeNs}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

/** Also clears away what those left that were killed while they waited. */
async function breakLock(lock: string, own: string): Promise<void> {
  const aside = `${lock}-`
  await rename(lock, `${aside}${randomUUID()}`).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error // Let go of, or broken by another.
  })
  const folder = path.dirname(lock)
  const found = (await readdir(folder)).filter((name) => name.startsWith(path.basename(aside)))
  const others = found.map((name) => path.join(folder, name)).filter((each) => each !== own)
  await Promise.all(others.map((each) => rm(each, { recursive: true, force: true })))
}

/** False when the lock was broken meanwhile: nothing was changed then. */
async function commit(draft: string, text: string, file: string): Promise<boolean> {
  try {
    const handle = await open(draft, 'r+')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await move(draft, file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  await syncFolder(path.dirname(file))
  return true
}

/** Windows refuses to replace a file while somebody, a virus scanner say, has it open. */
async function move(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 20 || codeOf(error) === 'ENOENT') throw error
      await setTimeout(attempt * 5)
    }
  }
}

/** The new name is on the disk, too. Windows can't sync a folder, and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

function timedOut(lock: string): Error {
  return Object.assign(new Error(`ETIMEDOUT: others kept ${lock} all the time`), { code: 'ETIMEDOUT' })
}
