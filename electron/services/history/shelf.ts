import { constants, createReadStream } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { filesIn, fileOf, makeFolder, type HistoryFile } from './history-files'

/** Where the files of one connection lie. */
export interface Shelf {
  /** Its files, the oldest first. */
  files(): Promise<readonly HistoryFile[]>
  /** A new file, by its name. Rejects where it can't be made. */
  make(name: string, beginning: Buffer): Promise<void>
  /** At the end of one that was made. Rejects with ENOENT where it went meanwhile. */
  append(name: string, bytes: Buffer): Promise<void>
  /** All of it, part by part; nothing more of one that went, or can't be read. */
  read(file: HistoryFile): AsyncIterable<Buffer>
}

const PART_BYTES = 1_024 * 1_024
/** Not made anew where another process removed it: without its beginning what follows could not be read. */
const TO_ITS_END = constants.O_WRONLY | constants.O_APPEND

export function diskShelf(folder: string): Shelf {
  return {
    files: () => filesIn(folder),
    async make(name, beginning) {
      await makeFolder(folder)
      await writeFile(join(folder, name), beginning, { flag: 'wx', mode: 0o600 })
    },
    append: (name, bytes) => appendFile(join(folder, name), bytes, { flag: TO_ITS_END }),
    read: ({ path }) => partsOf(path),
  }
}

/** A file may be of some hundred MB. */
async function* partsOf(path: string): AsyncGenerator<Buffer, void> {
  try {
    yield* createReadStream(path, { highWaterMark: PART_BYTES }) as AsyncIterable<Buffer>
  } catch {
    // What is there was told.
  }
}

/** Of a connection that nothing is kept of: as long as this process lives, `mostBytes` of the newest. */
export function memoryShelf(mostBytes: number): Shelf {
  const files = new Map<string, Buffer[]>()
  const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0)
  const list = (): readonly HistoryFile[] =>
    [...files]
      .flatMap(([name, parts]) => fileOf(name, sizeOf(parts)) ?? [])
      .toSorted((a, b) => a.fromMs + a.tier.fileMs - (b.fromMs + b.tier.fileMs))
  const makeRoom = (): void => {
    const all = list()
    const nowMs = Math.max(...all.map(({ fromMs }) => fromMs))
    let bytes = all.reduce((sum, file) => sum + file.bytes, 0)
    for (const file of all) {
      const isOver = file.fromMs + file.tier.fileMs + file.tier.keepMs < nowMs
      if (!isOver && bytes <= mostBytes) continue
      bytes -= file.bytes
      files.delete(file.path)
    }
  }
  return {
    files: () => Promise.resolve(list()),
    make(name, beginning) {
      files.set(name, [beginning])
      makeRoom()
      return Promise.resolve()
    },
    append(name, bytes) {
      const parts = files.get(name)
      if (!parts) return Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
      parts.push(bytes)
      makeRoom()
      return Promise.resolve()
    },
    read: ({ path }) => Readable.from([...(files.get(basename(path)) ?? [])]),
  }
}
