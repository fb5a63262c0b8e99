import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import type { UndoPlan } from '../../../../shared/model/undo-plan'
import type { ServerInfo } from '../../../../shared/model/connection'
import type { JournalBatch } from '../../journal/journal'
import type { Need } from '../../jobs/needs'
import type { Observation } from '../../inspection/observe-pending'
import type { HeldBy } from './held-since'
import type { GivenBackSince } from './given-back'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import type { GroupSource } from '../../../redis/source'
import type { Return } from './returns'
import type { Sent } from '../../jobs/send-commands'

/** `commands`: the ids of each that they were given back by, in the order in which those were sent; absent: one for each owner and count. */
export interface SentBack extends Sent {
  readonly commands?: readonly (readonly EntryId[])[]
}

export interface Returnable {
  readonly returns: readonly Return[]
  /** Moved since, so not to be touched. Sorted as the part was. */
  readonly left: readonly EntryId[]
  /** Gone from the stream since. */
  readonly gone: number
  readonly observation: Observation
  /** Of `left`: may have been copied, and nothing tells their copies from others. */
  readonly untraced?: number
}

/** A record of the journal, and where its files are. */
export interface PastRecord {
  readonly id: string
  readonly dataDir: string
}

/** A batch of the journal, or a part of it. */
export interface PastBatch extends JournalBatch {
  /** What later actions did to its entries, and their undos gave back. */
  readonly givenBack?: GivenBackSince
  /** Which of them hold what they took still. */
  readonly heldBy?: HeldBy
  /** Of `unsure`: what a former undo may have given back, so that it may have been acked once more. */
  readonly again?: ReadonlySet<EntryId>
  /** What former undos gave back of the record for certain. */
  readonly back?: ReadonlySet<EntryId>
}

export type HashesToGiveBack = Omit<NonNullable<UndoPlan['hashes']>, 'atomic'>

/** `server`: absent where nothing of it is known. */
export type PastSource = GroupSource & { readonly server?: ServerInfo }

/** How the entries of one kind of action are given back. */
export interface GiveBack {
  /** It makes pending what is not. */
  readonly forces?: boolean
  /** What it sends. */
  needs(source: Pick<GroupSource, 'key'>): readonly Need[]
  /** Finds what of a part of a batch (at most 500 entries) can be given back, by reading only. */
  find(context: PastSource, part: PastBatch): Promise<Returnable>
  /** What beside the entries would be given back with these, by reading only. */
  findHashes?(context: GroupSource, found: Returnable, part: PastBatch): Promise<HashesToGiveBack>
  /** How many may be given back in one go; absent: 500. */
  atOnce?(context: RunContext): Promise<number>
  /** Its commands leave alone what moved since it was found: one part is looked for while another is on its way. */
  looksItself?(context: RunContext): boolean
  /** Gives these back. */
  send(context: RunContext, found: Returnable, part: PastBatch): Promise<SentBack>
  /** Finds out what became of those whose reply was lost, where that is not told by who holds them now. */
  readBack?(context: RunContext, found: Returnable, lost: readonly EntryId[]): Promise<BatchOutcome>
  /** What is still to be done for entries whose reply was lost, and that were read to be back. */
  afterLost?(context: RunContext, back: readonly EntryId[], part: PastBatch): Promise<readonly JobFailure[]>
}
