import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { ServerInfo } from '../../../shared/model/connection'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { Selection } from '../../../shared/model/selection'
import type { WaitingClients } from '../../redis/waiting-clients'
import type { ConsumerInfo } from '../../redis/xinfo'
import type { JobStep } from '../jobs/job-step'
import type { GiveBack, PastRecord } from './undo/given-back-kind'
import type { ObservedRow } from '../inspection/observe-pending'
import type { ActionContext } from '../jobs/run-context'
import type { GroupSource, Source } from '../../redis/source'
import type { SelectedBatch } from './selection/selected'
import type { Message } from '../../../shared/model/message'

/** What is known of the group when a plan is made. */
export interface PlanFacts {
  readonly server: ServerInfo
  readonly group: GroupRef
  readonly consumers: readonly ConsumerInfo[]
  readonly stalledAfterMs: number
  /** Clients that wait for new entries; null: not told, or nobody looks dead. */
  readonly waiting: WaitingClients | null
  /** Consumers that entries were moved away from, from here, and that were not seen since; as `nameKey`. */
  readonly emptied: ReadonlySet<string>
  /** How many entries are chosen, at the most. */
  readonly chosen: number
}

/** Entries by consumer, as `nameKey`. */
export type Holdings = ReadonlyMap<string, number>

/** What a plan read of the entries that it sends; `complete`: of all of them. */
export interface EntriesSeen {
  /** Whose they are. */
  readonly holders: readonly ConsumerInfo[]
  /** The longest that one of them has not been delivered, ms. */
  readonly mostIdleMs: number
  readonly complete: boolean
}

/** For redis-cli lines. */
export type GroupRef = Pick<RecoveryPlan, 'key' | 'group'>

/**
 * One thing that can be done with pending entries: a file each in `actions/`, listed by `kinds.ts`. All but
 * `examine`, `run` and `giveBack` is pure, and works on what was read.
 */
export interface ActionKind<A extends RecoveryAction> {
  /** What is really chosen, where it narrows that down itself. Throws BAD_INPUT where it can't work on what was chosen. */
  selection?(action: A, selection: Selection): Selection
  /** What the journal keeps of it, where that is not all. */
  journaled?(action: A): A
  /** Looks at what it needs beside the group: what to warn of. Throws where it can't be done. */
  examine?(context: GroupSource, action: A): Promise<RecoveryPlan['warnings']>
  /** Older entries that go from another stream with so many changes. Throws BAD_INPUT where it can't be done so. */
  targetLosses?(context: GroupSource, action: A, changes: number): Promise<RecoveryPlan['targetLosses']>
  /** The hashes that the first of these entries would be written to. */
  hashes?(action: A, context: Source, ids: readonly EntryId[]): Promise<NonNullable<RecoveryPlan['hashes']>>
  /** How well it is kept from changing what moves while it runs. */
  guard(action: A, facts: PlanFacts): RecoveryPlan['guard']
  /** Decides what was left to Sluice. `from`: who holds it all, if one does. Throws BAD_INPUT, naming the field. */
  resolveTargets(action: A, from: Buffer | null, facts: PlanFacts): A
  /** "claim to worker-2", for the journal. */
  summary(action: A): Message
  /** The one consumer that gets everything, if there is one. */
  recipient(action: A): Bytes | null
  /** A row that is as wanted already, and is left out. */
  isAlreadySo(action: A, row: ObservedRow): boolean
  /** Redis also drops what is gone and lies between those that are chosen, though it is not chosen itself. */
  readonly dropsOnItsWay?: true
  /** True: entries leave the stream, which other groups may need still. */
  deletes(action: A): boolean
  /** The stream that gets copies; null: nothing is copied. */
  copiesTo(action: A): Bytes | null
  /** Who gets the entries that move away from their consumers. Empty: they leave the pending list. */
  arriving(action: A, moving: Holdings, facts: PlanFacts): Holdings
  /** Beside those that hold for all actions. */
  warnings(action: A, facts: PlanFacts): RecoveryPlan['warnings']
  /** What happens to them after the run. */
  notes(action: A, facts: PlanFacts, seen: EntriesSeen): readonly Message[]
  undo(action: A): RecoveryPlan['undo']
  /** redis-cli lines for these rows, parted as the run parts them: the first batches of it. */
  commands(
    action: A,
    group: GroupRef,
    batches: readonly (readonly ObservedRow[])[],
    arriving: Holdings,
    facts: PlanFacts,
  ): readonly string[]
  /** Does it, batch by batch. `plan` is what was shown. */
  run(
    context: ActionContext,
    action: A,
    plan: RecoveryPlan,
    batches: AsyncIterable<SelectedBatch>,
    signal: AbortSignal,
  ): AsyncGenerator<JobStep, void>
  /** Null: Redis has no way back. `past`: the record that it is about; absent to ask what an undo would need. */
  giveBack(action: A, past?: PastRecord): GiveBack | null
}
