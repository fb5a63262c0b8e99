import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  unwatchFile,
  watchFile,
  type StatsListener,
} from 'node:fs'
import type { Logger } from 'pino'

const MOST_BYTES = 1_048_576
const WATCH_EVERY_MS = 250

/** Why a file that says who is let in can't be taken. `code`: the system's, of what could not be read. */
export class KeptUnreadable extends Error {
  override readonly name = 'KeptUnreadable'
  constructor(
    readonly why: 'not-read' | 'not-private' | 'damaged',
    readonly code = '',
  ) {
    super(why)
  }
}

/** What `parse` makes of it; null: there is no such file. Throws `KeptUnreadable`, also where others than its owner may read or change it. */
export function readKept<T>(file: string, parse: (found: unknown) => T): T | null {
  const text = readOwn(file)
  if (text === null) return null
  try {
    return parse(JSON.parse(text))
  } catch {
    // What it says may quote a hash.
    throw new KeptUnreadable('damaged')
  }
}

function readOwn(file: string): string | null {
  let handle: number
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new KeptUnreadable('not-read', code)
  }
  try {
    const found = fstatSync(handle)
    const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
    if (!found.isFile() || !isOwn) throw new KeptUnreadable('not-private')
    if (found.size > MOST_BYTES) throw new KeptUnreadable('damaged')
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}

/** A file as it is by now: it is looked at again where it changed. */
export interface Kept<T> {
  now(): T
  /** Calls back soon after the file changed. */
  onChange(listener: () => void): void
  close(): void
}

interface KeptOptions<T> {
  readonly file: string
  /** Null: there is no file. Throws `KeptUnreadable`. */
  readonly read: (file: string) => T | null
  /** What there is where the file is gone, damaged, or not its owner's alone. */
  readonly none: T
  readonly log: Logger
  readonly watchEveryMs?: number | undefined
}

/** Throws `KeptUnreadable`. What can't be read later lets nobody in, and is logged. */
export function followKept<T>({ file, read, none, log, watchEveryMs = WATCH_EVERY_MS }: KeptOptions<T>): Kept<T> {
  let kept = read(file) ?? none
  let mark = markOf(file)
  const listeners: StatsListener[] = []
  return {
    now() {
      const found = markOf(file)
      if (found === mark) return kept
      mark = found
      try {
        kept = read(file) ?? none
        if (found === null) log.error({ file }, 'the file of who is let in is gone: nobody of it gets in')
      } catch (error) {
        kept = none
        const { why = 'damaged', code = '' } = error instanceof KeptUnreadable ? error : {}
        log.error({ file, why, code }, 'the file of who is let in can not be read: nobody of it gets in')
      }
      return kept
    },
    onChange(listener) {
      const onStats = (): void => listener()
      listeners.push(onStats)
      watchFile(file, { persistent: false, interval: watchEveryMs }, onStats)
    },
    close() {
      for (const listener of listeners) unwatchFile(file, listener)
    },
  }
}

/** Changes with the file; null: there is none, or it can't be looked at. */
function markOf(file: string): string | null {
  try {
    const { ino, size, mode, uid, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
    return `${ino}/${size}/${mode}/${uid}/${mtimeNs}/${ctimeNs}`
  } catch {
    return null
  }
}
