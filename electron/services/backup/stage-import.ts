import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { ImportFormat } from '../../../shared/model/entry-import'
import { message } from '../../../shared/words/messages'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { storageError } from '../journal/folder'
import { GivenStopped } from './given-file'
import { csvReads } from './import-csv'
import { peek } from './import-format'
import { jsonLinesReads } from './import-json-lines'
import { wrongLine, type ImportFault, type ImportRead } from './import-read'
import { redisCliReads } from './import-redis-cli'
import { wentFile } from './names'
import { openWentLog } from './went-log'
import { openBackup, type Backup } from './whole-backup'

const MIB = 1024 * 1024
/** The longest line that is read. */
const MOST_LINE_BYTES = 256 * MIB
const PART_ENTRIES = 1_000
const PART_BYTES = MIB

/** Entries of a file, all of which can be read, kept as a backup is: what is looked at is what is added, whatever becomes of the file. */
export interface StagedImport {
  /** Its name among the backups. */
  readonly name: string
  readonly entries: number
  /** Of names and values. */
  readonly bytes: number
  /** False: they are given ids by the server only. */
  readonly hasIds: boolean
  /** Whether their ids go up; of one entry they do. */
  readonly goesUp: boolean
  /** It is not needed after all. Never throws. */
  discard(): Promise<void>
}

export interface StageOutcome {
  readonly format: ImportFormat
  /** Null: there are faults, and nothing is kept. */
  readonly staged: StagedImport | null
  /** In the order of their lines. */
  readonly faults: readonly ImportFault[]
}

export interface StageOptions {
  /** `keep`: they have ids, which go up, as they have to in a stream. */
  readonly ids: 'keep' | 'new'
  /** Null: by how it begins. */
  readonly format: ImportFormat | null
  /** Reads no further than to the so-many-th. */
  readonly mostFaults: number
  readonly mostLineBytes?: number
  readonly signal: AbortSignal
}

/**
 * Reads JSON Lines, CSV, or what redis-cli reads or prints, as it comes, one line at a time, and keeps their entries, for the owner of the data directory only. Throws
 * STORAGE, `GivenStopped` and AppErrors of `chunks`, and the signal's reason. Nothing is kept then.
 */
export async function stageImport(
  dataDir: string,
  key: Bytes,
  chunks: AsyncIterable<Buffer>,
  { ids, format: asked, mostFaults, mostLineBytes = MOST_LINE_BYTES, signal }: StageOptions,
): Promise<StageOutcome> {
  let backup: Backup | null = null
  const faults: ImportFault[] = []
  const order = createOrder(ids === 'keep' ? 1 : 0)
  const sum = { entries: 0, bytes: 0 }
  let hasIds = true
  let part: RawEntry[] = []
  let partBytes = 0
  const write = async (): Promise<void> => {
    signal.throwIfAborted()
    backup ??= await openBackup(dataDir, randomUUID(), key, 'import', { ids: hasIds })
    await backup.add(part)
    part = []
    partBytes = 0
  }
  const note = (fault: ImportFault): boolean => faults.push(fault) >= mostFaults
  try {
    const { format: told, cli, separator, wrong, chunks: all } = await peek(chunks)
    const format = asked ?? told
    const readers: Readonly<Record<ImportFormat, () => AsyncIterable<ImportRead>>> = {
      jsonl: () => jsonLinesReads(all, mostLineBytes),
      csv: () => csvReads(all, { separator, mostLineBytes }),
      'redis-cli': () => redisCliReads(all, cli, mostLineBytes),
    }
    const reads = readers[format]()
    if (wrong !== null) note(wrongLine(1, wrong.why, wrong.remedy))
    else {
      for await (const read of reads) {
        signal.throwIfAborted()
        if (read.kind === 'no-ids') {
          hasIds = false
          if (ids === 'keep' && note(withoutIds())) break
        } else {
          const fault = faultOf(read, order)
          if (fault !== null && note(fault)) break
          if (read.kind !== 'entry' || faults.length > 0) continue
          sum.entries += 1
          part.push(read.entry)
          const size = entryBytes(read.entry)
          partBytes += size
          sum.bytes += size
          if (part.length >= PART_ENTRIES || partBytes >= PART_BYTES) await write()
        }
      }
    }
    if (faults.length === 0 && sum.entries === 0) note(noEntry())
    if (faults.length > 0) {
      await (backup as Backup | null)?.discard()
      return { format, staged: null, faults }
    }
    await write()
    const { file } = await finish(backup, sum.entries)
    const staged = { ...sum, name: path.basename(file), hasIds, goesUp: order.goesUp(), discard: () => remove(file) }
    return { format, staged, faults }
  } catch (error) {
    await (backup as Backup | null)?.discard()
    if (isAppError(error) || error instanceof GivenStopped || signal.aborted) throw error
    throw storageError('', 'read', message('entry-import.not-read'), error)
  }
}

function noEntry(): ImportFault {
  const [problem, remedy] = [message('entry-import.empty'), message('entry-import.give-entries')]
  return new AppError('BAD_INPUT', { field: 'file', problem, remedy })
}

function withoutIds(): ImportFault {
  return wrongLine(1, message('entry-import.without-ids'), message('entry-import.id-column'))
}

function faultOf(read: Exclude<ImportRead, { kind: 'no-ids' }>, order: Order): ImportFault | null {
  return read.kind === 'fault' ? read.fault : order.add(read.entry.id, read.line)
}

/** All of it is to be had again from there. */
async function finish(backup: Backup | null, entries: number): Promise<Backup> {
  if (backup === null) throw new Error('there is nothing to keep')
  await backup.finish()
  const log = await openWentLog(backup.file)
  await log.add({ went: [[0, entries - 1]], entries, through: entries - 1 })
  await log.close()
  return backup
}

async function remove(file: string): Promise<void> {
  for (const each of [file, wentFile(file)]) await rm(each, { force: true }).catch(() => undefined)
}

interface Order {
  /** What is wrong where an id does not go the way that the ones before it went. */
  add(id: EntryId, line: number): ImportFault | null
  goesUp(): boolean
}

function createOrder(first: 0 | 1): Order {
  let last: EntryId | null = null
  let way: number = first
  return {
    goesUp: () => way >= 0,
    add(id, line) {
      if (last !== null) {
        const step = Math.sign(compareIds(id, last))
        if (step === 0 || (way !== 0 && step !== way)) {
          return wrongLine(line, message('entry-import.order', { id, after: last }), message('entry-import.sort'))
        }
        way = step
      }
      last = id
      return null
    },
  }
}
