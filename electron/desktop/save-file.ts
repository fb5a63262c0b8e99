import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../shared/error'
import { message } from '../../shared/words/messages'
import type { SaveFile } from '../services/inspection/save-file'

/** Asks where to save a file of this name, as the platform does; null: nowhere. */
export type AskPath = (name: string) => Promise<string | null>

/** First where, and only then the reading: nothing is held in memory while a dialog is open. */
export function createSaveFile(askPath: AskPath): SaveFile {
  return async (name, read) => {
    const path = await askPath(name)
    if (path === null) return { outcome: { kind: 'cancelled' }, done: Promise.resolve() }
    const bytes = await read()
    await writeWhole(path, bytes)
    return { outcome: { kind: 'saved', file: path, bytes: bytes.length }, done: Promise.resolve() }
  }
}

/** All of it or nothing: what was there before stays until the new one is complete. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    await writeFile(part, bytes, { flag: 'wx', mode: 0o600 })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    const why = error instanceof Error && 'code' in error ? String(error.code) : null
    const file = basename(path)
    throw new AppError('STORAGE', {
      ...{ file, operation: 'write', why, sent: false },
      problem: message('journal.file-not-written', { file }),
    })
  }
}
