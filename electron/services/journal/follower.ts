import { stat } from 'node:fs/promises'
import { isMissing, journalFiles } from './folder'
import { FORMAT, isIntent, parseLine, type JournalLine } from './lines'
import { linesOf } from './reading'
import type { LineSpan } from './writing'

/** Reads what other processes, earlier or at this very time, wrote into the folder. */
export interface Follower {
  /** Reads what came since the last time. Throws STORAGE when the folder can't be read. */
  refresh(): Promise<void>
  /** Lines that could not be read; a whole file that could not counts as one. Those of newer files don't. */
  damaged(): number
  /** Files that a newer Sluice wrote, in a format that is not wholly understood here. */
  newer(): number
  isNewer(file: string): boolean
  /** Whether the process that writes the file was alive at the last refresh. */
  isLive(file: string): boolean
}

export interface FollowerOptions {
  readonly folder: string
  isOwn(file: string): boolean
  /** Whether the process that writes the file is alive. */
  isBeingWritten(file: string): Promise<boolean>
  /** Whether a record without an end begins in it. */
  isUnfinished(file: string): boolean
  /** A line of another process. Intents are left out: they are many, large, and read back when needed. */
  onLine(line: JournalLine, at: LineSpan): void
  /** The files that there are. */
  onFiles(files: ReadonlySet<string>): void
}

interface Progress {
  /** Bytes read of whole lines. */
  offset: number
  /** Of the file when it was read last, by a process that is no more; else -1. */
  size: number
  damaged: number
  /** Its last line has no end, and nobody seems to write one. */
  torn: boolean
  unreadable: boolean
  newer: boolean
  live: boolean
}

export function createFollower({
  folder,
  isOwn,
  isBeingWritten,
  isUnfinished,
  onLine,
  onFiles,
}: FollowerOptions): Follower {
  const progress = new Map<string, Progress>()
  let refreshing: Promise<void> | null = null

  const readFurther = async (file: string, so: Progress): Promise<void> => {
    const { size } = await stat(file)
    // What a dead process wrote is all there, unless it only stood still and goes on.
    const isRead = !so.live && !so.unreadable && size === so.size
    if (isRead && !isUnfinished(file)) return
    so.live = await isBeingWritten(file)
    if (isRead && !so.live) return
    // Looked at before reading: what comes after is read the next time.
    so.torn = false
    for await (const { bytes, end, whole } of linesOf(file, so.offset)) {
      if (!whole && (so.live || isIntent(bytes))) break
      const line = bytes.length === 0 || isIntent(bytes) ? 'unknown' : parseLine(bytes)
      if (!whole && line === 'damaged') {
        so.torn = true
        break
      }
      so.offset = end
      if (line === 'damaged') so.damaged += 1
      else if (line !== 'unknown' && line.t !== 'intent') {
        if (line.t === 'format') so.newer = line.version > FORMAT
        onLine(line, { file, from: end - bytes.length - (whole ? 1 : 0), to: end })
      }
    }
    so.size = so.live ? -1 : size
  }
  const readAll = async (): Promise<void> => {
    const files = await journalFiles(folder)
    const present = new Set(files)
    for (const file of progress.keys()) if (!present.has(file)) progress.delete(file)
    onFiles(present)
    for (const file of files) {
      if (isOwn(file)) continue
      const so = progress.get(file) ?? newProgress()
      progress.set(file, so)
      try {
        await readFurther(file, so)
        so.unreadable = false
      } catch (error) {
        so.unreadable = !isMissing(error)
      }
    }
  }
  return {
    refresh: () => (refreshing ??= readAll().finally(() => (refreshing = null))),
    damaged: () =>
      [...progress.values()].reduce(
        (sum, so) => sum + (so.newer ? 0 : so.damaged + (so.torn ? 1 : 0)) + (so.unreadable ? 1 : 0),
        0,
      ),
    newer: () => [...progress.values()].filter(({ newer }) => newer).length,
    isNewer: (file) => progress.get(file)?.newer ?? false,
    isLive: (file) => progress.get(file)?.live ?? false,
  }
}

function newProgress(): Progress {
  return { offset: 0, size: -1, damaged: 0, torn: false, unreadable: false, newer: false, live: true }
}
