import type { Writer } from '../../redis/reader-writer'
import type { RecordWriter } from '../journal/journal'
import type { RecordDraft } from './record-draft'

/** By this name a grant is begun. Imported by the guard, which gives it, and by `start-job.ts`, which uses it. */
export const BEGIN = Symbol('begin')

export interface Begun {
  readonly writer: Writer
  readonly record: RecordWriter
}

export interface Beginnable {
  /** Journals what is about to be done, and gives the only way to a `Writer`. Throws STORAGE. */
  [BEGIN](draft: RecordDraft): Promise<Begun>
}
