import { randomUUID } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import { link, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { rewriteLocked } from '../services/lib/file-lock'
import { mergeById, mergeFields, type Fields } from '../services/lib/three-way'
import { together, type DataDirs } from './data-dir'

/** What was in the data directory and belongs into the one for settings. */
const FILES = ['connections.json', 'settings.json']
/** Of the data directory: what the files held when they were moved. */
const MOVED = 'moved'
/** Behind the name of one that is being moved. */
const TAKEN = '.taken-'
const LOOK_EVERY_MS = 2_000

export interface MovedSettings {
  /** Where to keep things: all in the data directory where the other one can't be had. */
  readonly dirs: DataDirs
  close(): void
}

/**
 * Moves settings and connections out of the data directory, where an earlier Sluice kept them, and leaves links there. Such a
 * Sluice that still runs, or is started again, goes on by these: what it writes, which puts a file in the link's place, is taken
 * over as well, when Sluice starts and while it runs, field by field (see `three-way.ts`). Where that fails, all stays and is
 * used where it was. Several processes may do so at once.
 */
export async function moveSettings(dirs: DataDirs, log: Logger): Promise<MovedSettings> {
  const stay = { dirs: together(dirs.data), close: () => undefined }
  if (dirs.data === dirs.config) return stay
  try {
    await mkdir(dirs.config, { recursive: true, mode: 0o700 })
    if (await isSame(dirs.data, dirs.config)) return stay
    await takeOver(dirs, log)
  } catch (error) {
    log.warn({ err: error, ...dirs }, 'settings could not be moved: they are used where they were')
    const moved = await Promise.all(FILES.map((name) => exists(join(dirs.config, name))))
    const left = await Promise.all(FILES.map((name) => exists(join(dirs.data, name))))
    // What was moved before, and is nowhere else, is used where it is.
    if (left.includes(true) || !moved.includes(true)) return stay
  }
  const old = FILES.map((name) => join(dirs.data, name))
  const look = (): void => {
    takeOver(dirs, log).catch((error: unknown) =>
      log.warn({ err: error }, 'an earlier Sluice wrote what could not be taken over'),
    )
  }
  for (const file of old) watchFile(file, { persistent: false, interval: LOOK_EVERY_MS }, look)
  return { dirs, close: () => old.forEach((file) => unwatchFile(file, look)) }
}

async function takeOver(dirs: DataDirs, log: Logger): Promise<void> {
  for (const name of FILES) while (await takeOne(dirs, name, log));
}

/**
 * False: there is nothing to be taken over. What an earlier Sluice wrote is moved aside before it is read, so that it is one
 * text, and under a lock, so that what it changed is told from what was taken over the last time. A process that ends in the
 * midst of it leaves that to the next.
 */
async function takeOne(dirs: DataDirs, name: string, log: Logger): Promise<boolean> {
  const [from, to, folder] = [join(dirs.data, name), join(dirs.config, name), join(dirs.data, MOVED)]
  if (!(await isOld(from, to)) && (await takenOf(folder, name)).length === 0) return false
  let taken = ''
  let wasDone = false
  try {
    await rewriteLocked(join(folder, name), async () => {
      taken = (await takenOf(folder, name))[0] ?? ''
      if (taken === '' && (await isOld(from, to))) {
        taken = join(folder, `${name}${TAKEN}${randomUUID()}`)
        await rename(from, taken)
      }
      if (taken === '') return null
      const text = await readOr(taken, null)
      // Another process was done with it, and took it away in this very moment.
      if (text === null) {
        wasDone = true
        return null
      }
      const theirs = parse(text)
      if (theirs === null) {
        const kept = `${from}.damaged-${new Date().toISOString().replace(/[:.]/g, '')}`
        await rename(taken, kept)
        log.warn({ from, kept }, 'what an earlier Sluice kept is no JSON: it is left as it is')
        return null
      }
      await absorb(to, parse(await readOr(join(folder, name), '')), theirs)
      return text
    })
  } catch (error) {
    // Back, unless it was written anew.
    if (taken !== '')
      await link(taken, from)
        .then(() => rm(taken))
        .catch(() => undefined)
    throw error
  }
  if (wasDone) return true
  if (taken === '') return false
  await rm(taken, { force: true })
  // Where it was written anew, that is taken over next; a file system without links goes without.
  if (await exists(to)) await symlink(to, from).catch(() => undefined)
  log.info({ from, to }, 'moved')
  return true
}

/** Not our link, nor the very file that is in the new place. */
async function isOld(from: string, to: string): Promise<boolean> {
  const target = await readlink(from).catch(() => null)
  return target !== to && (await exists(from)) && !(await isSame(from, to))
}

/** The oldest first. */
async function takenOf(folder: string, name: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const found = names.filter((each) => each.startsWith(`${name}${TAKEN}`)).map((each) => join(folder, each))
  const dated = await Promise.all(
    found.map(async (file) => ({ file, at: (await stat(file).catch(() => null))?.mtimeMs ?? 0 })),
  )
  return dated.sort((a, b) => a.at - b.at).map(({ file }) => file)
}

/** Puts what was changed from `base` to `theirs` into the file in the new place. */
async function absorb(to: string, base: Fields | null, theirs: Fields): Promise<void> {
  await rewriteLocked(to, async () => {
    const ours = parse(await readOr(to, '{}'))
    if (ours === null) throw new SyntaxError(`${to} is no JSON`)
    const merged = merge(base, theirs, ours)
    return JSON.stringify(merged) === JSON.stringify(ours) ? null : `${JSON.stringify(merged, null, 2)}\n`
  })
}

function merge(base: Fields | null, theirs: Fields, ours: Fields): Fields {
  const merged = mergeFields(base, theirs, ours)
  const lists = [base, theirs, ours].map((each) => each?.['connections'])
  const [was, other, own] = lists.map((list) => (Array.isArray(list) ? (list as readonly unknown[]) : null))
  if (!other && !own) return merged
  return { ...merged, connections: mergeById(was ?? null, other ?? [], own ?? []) }
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    return null
  }
}

async function readOr<T>(file: string, otherwise: T): Promise<string | T> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    unlessGone(error)
    return otherwise
  })
}

async function isSame(a: string, b: string): Promise<boolean> {
  const look = (path: string) => stat(path, { bigint: true }).catch(() => null)
  const [one, other] = [await look(a), await look(b)]
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null
}

function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
