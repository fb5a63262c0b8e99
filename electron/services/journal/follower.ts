import { isBeingWritten, isMissing, journalFiles } from './folder'
import { FORMAT, isIntent, parseLine, type JournalLine } from './lines'
import { linesOf } from './reading'

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
  /** A line of another process. Intents are left out: they are many, large, and read back when needed. */
  onLine(line: JournalLine, file: string): void
  /** The files that there are. */
  onFiles(files: ReadonlySet<string>): void
}

interface Progress {
  /** Bytes read. */
  offset: number
  damaged: number
  unreadable: boolean
  newer: boolean
  live: boolean
}

export function createFollower({ folder, isOwn, onLine, onFiles }: FollowerOptions): Follower {
  const progress = new Map<string, Progress>()
  let refreshing: Promise<void> | null = null

  const readFurther = async (file: string, so: Progress): Promise<void> => {
    // Asked before reading: what a dead process wrote is all there.
    so.live = await isBeingWritten(file)
    for await (const { bytes, end, whole } of linesOf(file, so.offset)) {
      if (!whole && so.live) return
      so.offset = end
      if (bytes.length === 0 || isIntent(bytes)) continue
      const line = parseLine(bytes)
      if (line === 'damaged') so.damaged += 1
      else if (line !== 'unknown') {
        if (line.t === 'format') so.newer = line.version > FORMAT
        onLine(line, file)
      }
    }
  }
  const readAll = async (): Promise<void> => {
    const files = await journalFiles(folder)
    const present = new Set(files)
    for (const file of progress.keys()) if (!present.has(file)) progress.delete(file)
    onFiles(present)
    for (const file of files) {
      if (isOwn(file)) continue
      const so = progress.get(file) ?? { offset: 0, damaged: 0, unreadable: false, newer: false, live: true }
      progress.set(file, so)
      if (!so.live && !so.unreadable) continue
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
      [...progress.values()].reduce((sum, so) => sum + (so.newer ? 0 : so.damaged) + (so.unreadable ? 1 : 0), 0),
    newer: () => [...progress.values()].filter(({ newer }) => newer).length,
    isNewer: (file) => progress.get(file)?.newer ?? false,
    isLive: (file) => progress.get(file)?.live ?? false,
  }
}
