import type { SavedConnection } from '../../../shared/model/connection'
import type { CopyPlan } from '../../../shared/model/stream-copy'
import type { EntryId } from '../../../shared/entry-id'
import type { ServerStamp } from '../connections/connections'
import type { Snapshot } from '../inspection/stream-snapshot'
import type { JobServices } from '../jobs/job-services'
import type { Journal } from '../journal/journal'

export interface CopyOptions extends JobServices {
  readonly journal: Journal
  connection(connectionId: string): SavedConnection
}

/** A plan, and what its run needs beside it. */
export interface PreparedCopy {
  readonly plan: CopyPlan
  /** The last id of the source that can be in it: what comes later is not. */
  readonly through: EntryId
  /** Where the run begins; null: where the choice says. */
  readonly begin: EntryId | null
  /** By what the source is known again, and its server. */
  readonly snapshot: Snapshot
  readonly stamp: ServerStamp
}
