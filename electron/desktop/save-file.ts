import type { OpenFile } from '../services/export/open-file'
import type { SaveFile } from '../services/inspection/save-file'
import { openPartFile } from '../host/part-file'

/** Asks where to save a file of this name, as the platform does; null: nowhere. */
export type AskPath = (name: string) => Promise<string | null>

/** First where, and only then the reading: nothing is held in memory while a dialog is open. */
export function createSaveFile(askPath: AskPath): SaveFile {
  return async (name, read) => {
    const path = await askPath(name)
    if (path === null) return { outcome: { kind: 'cancelled' }, done: Promise.resolve() }
    const bytes = await read()
    const file = await openPartFile(path)
    try {
      await file.write(bytes)
      await file.end()
    } finally {
      await file.drop()
    }
    return { outcome: { kind: 'saved', file: path, bytes: bytes.length }, done: Promise.resolve() }
  }
}

/** The same, of a file that is written as it is read. */
export function createOpenFile(askPath: AskPath): OpenFile {
  return async (name, signal) => {
    const path = await askPath(name)
    signal?.throwIfAborted()
    return path === null ? null : { ...(await openPartFile(path)), target: { kind: 'file', file: path } }
  }
}
