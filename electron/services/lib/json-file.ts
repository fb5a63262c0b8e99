import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'
import { rewriteLocked } from './file-lock'
import { message } from '../../../shared/words/messages'

export type JsonContent = Readonly<Record<string, unknown>>

/** What is wrong with a file, or with something in it. For the log. */
type Damage = 'no-json' | 'damaged-connection'

/**
 * One JSON file of the data directory, which other processes read and change as well. Kept whole: written to a new file
 * and renamed, readable by this user only.
 */
export interface JsonFile {
  /** What was there at the last look; empty when there was none. */
  readonly content: JsonContent
  /**
   * Looks again, at once. True when the content is another one by now. What can't be understood, or is gone, changes
   * nothing: the next `update` keeps it aside. Throws STORAGE where it can't be read.
   */
  refresh(): boolean
  /**
   * Reads, changes and replaces it, with no other process in between. `change` gives the new content, or null to leave it;
   * what it throws is thrown. Throws STORAGE when that fails; the old file is then as it was.
   */
  update(change: (content: JsonContent) => JsonContent | null): Promise<void>
  /** Keeps a copy of what can't be (wholly) understood: if `isDamaged` still, under the lock, it is replaced by `repair`. */
  mend(
    isDamaged: (content: JsonContent) => boolean,
    repair: (content: JsonContent) => JsonContent,
    why: Damage,
  ): Promise<void>
  /** Calls back soon after another process has changed it. Does not keep the process alive. */
  watch(onChange: () => void): void
  close(): void
}

export interface JsonFileOptions {
  readonly dataDir: string
  /** Of the file, without `.json`. */
  readonly name: string
  readonly log: Logger
}

const WATCH_EVERY_MS = 500
/** A file changed so recently may change again without a sign: some file systems count whole seconds. */
const RACY_MS = 2_500n

/** Opens the file. One that is no JSON is set aside, with a warning in the log, and counts as empty. */
export async function openJsonFile({ dataDir, name, log }: JsonFileOptions): Promise<JsonFile> {
  const file = join(dataDir, `${name}.json`)
  let content: JsonContent = {}
  /** Of what was read last; null where it must be read again. */
  let mark: string | null = null
  let listener: (() => void) | null = null
  let queue: Promise<unknown> = Promise.resolve()

  const fail = (error: unknown, operation: 'read' | 'write'): never => {
    if (error instanceof AppError) throw error
    log.error({ err: error, file }, `${operation === 'read' ? 'reading' : 'writing'} failed`)
    const problem = message(operation === 'read' ? 'journal.file-not-read' : 'journal.file-not-written', { file })
    // What the system says of it is in the log.
    throw new AppError('STORAGE', { file, operation, problem, why: null, sent: false })
  }
  /** Null: there is none. Throws SyntaxError for what is no JSON. */
  const read = (): JsonContent | null => {
    try {
      return parseObject(readFileSync(file, 'utf8'))
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return null
    }
  }
  const setAside = async (why: Damage): Promise<void> => {
    const kept = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '')}`
    await rename(file, kept)
    log.warn({ file, kept, why }, 'a file could not be understood: the old file is kept')
  }
  /** What is there now, under the lock. Where that is gone or no JSON, what was known. */
  const readOrSetAside = async (): Promise<JsonContent> => {
    try {
      return read() ?? content
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      await setAside('no-json')
      return content
    }
  }
  const locked = (rewrite: () => Promise<JsonContent | null>): Promise<void> => {
    const write = async (): Promise<void> => {
      let next: JsonContent | null = null
      try {
        await rewriteLocked(file, async () => {
          next = await rewrite()
          return next === null ? null : `${JSON.stringify(next, null, 2)}\n`
        })
      } catch (error) {
        fail(error, 'write')
      }
      mark = null
      if (next !== null) content = next
    }
    const written = queue.then(write)
    queue = written.catch(() => undefined)
    return written
  }

  const self: JsonFile = {
    get content() {
      return content
    },
    refresh() {
      try {
        const now = markOf(file)
        if (now === null || now.text === mark) return false
        mark = now.text
        const next = read()
        if (!now.isOld) mark = null
        if (next === null || JSON.stringify(next) === JSON.stringify(content)) return false
        content = next
        return true
      } catch (error) {
        if (!(error instanceof SyntaxError)) {
          mark = null
          fail(error, 'read')
        }
        log.warn({ file }, 'the file is no JSON (any more): what was known holds')
        return false
      }
    },
    update: (change) => locked(async () => change(await readOrSetAside())),
    mend: (isDamaged, repair, why) =>
      locked(async () => {
        const now = await readOrSetAside()
        if (!isDamaged(now)) return null
        await setAside(why)
        return repair(now)
      }),
    watch(onChange) {
      listener = onChange
      watchFile(file, { persistent: false, interval: WATCH_EVERY_MS }, onChange)
    },
    close() {
      if (listener) unwatchFile(file, listener)
    },
  }

  try {
    content = read() ?? {}
  } catch (error) {
    if (!(error instanceof SyntaxError)) fail(error, 'read')
    // Another process may have put it right by now: under the lock it is read again.
    await locked(async () => {
      content = await readOrSetAside()
      return null
    })
  }
  return self
}

/** Null: there is no such file, or it can't be looked at; reading it tells. */
function markOf(file: string): { readonly text: string; readonly isOld: boolean } | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  if (!found) return null
  const { ino, size, mtimeNs, ctimeNs, mtimeMs } = found
  return { text: `${ino}/${size}/${mtimeNs}/${ctimeNs}`, isOld: BigInt(Date.now()) - mtimeMs > RACY_MS }
}

function parseObject(text: string): JsonContent {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not an object')
  return { ...value }
}
