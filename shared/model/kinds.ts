/**
 * What becomes of chosen entries that are gone from the stream. `as-asked`: what the action's `includeGone` says, left out or
 * dropped from the pending list; `sent`: treated like the rest, and still pending without a body.
 */
export type GoneEntries = 'left-out' | 'as-asked' | 'dropped' | 'acked' | 'sent'

/** What belongs to a kind of thing that is done from here. */
interface Kind {
  /** Goes on in the background; else it is one command. */
  readonly job: boolean
  /** Who knows how to take it back; null: nobody. Whether a record can be undone is its own to say. */
  readonly undoneBy: 'recovery' | 'groupChange' | 'restore' | null
  /** Changes the owner of pending entries and nothing else: what the new ones make of them is looked at afterwards. */
  readonly followed: boolean
  /** Entries of the stream that it is about may be gone from it, or others in their place, once it is done. */
  readonly removesEntries: boolean
  /** It may end groups, the stream with all of them too: so they are meant to go. */
  readonly endsGroups: boolean
  /** Null: it is not about pending entries. */
  readonly gone: GoneEntries | null
  /** False: what it does is in no count, as what it brings over beside entries, such as groups. */
  readonly countsAll: boolean
}

const pending = {
  job: true,
  undoneBy: 'recovery',
  followed: false,
  removesEntries: false,
  endsGroups: false,
  gone: 'left-out',
  countsAll: true,
} as const
const notPending = {
  ...{ followed: false, removesEntries: false, endsGroups: false },
  ...{ gone: null, countsAll: true },
} as const
const groupChange = { job: true, undoneBy: 'groupChange', ...notPending } as const
const restore = { job: true, undoneBy: 'restore', ...notPending } as const
/** Redis keeps no way back; or, of an undo, none is offered. */
const forGood = { job: true, undoneBy: null, ...notPending } as const
const addition = { job: false, undoneBy: null, ...notPending } as const

/**
 * Every kind there is, of jobs and of the journal's records. One that is added here does not compile until it has its
 * words, and its screen where it has one.
 */
export const KINDS = {
  claim: { ...pending, followed: true, gone: 'as-asked' },
  spread: { ...pending, followed: true, gone: 'as-asked' },
  ack: { ...pending, gone: 'acked' },
  ackDelete: { ...pending, gone: 'acked', removesEntries: true },
  deadLetter: { ...pending, removesEntries: true },
  requeue: { ...pending, removesEntries: true },
  release: { ...pending, gone: 'sent' },
  autoClaim: { ...pending, followed: true, gone: 'dropped' },
  handle: pending,
  trim: { ...forGood, removesEntries: true },
  delete: { ...forGood, removesEntries: true },
  redrive: { ...forGood, removesEntries: true },
  'remove consumer': groupChange,
  'set id': groupChange,
  'destroy group': { ...groupChange, endsGroups: true },
  'make pending': groupChange,
  'restore entries': restore,
  copy: restore,
  'restore stream': { ...restore, countsAll: false, endsGroups: true },
  'swap streams': { ...restore, removesEntries: true, endsGroups: true },
  undo: { ...forGood, removesEntries: true, endsGroups: true },
  'add entry': addition,
  'create group': addition,
  'create consumer': addition,
  /** Changes nothing: values that are masked were shown, on a production connection. */
  'show masked': { ...addition, countsAll: false },
} as const satisfies Record<string, Kind>

export type JournalAction = keyof typeof KINDS
export type JobKind = { [K in JournalAction]: (typeof KINDS)[K]['job'] extends true ? K : never }[JournalAction]

export const journalActions = Object.keys(KINDS) as JournalAction[]
export const jobKinds = journalActions.filter((kind): kind is JobKind => KINDS[kind].job)
