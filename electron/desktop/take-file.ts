import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { TakeFile } from '../services/backup/given-file'

/** Asks which file to read, as the platform does; null: none. */
export type AskFile = () => Promise<string | null>

/** Those that can be read once more. */
const MOST_KNOWN = 8

/** Only what a person chose is read: a page has no way to name a file, but by a word for one that was chosen before. */
export function createTakeFile(ask: AskFile): TakeFile {
  const known = new Map<string, string>()
  return async (again, signal) => {
    const path = again === null ? await ask() : (known.get(again) ?? null)
    signal?.throwIfAborted()
    if (path === null) return null
    const word = again ?? randomUUID()
    known.delete(word)
    known.set(word, path)
    for (const oldest of [...known.keys()].slice(0, -MOST_KNOWN)) known.delete(oldest)
    const bytes = await stat(path).then(
      ({ size }) => size,
      () => null,
    )
    const stream = createReadStream(path, { highWaterMark: 1 << 18 })
    // Told by whoever reads.
    stream.on('error', () => undefined)
    return {
      origin: { kind: 'file', name: basename(path), bytes },
      again: word,
      chunks: stream,
      drop: () => void stream.destroy(),
    }
  }
}
