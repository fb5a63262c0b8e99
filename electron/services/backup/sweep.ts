import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { expiredFiles, type RetentionLimits } from '../../../shared/judgement/backup-retention'
import type { RemovedBackups, SavedUsage } from '../../../shared/model/saved-usage'
import { rewriteLocked } from '../lib/file-lock'
import type { Journal } from '../journal/journal'
import { removeSaved, savedFiles, type SavedOnDisk } from './saved-files'

/** Of all processes on the directory one looks so often. */
const EVERY_MS = 3_600_000

export interface BackupSweep {
  /** What is there. Throws STORAGE. */
  usage(): Promise<SavedUsage>
  /** By hand: all that was last written to before a moment (ms since 1970) and that is not needed. Throws STORAGE. */
  remove(changedBefore: number): Promise<RemovedBackups>
  /** Removes what is beyond the limits, unless a process did so within the hour. Never throws. */
  sweep(): Promise<void>
  /** Waits for what is being removed. */
  close(): Promise<void>
}

interface SweepOptions {
  readonly dataDir: string
  readonly journal: Pick<Journal, 'list' | 'get'>
  readonly log: Logger
  limits(): RetentionLimits
}

/** Keeps what is saved before deletions within its limits: once at the start, and every hour. */
export function createBackupSweep({ dataDir, journal, log, limits }: SweepOptions): BackupSweep {
  const file = path.join(dataDir, 'retention.json')
  const all = () => savedFiles(dataDir, journal)
  const removeThese = async (files: readonly SavedOnDisk[]): Promise<RemovedBackups> => {
    const removed: SavedOnDisk[] = []
    for (const each of files) if (await removeSaved(each)) removed.push(each)
    return { files: removed.length, bytes: bytesOf(removed) }
  }
  /** With no other process in between: two would count what the other has removed. */
  const locked = async (work: () => Promise<string | null>): Promise<void> => rewriteLocked(file, work)
  const stamp = (): string => JSON.stringify({ sweptAt: Date.now() })

  let sweeping: Promise<void> = Promise.resolve()
  const expired = async () => expiredFiles(await all(), limits(), Date.now())
  const sweepNow = async (): Promise<void> => {
    try {
      if ((await expired()).length === 0) return
      await locked(async () => {
        if (Date.now() - (await sweptAt(file)) < EVERY_MS) return null
        const { files, bytes } = await removeThese(await expired())
        if (files > 0) log.info({ files, bytes }, 'backups beyond the limits were removed')
        return stamp()
      })
    } catch (error) {
      log.warn({ err: error }, 'backups could not be kept within their limits')
    }
  }
  const sweep = (): Promise<void> => (sweeping = sweeping.then(sweepNow))
  const timer = setInterval(() => void sweep(), EVERY_MS)
  timer.unref()
  return {
    async usage() {
      const at = Date.now()
      const files = await all()
      const needed = files.filter(({ isNeeded }) => isNeeded)
      const oldestAt = files.reduce<number | null>(
        (oldest, { changedAt }) => Math.min(oldest ?? changedAt, changedAt),
        null,
      )
      return {
        at,
        files: files.length,
        bytes: bytesOf(files),
        oldestAt,
        needed: { files: needed.length, bytes: bytesOf(needed) },
      }
    },
    async remove(changedBefore) {
      let removed: RemovedBackups = { files: 0, bytes: 0 }
      await locked(async () => {
        const now = await removeThese((await all()).filter((each) => !each.isNeeded && each.changedAt < changedBefore))
        removed = { files: removed.files + now.files, bytes: removed.bytes + now.bytes }
        return null
      })
      return removed
    },
    sweep,
    async close() {
      clearInterval(timer)
      await sweeping
    },
  }
}

function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** 0: never, or nothing tells. */
async function sweptAt(file: string): Promise<number> {
  try {
    const { sweptAt: at } = JSON.parse(await readFile(file, 'utf8')) as { sweptAt?: unknown }
    // A clock that was set back must not put it off.
    return typeof at === 'number' && at <= Date.now() ? at : 0
  } catch {
    return 0
  }
}
