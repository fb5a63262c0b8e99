import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TIERS, type Tier } from './tiers'

/** One file of history: what one process saw of one connection in one stretch of time. */
export interface HistoryFile {
  readonly path: string
  readonly tier: Tier
  readonly fromMs: number
  readonly bytes: number
}

/** Rounds up what is on the disk, so that many small files don't hide. */
const BLOCK = 4_096

/** Where a process writes: the name is its own, so that two never write into one file, nor on after a torn end. */
export function newFileName({ stepMs, fileMs }: Tier, atMs: number): string {
  const from = Math.floor(atMs / fileMs) * fileMs
  return `${stepMs}-${from}-${randomBytes(6).toString('hex')}.bin`
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** Null: called so, it is none of ours. */
export function fileOf(name: string, bytes: number): HistoryFile | null {
  const [, step, from] = /^(\d+)-(\d+)-[0-9a-f]+\.bin$/.exec(name) ?? []
  const tier = TIERS.find(({ stepMs }) => stepMs === Number(step))
  return tier === undefined ? null : { path: name, tier, fromMs: Number(from), bytes }
}

/** The files in a folder, the oldest first; none where there is no folder. What is called otherwise is not ours. */
export async function filesIn(folder: string): Promise<readonly HistoryFile[]> {
  const names = await readdir(folder).catch(none)
  const files = await Promise.all(
    names.map(async (name): Promise<HistoryFile | null> => {
      const file = fileOf(name, 0)
      if (file === null) return null
      const path = join(folder, name)
      const size = await stat(path).then(
        (found) => found.size,
        () => null,
      )
      return size === null ? null : { ...file, path, bytes: Math.ceil(size / BLOCK) * BLOCK }
    }),
  )
  return files.filter((file) => file !== null).toSorted((a, b) => a.fromMs - b.fromMs)
}

/** The folders of all connections. */
export async function foldersIn(root: string): Promise<readonly string[]> {
  const names = await readdir(root, { withFileTypes: true }).catch(none)
  return names.filter((each) => each.isDirectory()).map(({ name }) => join(root, name))
}

/** Removes what is older than its tier is kept, and the oldest beyond `mostBytes` of all. */
export async function sweep(root: string, nowMs: number, mostBytes: number): Promise<void> {
  const files: HistoryFile[] = []
  for (const folder of await foldersIn(root)) files.push(...(await filesIn(folder)))
  const isOver = ({ tier, fromMs }: HistoryFile): boolean => fromMs + tier.fileMs + tier.keepMs < nowMs
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  for (const file of files.toSorted((a, b) => a.fromMs + a.tier.fileMs - (b.fromMs + b.tier.fileMs))) {
    if (!isOver(file) && bytes <= mostBytes) continue
    bytes -= file.bytes
    await rm(file.path, { force: true })
  }
  // Those that are empty by now; another process may be about to write into one: it makes it anew.
  for (const folder of await foldersIn(root)) await rmdir(folder).catch(() => undefined)
}

function none(): [] {
  return []
}
