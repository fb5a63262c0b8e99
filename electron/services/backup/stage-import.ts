import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { storageError } from '../journal/folder'
import { linesIn } from '../journal/reading'
import { readImportLine, wrongLine } from './import-line'
import { wentFile } from './names'
import { openWentLog } from './went-log'
import { openBackup, type Backup } from './whole-backup'

/** The longest line that is read. */
const MOST_LINE_BYTES = 256 * 1024 * 1024
const PART_ENTRIES = 1_000
const PART_BYTES = 1024 * 1024

/** Entries of a file, all of which can be read, kept as a backup is: what is looked at is what is added, whatever becomes of the file. */
export interface StagedImport {
  /** Its name among the backups. */
  readonly name: string
  readonly entries: number
  /** It is not needed after all. Never throws. */
  discard(): Promise<void>
}

export interface StageOptions {
  /** `keep`: they go up, as they have to in a stream. */
  readonly ids: 'keep' | 'new'
  readonly signal: AbortSignal
}

/**
 * Reads JSON Lines as they come, one line at a time, and keeps their entries. Throws BAD_INPUT with the first line that is wrong, and
 * where there is no entry; STORAGE; and the signal's reason. Nothing is kept then.
 */
export async function stageImport(
  dataDir: string,
  key: Bytes,
  chunks: AsyncIterable<Buffer>,
  { ids, signal }: StageOptions,
): Promise<StagedImport> {
  const backup = await openBackup(dataDir, randomUUID(), key, 'import')
  try {
    let entries = 0
    for await (const part of inParts(entriesOf(chunks, ids))) {
      signal.throwIfAborted()
      await backup.add(part)
      entries += part.length
    }
    if (entries === 0) {
      const [problem, remedy] = [message('entry-import.empty'), message('entry-import.give-entries')]
      throw new AppError('BAD_INPUT', { field: 'file', problem, remedy })
    }
    await finish(backup, entries)
    const discard = () => remove(backup.file)
    return { name: path.basename(backup.file), entries, discard }
  } catch (error) {
    await backup.discard()
    if (isAppError(error) || signal.aborted) throw error
    throw storageError('', 'read', message('entry-import.not-read'), error)
  }
}

/** What is written at a time. */
async function* inParts(entries: AsyncIterable<RawEntry>): AsyncGenerator<readonly RawEntry[], void> {
  let part: RawEntry[] = []
  let bytes = 0
  for await (const entry of entries) {
    part.push(entry)
    bytes += entryBytes(entry)
    if (part.length < PART_ENTRIES && bytes < PART_BYTES) continue
    yield part
    part = []
    bytes = 0
  }
  if (part.length > 0) yield part
}

/** All of it is to be had again from there. */
async function finish(backup: Backup, entries: number): Promise<void> {
  await backup.finish()
  const log = await openWentLog(backup.file)
  await log.add({ went: [[0, entries - 1]], entries, through: entries - 1 })
  await log.close()
}

async function remove(file: string): Promise<void> {
  for (const each of [file, wentFile(file)]) await rm(each, { force: true }).catch(() => undefined)
}

/** In their order. An export without its last line, or with lines behind it, is not whole. */
async function* entriesOf(chunks: AsyncIterable<Buffer>, ids: StageOptions['ids']): AsyncGenerator<RawEntry, void> {
  const notWhole = (line: number) =>
    wrongLine(line, message('entry-import.wrong-end'), message('entry-import.export-anew'))
  const order = createOrder(ids === 'keep' ? 1 : 0)
  let isExport = false
  let hasEnded = false
  let line = 0
  let rows = 0
  for await (const { bytes, whole } of linesIn(chunks, 0, MOST_LINE_BYTES)) {
    line += 1
    if (!whole && bytes.length > MOST_LINE_BYTES) {
      throw wrongLine(line, message('entry-import.too-long'), message('entry-import.leave-out'))
    }
    const read = readImportLine(bytes, line)
    if (read.kind === 'blank') continue
    if (hasEnded) throw notWhole(line)
    if (read.kind === 'head') isExport = true
    else if (read.kind === 'end') {
      if (read.rows !== rows) throw notWhole(line)
      hasEnded = true
    } else {
      order(read.entry.id, line)
      rows += 1
      yield read.entry
    }
  }
  if (isExport && !hasEnded) throw notWhole(line + 1)
}

/** Throws BAD_INPUT where an id does not go the way that the ones before it went. */
function createOrder(first: 0 | 1): (id: EntryId, line: number) => void {
  let last: EntryId | null = null
  let way: number = first
  return (id, line) => {
    if (last !== null) {
      const step = Math.sign(compareIds(id, last))
      if (step === 0 || (way !== 0 && step !== way)) {
        throw wrongLine(line, message('entry-import.order', { id, after: last }), message('entry-import.sort'))
      }
      way = step
    }
    last = id
  }
}
