import { randomUUID } from 'node:crypto'
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { message } from '../../../shared/words/messages'
import { isMissing, storageError } from './folder'

/** A file that a process which writes into the data directory keeps in `running/`. The time of its last write is the sign. */
export interface Sign {
  readonly file: string
  readonly pid: number
  readonly birth: string | null
  readonly namespace: string | null
}

const FORGET_MS = 24 * 60 * 60_000
const NAME = /^(\d+)(?:\.([0-9a-z]+))?(?:@([0-9a-z]+))?~[0-9a-f-]{36}$/

/** Throws STORAGE where the folder is there and can't be read. */
export async function signsIn(folder: string): Promise<readonly Sign[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw storageError(folder, 'read', message('journal.not-read'), error)
  })
  return names.flatMap((name) => {
    const [, pid, birth = null, namespace = null] = NAME.exec(name) ?? []
    return pid === undefined ? [] : [{ file: path.join(folder, name), pid: Number(pid), birth, namespace }]
  })
}

/** What is a day old belongs to nobody: whoever wakes up then makes a new one. */
export async function forgetOld(folder: string): Promise<void> {
  const now = await folderTime(folder)
  for (const { file } of await signsIn(folder)) {
    const time = await timeOf(file)
    if (time !== null && now - time > FORGET_MS) await rm(file, { force: true }).catch(() => undefined)
  }
}

/** What the file system takes for now, ms since 1970; what the system does where nothing can be written. */
export async function folderTime(folder: string): Promise<number> {
  const probe = path.join(folder, `probe-${randomUUID()}`)
  try {
    await writeFile(probe, '', { mode: 0o600 })
    return (await stat(probe)).mtimeMs
  } catch {
    return Date.now()
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

/** Of its last write, ms since 1970, by the file system; null: it is gone. */
export function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
}
