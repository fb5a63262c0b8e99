import { readdir, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/**
 * What a file's name tells: when it was made (UTC), by which process, and the how-manieth of that process it is. The
 * order of names is that of their making.
 */
export interface FileName {
  /** YYYYMMDDhhmmss. */
  readonly stamp: string
  readonly pid: number
  /** Of the process; null where the system doesn't tell. */
  readonly birth: string | null
  readonly serial: number
}

const NAME = /^journal-(\d{14})-(\d+)(?:\.([0-9a-z]+))?-(\d+)\.jsonl$/

export function writeName({ stamp, pid, birth, serial }: FileName): string {
  return `journal-${stamp}-${pid}${birth === null ? '' : `.${birth}`}-${serial}.jsonl`
}

/** Null for a file that is not the journal's. */
export function readName(file: string): FileName | null {
  const [, stamp, pid, birth = null, serial] = NAME.exec(path.basename(file)) ?? []
  if (stamp === undefined || pid === undefined || serial === undefined) return null
  return { stamp, pid: Number(pid), birth, serial: Number(serial) }
}

export function stampOf(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 14)
}

/** The journal's files, oldest first; none when there is no folder. Throws STORAGE when it can't be read. */
export async function journalFiles(folder: string): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true })
    const named = found.flatMap((entry) => {
      const name = entry.isFile() ? readName(entry.name) : null
      return name ? [{ name, file: path.join(folder, entry.name) }] : []
    })
    return named.sort((a, b) => compare(a.name, b.name)).map(({ file }) => file)
  } catch (error) {
    if (isMissing(error)) return []
    throw storageError(folder, 'read', message('journal.not-read'), error)
  }
}

function compare(a: FileName, b: FileName): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1
  return a.pid - b.pid || a.serial - b.serial
}

/** The latest time at which the file may have been made, ms since 1970. */
export function writtenAt({ stamp }: FileName): number {
  return Date.parse(stamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.999Z'))
}

/** Removes the oldest files until what is left is within `keepBytes`, but none that `isNeeded`. Gives those that went. */
export async function removeOldest(
  folder: string,
  keepBytes: number,
  isNeeded: (file: string) => boolean | Promise<boolean>,
): Promise<readonly string[]> {
  const files = await journalFiles(folder)
  const sizes = await Promise.all(files.map(sizeOf))
  let total = sizes.reduce((sum, size) => sum + size, 0)
  const removed: string[] = []
  for (const [at, file] of files.entries()) {
    if (total <= keepBytes) break
    if ((await isNeeded(file)) || !(await remove(file))) continue
    removed.push(file)
    total -= sizes[at] ?? 0
  }
  return removed
}

/** 0 for a file that another process has removed meanwhile. */
function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

/** False when it can't be removed: no reason to stop writing. */
function remove(file: string): Promise<boolean> {
  return unlink(file).then(
    () => true,
    (error: unknown) => isMissing(error),
  )
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** `problem`: what could not be done, and what follows; `error` is the system's. */
export function storageError(
  file: string,
  operation: 'read' | 'write',
  problem: Message,
  error: unknown,
): AppError<'STORAGE'> {
  const why = error instanceof Error ? error.message : String(error)
  return new AppError('STORAGE', { file, operation, problem, why, sent: false })
}
