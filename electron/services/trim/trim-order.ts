import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { TrimPlan } from '../../../shared/model/trim-plan'
import type { Writer } from '../../redis/reader-writer'
import type { LostReply } from '../jobs/lost-reply'
import type { RecordWriter } from '../journal/journal'
import type { Source } from '../../redis/source'
import type { WentLog } from '../backup/went-log'
import type { Keeping } from './keep-needed'
import type { SameGroups } from '../inspection/group-positions'
import type { Snapshot } from '../inspection/stream-snapshot'

/** What a job of trimming works with. */
export interface TrimOrder extends Source {
  readonly writer: Writer
  readonly record: RecordWriter
  readonly plan: Pick<TrimPlan, 'id' | 'strategy' | 'approximate' | 'references' | 'limit' | 'removes'>
  readonly snapshot: Snapshot
  /** As the plan found it: null: nothing is kept; undefined: still to be found. */
  readonly firstKept: EntryId | null | undefined
  /** How what groups need is kept; null: it is not to be. Nothing from `neededFrom` on goes, which is null where no group needed any. */
  readonly keeping: Keeping | null
  readonly neededFrom: EntryId | null
  /** Throws STALE_PLAN where a group came to need what goes. */
  readonly requireGroups: SameGroups
  /** The server has XTRIM MINID, and with it LIMIT (6.2+). */
  readonly minId: boolean
  /** Where to save what goes; null: nowhere. */
  readonly backup: { readonly dataDir: string; readonly name: Bytes } | null
  /** Once it is saved: where to write down what of it went; null where nothing is saved. */
  readonly wentLog: WentLog | null
  readonly lostReply: LostReply
}

/** A group, and the id after which it needs what comes. */
export interface Held {
  readonly by: Buffer
  readonly after: EntryId
}

/** A trim that goes on. */
export interface RunningTrim extends TrimOrder {
  /** To be told of who holds it back by now, before its end. */
  hold(held: Held | null): void
}
