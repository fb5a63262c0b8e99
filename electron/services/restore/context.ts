import type { SavedConnection } from '../../../shared/model/connection'
import type { Begun } from '../jobs/begin-record'
import type { JobServices, JobSource } from '../jobs/job-services'
import type { PriorRow } from '../jobs/run-context'
import type { Journal } from '../journal/journal'
import type { RawEntry } from '../../redis/xrange'

export interface RestoreOptions extends JobServices {
  readonly journal: Journal
  readonly dataDir: string
  connection(connectionId: string): SavedConnection
  /** A job is about to read this file to its end, and an undo may need it. */
  importBegun(file: string): void
}

/** What reading for a restore works with. `key`: the stream that entries go to, or that is looked at. */
export type RestoreSource = Omit<JobSource, 'lostReply'>

/** What the job of a restore works with. */
export interface RestoreContext extends JobSource, Begun {}

/** For the journal: an entry that nobody holds. */
export function unheld({ id }: Pick<RawEntry, 'id'>): PriorRow {
  return { id, consumer: Buffer.alloc(0), deliveries: 0, deliveredAt: 0 }
}
