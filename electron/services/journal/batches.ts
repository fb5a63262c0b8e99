import type { PriorEntry } from '../../../shared/model/journal'
import { isMissing, journalFiles, storageError } from './folder'
import { parseLine, unpackIntent, type JournalLine } from './lines'
import { linesOf } from './reading'

/** One batch as it was before, and which of its entries were changed. `until` null: no outcome was written. */
export interface JournalBatch {
  readonly at: number
  readonly until: number | null
  readonly changed: readonly PriorEntry[]
}

/** The batches of a record, in the order of their outcomes; those without one come last. `begunIn`: its first file. */
export async function* readBatches(folder: string, id: string, begunIn: string): AsyncGenerator<JournalBatch, void> {
  const waiting = new Map<number, { at: number; prior: readonly PriorEntry[] }>()
  const files = await journalFiles(folder)
  for (const file of files.slice(Math.max(0, files.indexOf(begunIn)))) {
    for await (const line of linesOfRecord(file, id)) {
      if (line.t === 'intent') waiting.set(line.batch, { at: line.at, prior: unpackIntent(line) })
      if (line.t !== 'outcome') continue
      const intent = waiting.get(line.batch)
      if (!intent) continue
      waiting.delete(line.batch)
      const except = new Set(line.except)
      yield { at: intent.at, until: line.until, changed: intent.prior.filter((entry) => !except.has(entry.id)) }
    }
  }
  for (const { at, prior } of waiting.values()) yield { at, until: null, changed: prior }
}

async function* linesOfRecord(file: string, id: string): AsyncGenerator<JournalLine, void> {
  try {
    for await (const { bytes } of linesOf(file)) {
      const line = bytes.includes(id) ? parseLine(bytes) : 'unknown'
      if (typeof line === 'object' && line.id === id) yield line
    }
  } catch (error) {
    // A file removed meanwhile was another process's, and held nothing of this record.
    if (!isMissing(error)) throw storageError(file, 'The journal could not be read', error)
  }
}
