/** What belongs to a kind of thing that is done from here. */
interface Kind {
  /** Goes on in the background; else it is one command. */
  readonly job: boolean
  /** Who knows how to take it back; null: nobody. Whether a record can be undone is its own to say. */
  readonly undoneBy: 'recovery' | 'groupChange' | 'restore' | null
}

const pending = { job: true, undoneBy: 'recovery' } as const
const groupChange = { job: true, undoneBy: 'groupChange' } as const
const restore = { job: true, undoneBy: 'restore' } as const
/** Redis keeps no way back; or, of an undo, none is offered. */
const forGood = { job: true, undoneBy: null } as const
const addition = { job: false, undoneBy: null } as const

/**
 * Every kind there is, of jobs and of the journal's records. One that is added here does not compile until it has its
 * words, and its screen where it has one.
 */
export const KINDS = {
  claim: pending,
  spread: pending,
  ack: pending,
  ackDelete: pending,
  deadLetter: pending,
  requeue: pending,
  release: pending,
  autoClaim: pending,
  handle: pending,
  trim: forGood,
  delete: forGood,
  redrive: forGood,
  'remove consumer': groupChange,
  'set id': groupChange,
  'destroy group': groupChange,
  'make pending': groupChange,
  'restore entries': restore,
  'restore stream': restore,
  'swap streams': restore,
  undo: forGood,
  'add entry': addition,
  'create group': addition,
  'create consumer': addition,
} as const satisfies Record<string, Kind>

export type JournalAction = keyof typeof KINDS
export type JobKind = { [K in JournalAction]: (typeof KINDS)[K]['job'] extends true ? K : never }[JournalAction]

export const journalActions = Object.keys(KINDS) as JournalAction[]
export const jobKinds = journalActions.filter((kind): kind is JobKind => KINDS[kind].job)
