import type { Part } from '../../../shared/export/rows'
import { createTimeSlice } from '../lib/time-slice'
import type { OpenedFile } from './open-file'

const CHUNK_CHARS = 256 * 1024
const LOOK_EVERY = 64

/** Texts on their way to a file, in chunks. */
export interface Out {
  readonly bytes: number
  /** Throws as the file's `write`. */
  put(parts: Iterable<Part>): Promise<void>
  /** What is not on its way yet. */
  flush(): Promise<void>
}

export function createOut(file: OpenedFile, signal: AbortSignal | undefined): Out {
  let text = ''
  let bytes = 0

  async function flush(): Promise<void> {
    if (text === '') return
    const chunk = Buffer.from(text)
    text = ''
    bytes += chunk.length
    await file.write(chunk)
  }
  const slice = createTimeSlice(signal)
  let count = 0

  /** Others get their turn after a while. */
  async function breathe(): Promise<void> {
    if (slice.isOver()) await slice.rest()
  }
  async function take(piece: string): Promise<void> {
    text += piece
    if (text.length >= CHUNK_CHARS) await flush()
  }
  async function put(parts: Iterable<Part>): Promise<void> {
    slice.begin()
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part
        if (text.length >= CHUNK_CHARS) await flush()
      } else {
        for (const piece of part) {
          await take(piece)
          await breathe()
        }
      }
      count += 1
      if (count % LOOK_EVERY === 0) await breathe()
    }
  }

  return {
    get bytes() {
      return bytes + Buffer.byteLength(text)
    },
    put,
    flush,
  }
}
