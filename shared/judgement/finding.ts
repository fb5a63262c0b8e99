import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'
import type { ClaimSeen } from '../model/claim-outcome'
import type { Suspect } from '../model/last-words'
import type { StoppedRule } from '../model/rule-stop'
import type { StreamSummary } from '../model/stream'
import type { Collision } from './collision'
import type { Growth } from './growth'
import type { PendingPeek } from './pending-peek'
import type { GroupRates } from './rates'
import type { TriageRow } from './triage-row'
import type { VanishedGroup } from './vanished'

interface OnRow {
  readonly id: string
  readonly row: TriageRow
}

interface OnStream {
  readonly id: string
  readonly key: Bytes
}

/** Something that needs a look, of one group, one stream, or many together. `id`: the same as long as it is the same trouble. */
export type Finding =
  /** `dead`: for so long that it does not come back by itself. */
  | (OnRow & {
      readonly kind: 'stalled' | 'dead'
      readonly consumer: Bytes
      readonly pending: number
      readonly idleMs: number
      /** Other stalled consumers, and what they hold. */
      readonly others: number
      readonly othersPending: number
      /** What was seen of the last claim in its group. */
      readonly claims: ClaimSeen | null
      /** What it held when it was found silent; null: it was not watched then. */
      readonly heldThen?: number | null | undefined
    })
  /** A consumer that is alive and does not touch what it holds. */
  | (OnRow & {
      readonly kind: 'stuck'
      readonly consumer: Bytes
      readonly pending: number
      /** Since the first of its pending entries was last delivered. */
      readonly idleMs: number
      /** Other consumers like it. */
      readonly others: number
    })
  | (OnRow & { readonly kind: 'poison' | 'gone'; readonly peek: PendingPeek })
  /** An entry that several consumers held when they fell silent; `others`: like it. */
  | (OnRow & { readonly kind: 'suspect'; readonly suspect: Suspect; readonly others: number })
  | (OnRow & { readonly kind: 'lagging'; readonly rates: GroupRates | null })
  /** A lag that grows. */
  | (OnRow & {
      readonly kind: 'growing'
      readonly growth: Growth
      /** Until it lags by its number of entries, ms; 0: it does. */
      readonly behindInMs: number
    })
  /** Entries wait, and no consumer was seen for long, or there is none. */
  | (OnRow & { readonly kind: 'unattended' })
  /** The stream was trimmed beyond where the group stands: so many entries it never gets. */
  | (OnRow & { readonly kind: 'trimmed'; readonly lost: number; readonly firstId: EntryId | null })
  /** Trims come nearer to what the group has not read; `soon`: within the shorter of two times. */
  | (OnRow & { readonly kind: 'collision' | 'collision-soon'; readonly collision: Collision })
  /** One of several active consumers holds most, and is long at it. */
  | (OnRow & {
      readonly kind: 'uneven'
      readonly consumer: Bytes
      readonly pending: number
      readonly percent: number
      readonly idleMs: number
    })
  /** Consumers that nobody removes. */
  | (OnRow & { readonly kind: 'names'; readonly spare: number })
  /** A group beyond its stream's last generated id: what is added up to where it stands is never delivered to it. */
  | (OnRow & { readonly kind: 'beyond-end'; readonly lastGeneratedId: EntryId })
  /** Many groups, each with a few entries that wait for long; the first of them by name. */
  | {
      readonly kind: 'late'
      readonly id: string
      readonly groups: number
      readonly rows: readonly TriageRow[]
      readonly mostMs: number
    }
  /** Groups that were there, and are not any more, with their streams or without; the first of them. */
  | {
      readonly kind: 'vanished'
      readonly id: string
      readonly streams: number
      readonly groups: number
      readonly named: readonly VanishedGroup[]
    }
  /** A stream that grows, and was never trimmed. */
  | (OnStream & { readonly kind: 'untrimmed'; readonly length: number; readonly memoryBytes: number | null })
  /** A stream that grows, or may, on a server which is nearly at its `maxmemory`: the largest of those. */
  | (OnStream & {
      readonly kind: 'memory'
      readonly length: number
      readonly memoryBytes: number | null
      readonly usedBytes: number
      readonly maxBytes: number
      readonly percent: number
      /** At the limit the server removes keys, streams among them; otherwise it refuses what writes. */
      readonly evicts: boolean
      /** Null: not known. */
      readonly grows: boolean | null
    })
  /** Dead letters that nobody sees to; the last came so long ago. */
  | (OnStream & { readonly kind: 'dead-letters'; readonly length: number; readonly newestMs: number })
  /** A rule that turned itself off, ms since 1970 by the host's clock. */
  | (StoppedRule & { readonly kind: 'rule-stopped'; readonly id: string })
  /** Streams that could not be read for the same reason; the first of them by name. */
  | {
      readonly kind: 'unreadable'
      readonly id: string
      readonly streams: number
      readonly keys: readonly Bytes[]
      readonly error: NonNullable<StreamSummary['error']>
    }

export type FindingKind = Finding['kind']
/** Those of one member of the union: name all of its kinds. */
export type FindingOf<K extends FindingKind> = Extract<Finding, { readonly kind: K }>
