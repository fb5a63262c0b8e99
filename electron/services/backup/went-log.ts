import { mkdir, open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { EntryId } from '../../../shared/entry-id'
import { wentFile } from './names'

/** From one to another, both included: ids of a backup that is in their order, or numbers of its entries, from 0. */
export type WentRange = readonly [EntryId, EntryId] | readonly [number, number]

/** What one step took away. */
export interface WentStep {
  readonly went: readonly WentRange[]
  /** How many, as the server told. */
  readonly entries: number
  /** Up to here all is known: what did not go stayed. */
  readonly through: EntryId | number
}

/** What of a backup really went, step by step. What no step tells of may have gone, or not. */
export interface WentLog {
  /** On the disk when it resolves. Never throws: where it can't be written, it is not known what went. */
  add(step: WentStep): Promise<void>
  close(): Promise<void>
}

/** `file`: the backup's. */
export async function openWentLog(file: string): Promise<WentLog> {
  let handle = await create(wentFile(file)).catch(() => null)
  const close = async (): Promise<void> => {
    const open = handle
    handle = null
    await open?.close().catch(() => undefined)
  }
  return {
    async add(step) {
      try {
        await handle?.appendFile(`${JSON.stringify(step)}\n`)
        await handle?.datasync()
      } catch {
        // After a step is missing the next would not tell the truth.
        await close()
      }
    },
    close,
  }
}

async function create(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  return open(file, 'a', 0o600)
}
