import type { EntryId } from '../../../shared/entry-id'
import type { ServerInfo } from '../../../shared/model/connection'
import type { JobCounts, JobFailure } from '../../../shared/model/job'
import type { PriorEntry } from '../../../shared/model/journal'
import { fromBuffer, inRuns } from '../../redis/bytes'
import type { Writer } from '../../redis/reader-writer'
import type { RecordWriter } from '../journal/journal'
import type { LostReply } from './lost-reply'
import type { ObservedRow } from '../inspection/observe-pending'
import type { SameGroups } from '../inspection/group-positions'
import type { StreamMark } from '../inspection/stream-mark'
import type { GroupSource } from '../../redis/source'

/** What a job of recovery works with. */
export interface RunContext extends GroupSource {
  readonly writer: Writer
  readonly record: RecordWriter
  readonly server: ServerInfo
  readonly lostReply: LostReply
}

/** What the job of one action works with. */
export interface ActionContext extends RunContext {
  /** Where backups are kept. */
  readonly dataDir: string
  /** What the stream was known by when it was planned. */
  readonly mark: StreamMark | undefined
  /** Before what lies up to an id is deleted: throws STALE_PLAN where another group came to need it. */
  readonly requireGroups: SameGroups
}

/** What the journal keeps of an entry as it was. */
export type PriorRow = Pick<ObservedRow, 'id' | 'consumer' | 'deliveries' | 'deliveredAt'>

export function priorsOf(rows: readonly PriorRow[]): readonly PriorEntry[] {
  const nameOf = inRuns(fromBuffer)
  return rows.map(({ id, consumer, deliveries, deliveredAt }) => {
    return { id, consumer: nameOf(consumer), deliveries, deliveredAt }
  })
}

/** What one batch came to, or the part of it that is known. */
export interface BatchOutcome {
  readonly counts: JobCounts
  /** Those of its entries that were not changed. */
  readonly except: readonly EntryId[]
  /** Server time by which all was carried out, ms since 1970; null where nothing told. */
  readonly until: number | null
  /** Entries of which the action wrote a copy, with the copy's id. */
  readonly copies?: readonly (readonly [EntryId, EntryId])[]
  /** Of those that are not in `except`: what somebody else may have changed instead. */
  readonly unsure?: readonly EntryId[]
  /** Entries that the server refused, with its reason. */
  readonly failures?: readonly JobFailure[]
}
