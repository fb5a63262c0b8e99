import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { StreamSummary } from '../../../shared/model/stream'
import { groupKey } from '../../../shared/group-key'
import { filesIn, foldersIn, sweep } from './history-files'
import { readPast, type Past, type Span } from './read-past'
import { createRecorder, type Recorder } from './recorder'
import { groupFigures, seriesName, streamFigures } from './series'

/** All files of all connections take no more. */
const MOST_BYTES = 200 * 1_024 * 1_024
const WRITE_EVERY_MS = 10_000
const SWEEP_EVERY_MS = 600_000

/**
 * What was seen of all streams, on the disk, so that it is there after a restart: by 10 s for 3 hours, by the minute for 2 days,
 * by 10 minutes for 30 days (`tiers.ts`); 200 MB at most. Who is killed loses what was seen within the last step.
 * `place`: which connection, told by what makes its folder; null: nothing is kept of it.
 */
export interface History {
  note(place: string | null, summary: StreamSummary, atMs: number): void
  /** The stream is no more. */
  gone(place: string | null, key: Bytes): void
  read(place: string | null, key: Bytes, span: Span): Promise<readonly Past[]>
  /** On the disk, of all connections. */
  bytes(): Promise<number>
  /** Forgets all that was kept of the places that begin so; of all without. What is seen from now on is kept again. */
  clear(prefix?: string): Promise<void>
  /** Writes what it has. */
  close(): Promise<void>
}

interface Kept {
  readonly recorder: Recorder
  /** The groups that were seen last of each stream. */
  readonly groups: Map<string, readonly string[]>
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
  const places = new Map<string, Kept>()
  let isWell = true
  let sweptAtMs = -Infinity
  /** One after the other. */
  let work = Promise.resolve()

  const placeOf = (place: string): Kept => {
    const known = places.get(place)
    if (known) return known
    const made = { recorder: createRecorder(join(root, place)), groups: new Map<string, readonly string[]>() }
    places.set(place, made)
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
    // What is refused in one place holds up no other.
    for (const { recorder } of places.values()) await tried(isEnd ? recorder.end() : recorder.write(nowMs))
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
    note(place, summary, atMs) {
      if (place === null) return
      const { recorder, groups } = placeOf(place)
      const { key } = summary
      const id = bytesKey(key)
      if (!recorder.note(id, () => seriesName(key), streamFigures(summary), atMs)) return
      const seen = summary.groups.map((group) => {
        const its = groupKey(key, group.name)
        recorder.note(its, () => seriesName(key, group.name), groupFigures(group), atMs)
        return its
      })
      for (const before of groups.get(id) ?? []) if (!seen.includes(before)) recorder.forget(before, atMs)
      groups.set(id, seen)
    },
    gone(place, key) {
      if (place === null) return
      const { recorder, groups } = placeOf(place)
      const id = bytesKey(key)
      for (const each of [id, ...(groups.get(id) ?? [])]) recorder.forget(each, now())
      groups.delete(id)
    },
    async read(place, key, span) {
      if (place === null) return []
      await inTurn(() => write())
      return readPast(join(root, place), key, span)
    },
    async bytes() {
      const files = await Promise.all((await foldersIn(root)).map(filesIn))
      return files.flat().reduce((sum, file) => sum + file.bytes, 0)
    },
    clear: (prefix = '') =>
      inTurn(async () => {
        for (const place of [...places.keys()]) if (place.startsWith(prefix)) places.delete(place)
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
