import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { once } from 'node:events'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

/** A file of JSON Lines: a line about the stream, then one per entry: `{"id","fields":[[name, value]…]}`. */
export interface Backup {
  readonly file: string
  add(entries: readonly RawEntry[]): Promise<void>
  /** On the disk when it resolves. */
  finish(): Promise<void>
  /** Lets go of the file after a failure. */
  abandon(): void
}

/** Throws STORAGE when the file can't be written; so do `add` and `finish`. */
export async function openBackup(dataDir: string, recordId: string, key: Bytes): Promise<Backup> {
  const folder = path.join(dataDir, 'backups')
  const file = path.join(folder, `trim-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${recordId}.jsonl`)
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError('STORAGE', { file }, `The backup could not be written, so nothing was trimmed: ${reason}`)
    }
  }
  return guarded(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 })
    await once(stream, 'open')
    const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error))
    failed.catch(() => undefined)
    const write = async (text: string): Promise<void> => {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed])
    }
    await write(`${JSON.stringify({ stream: key, savedAt: new Date().toISOString() })}\n`)
    return {
      file,
      add: (entries) => guarded(() => write(entries.map(entryLine).join(''))),
      finish: () =>
        guarded(async () => {
          stream.end()
          await finished(stream)
          const handle = await open(file, 'r')
          await handle.sync().finally(() => handle.close())
        }),
      abandon: () => {
        stream.destroy()
      },
    }
  })
}

function entryLine({ id, fields }: RawEntry): string {
  const pairs: [Bytes, Bytes][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    pairs.push([fromBuffer(fields[at] ?? Buffer.alloc(0)), fromBuffer(fields[at + 1] ?? Buffer.alloc(0))])
  }
  return `${JSON.stringify({ id, fields: pairs })}\n`
}
