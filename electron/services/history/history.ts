import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import type { SeenStream } from '../lib/seen-stream'
import { filesIn, foldersIn, sweep } from './history-files'
import { createKeeper, type Keeper } from './keeper'
import { readPast, type Past, type Span } from './read-past'
import { diskShelf, memoryShelf, type Shelf } from './shelf'

/** All files of all connections take no more. */
const MOST_BYTES = 200 * 1_024 * 1_024
/** Of a connection that nothing is kept of on the disk. */
const MOST_IN_MEMORY = 8 * 1_024 * 1_024
const WRITE_EVERY_MS = 10_000
const SWEEP_EVERY_MS = 600_000

/**
 * What was seen of all streams, on the disk, so that it is there after a restart: by 10 s for 3 hours, by the minute for 2 days,
 * by 10 minutes for 30 days (`tiers.ts`); 200 MB at most. Who is killed loses what was seen within the last step.
 * `folder`: which connection, told by what makes its folder, or `inMemory`: it goes with this process.
 */
export interface History {
  note(folder: string, seen: SeenStream, atMs: number): void
  /** The stream is no more. */
  gone(folder: string, key: Bytes): void
  /** See `readPast`. */
  read(folder: string, key: Bytes, span: Span, group?: Bytes | null): Promise<readonly Past[]>
  /** On the disk, of all connections. */
  bytes(): Promise<number>
  /** Forgets all that was kept of the folders that begin so; of all without. What is seen from now on is kept again. */
  clear(prefix?: string): Promise<void>
  /** Writes what it has. */
  close(): Promise<void>
}

interface Kept {
  readonly keeper: Keeper
  readonly shelf: Shelf
}

/** Begins what is no folder. */
const IN_MEMORY = 'memory:'

/** The folder of a connection that nothing is kept of on the disk. */
export function inMemory(connectionId: string): string {
  return IN_MEMORY + connectionId
}

export interface HistoryOptions {
  readonly dataDir: string
  readonly log: Logger
  readonly mostBytes?: number
  /** ms since 1970. */
  readonly now?: () => number
}

export function createHistory({ dataDir, log, mostBytes = MOST_BYTES, now = Date.now }: HistoryOptions): History {
  const root = join(dataDir, 'history')
  const all = new Map<string, Kept>()
  let isWell = true
  let sweptAtMs = -Infinity
  /** One after the other. */
  let work = Promise.resolve()

  const keptOf = (folder: string): Kept => {
    const known = all.get(folder)
    if (known) return known
    const shelf = folder.startsWith(IN_MEMORY) ? memoryShelf(MOST_IN_MEMORY) : diskShelf(join(root, folder))
    const made = { keeper: createKeeper(shelf), shelf }
    all.set(folder, made)
    return made
  }
  const inTurn = <T>(next: () => Promise<T>): Promise<T> => {
    const done = work.then(next)
    work = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }
  const write = async (isEnd = false): Promise<void> => {
    const nowMs = now()
    const failed: unknown[] = []
    const tried = (doing: Promise<void>): Promise<void> => doing.catch((error: unknown) => void failed.push(error))
    // What is refused in one folder holds up no other.
    for (const { keeper } of all.values()) await tried(isEnd ? keeper.end() : keeper.write(nowMs))
    if (nowMs - sweptAtMs >= SWEEP_EVERY_MS) {
      sweptAtMs = nowMs
      await tried(sweep(root, nowMs, mostBytes))
    }
    // Looking goes on without a memory; told once.
    if (isWell && failed.length > 0) log.warn({ err: failed[0] }, 'the history of streams is not kept')
    isWell = failed.length === 0
  }
  const timer = setInterval(() => void inTurn(() => write()), WRITE_EVERY_MS).unref()

  return {
    note: (folder, seen, atMs) => keptOf(folder).keeper.note(seen, atMs),
    gone: (folder, key) => all.get(folder)?.keeper.gone(key, now()),
    async read(folder, key, span, group) {
      await inTurn(() => write())
      return readPast(keptOf(folder).shelf, key, span, group)
    },
    async bytes() {
      const files = await Promise.all((await foldersIn(root)).map(filesIn))
      return files.flat().reduce((sum, file) => sum + file.bytes, 0)
    },
    clear: (prefix = '') =>
      inTurn(async () => {
        for (const folder of [...all.keys()]) if (folder.startsWith(prefix)) all.delete(folder)
        for (const folder of await foldersIn(root)) {
          if (basename(folder).startsWith(prefix)) await rm(folder, { recursive: true, force: true })
        }
      }),
    async close() {
      clearInterval(timer)
      await inTurn(() => write(true))
    },
  }
}
