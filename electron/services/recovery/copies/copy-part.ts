import type { EntryId } from '../../../../shared/entry-id'
import type { RawEntry } from '../../../redis/xrange'
import type { ReferenceMode } from '../../../redis/xdelex'
import type { Observation, ObservedRow } from '../../inspection/observe-pending'
import type { TrimCeiling } from './target-losses'

/** What is to be copied where. */
export interface Copying {
  readonly target: Buffer
  /** Trims the target to about so many entries, and never by more than the plan has shown. */
  readonly trim: { readonly maxLength: number; readonly ceiling: TrimCeiling } | null
  /** Fields that follow the entry's own; null: none. `at`: server time of the reading. */
  readonly provenance: ((row: ObservedRow, at: number) => readonly Buffer[]) | null
  /** In place of the entry's own: name, value, name, value… */
  readonly fields: readonly Buffer[] | null
  /** What becomes of the original once it is acked. Absent: it stays. */
  readonly deleteOriginal?: ReferenceMode | undefined
}

/** Entries that are copied and acked by one command, or by a few that belong together: at most 100, and 1 MiB. */
export interface CopyPart {
  readonly rows: readonly ObservedRow[]
  readonly bodies: ReadonlyMap<EntryId, RawEntry>
  readonly at: number
  /** When its rows were read. */
  readonly observation: Observation
  /** What is known of it while it is under way, for when a reply is lost. */
  readonly progress: {
    /** Copies that the server confirmed. */
    readonly copies: Map<EntryId, EntryId>
    /** Entries whose XACK was sent, on its own or in the script. */
    readonly ackSent: Set<EntryId>
  }
}
