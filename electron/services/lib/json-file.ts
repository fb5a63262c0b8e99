import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import type { Logger } from 'pino'
import { AppError } from '../../../shared/error'

/** One JSON file of the data directory, kept whole: written to a new file and renamed, readable by this user only. */
export interface Store {
  /** What is there now; empty when there is none. */
  readonly content: Readonly<Record<string, unknown>>
  /** Replaces it. Throws STORAGE when that fails; the old file is then as it was. */
  replace(content: Readonly<Record<string, unknown>>): void
  /** Keeps a copy of a file that can't be (wholly) understood, so that the next write loses nothing. */
  setAside(why: string): void
}

export interface StoreOptions {
  readonly dataDir: string
  /** Of the file, without `.json`. */
  readonly name: string
  readonly log: Logger
}

/** Opens the file. One that is no JSON is set aside, with a warning in the log, and counts as empty. */
export function openStore({ dataDir, name, log }: StoreOptions): Store {
  const file = join(dataDir, `${name}.json`)
  const fail = (error: unknown, what: string): never => {
    log.error({ err: error, file }, `${what} failed`)
    throw new AppError('STORAGE', { file }, `${file} could not be ${what === 'reading' ? 'read' : 'written'}.`)
  }
  const setAside = (why: string): void => {
    if (!existsSync(file)) return
    const kept = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '')}`
    try {
      renameSync(file, kept)
    } catch (error) {
      fail(error, 'writing')
    }
    log.warn({ file, kept }, `${why}: the old file is kept`)
  }

  let content = readContent(dataDir, name, (error) => {
    if (!(error instanceof SyntaxError)) fail(error, 'reading')
    setAside('the file is no JSON')
  })
  return {
    get content() {
      return content
    },
    replace(next) {
      try {
        // What the file holds by now doesn't matter: it is replaced whole.
        open(dataDir, name, true).store = { ...next }
      } catch (error) {
        fail(error, 'writing')
      }
      content = { ...next }
    },
    setAside,
  }
}

function open(dataDir: string, name: string, clearInvalidConfig: boolean): Conf {
  return new Conf({
    cwd: dataDir,
    clearInvalidConfig,
    configName: name,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
    deserialize: parseObject,
  })
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not an object')
  return { ...value }
}

function readContent(dataDir: string, name: string, onError: (error: unknown) => void): Record<string, unknown> {
  try {
    return { ...open(dataDir, name, false).store }
  } catch (error) {
    onError(error)
    return {}
  }
}
