import { z } from 'zod'
import { bytes } from '../bytes'
import { appErrorInfo } from '../error-data'
import { doubts } from './doubts'
import { planWarning } from './plan'
import { sweepAction } from './rule'

/** Groups of one sweep. */
const MOST_ROWS = 10_000
const YEAR_MS = 365 * 86_400_000

/** Which pending entries of each group: what is all of this. */
export const sweepTake = z.object({
  /** Held by a consumer that gave no sign of life for as long as makes one stalled. */
  stalled: z.boolean(),
  /** Last delivered at least so long ago; 0: however long. */
  minIdleMs: z.int().min(0).max(YEAR_MS),
  /** Delivered at least so often. Null: however often. */
  minDeliveries: z.int().min(1).max(1_000_000).nullable(),
})
export type SweepTake = z.infer<typeof sweepTake>

/** The same for many groups at once. */
export const sweepRequest = z.object({
  connectionId: z.string().min(1).max(64),
  /** Patterns with `*` and `?`, as names are shown; `*` is all. Without either it is a name. */
  stream: z.string().trim().min(1).max(512),
  group: z.string().trim().min(1).max(512),
  take: sweepTake,
  action: sweepAction,
})
export type SweepRequest = z.infer<typeof sweepRequest>

/** What would be done in one group, or why nothing can be. The figures are those of a recovery plan. */
export const sweepRow = z.object({
  key: bytes,
  /** Null: the stream as a whole refused. */
  group: bytes.nullable(),
  entries: z.int(),
  changes: z.int(),
  drops: z.int(),
  /** Known to be gone from the stream; null: only the run will tell. */
  gone: z.int().nullable(),
  undoable: z.boolean(),
  /** Some of it Redis can't take back. */
  forGood: z.boolean(),
  /** There is more of it than one plan takes. */
  isCut: z.boolean(),
  warnings: z.array(planWarning),
  error: appErrorInfo.nullable(),
})
export type SweepRow = z.infer<typeof sweepRow>

/** What bounds a plan, once it is met: then there may be more groups than it shows. */
export const sweepCap = z.enum(['streams', 'groups', 'look-ups', 'memory'])
export type SweepCap = z.infer<typeof sweepCap>

/** Made by reading only: a plan for each group, to be run as one. */
export const sweepPlan = z.object({
  id: z.string(),
  ...sweepRequest.shape,
  /** That match, and are there. */
  streams: z.int(),
  /** That match, and have something pending. */
  groups: z.int(),
  /** Groups in which something is to be done, and those that refused. */
  rows: z.array(sweepRow).readonly(),
  /** Of all rows. `failed`: groups, and streams as a whole, that refused. */
  sums: z.object({
    groups: z.int(),
    failed: z.int(),
    entries: z.int(),
    changes: z.int(),
    drops: z.int(),
    gone: z.int().nullable(),
  }),
  cappedBy: sweepCap.nullable(),
  /** Some of it is for good: on a production connection this, the pattern of streams, has to be typed. Null: nothing is. */
  confirm: z.string().nullable(),
})
export type SweepPlan = z.infer<typeof sweepPlan>

export const sweepPlanning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), streams: z.int(), groups: z.int(), entries: z.int() }),
  z.object({ state: z.literal('ready'), plan: sweepPlan }),
])
export type SweepPlanning = z.infer<typeof sweepPlanning>

/** What the undo of one of its records would give back, or why it can't be undone. The figures are those of an undo plan. */
export const sweepUndoRow = z.object({
  recordId: z.string(),
  key: bytes,
  group: bytes.nullable(),
  entries: z.int(),
  leftAlone: z.int(),
  gone: z.int(),
  /** Each to be accepted for this record: of another one it says nothing. */
  doubts,
  error: appErrorInfo.nullable(),
})
export type SweepUndoRow = z.infer<typeof sweepUndoRow>

export const sweepUndoPlan = z.object({
  sweepId: z.string(),
  /** The last one that was done comes first, and is undone first. Without those that are undone already. */
  rows: z.array(sweepUndoRow).readonly(),
  /** Undone already. */
  undone: z.int(),
  sums: z.object({
    groups: z.int(),
    failed: z.int(),
    entries: z.int(),
    leftAlone: z.int(),
    gone: z.int(),
  }),
})
export type SweepUndoPlan = z.infer<typeof sweepUndoPlan>

/** Of each record the codes of the doubts that its row showed, and that the person took upon themselves. */
export const sweepAccepts = z
  .array(z.object({ recordId: z.string().min(1).max(64), codes: z.array(z.string().max(64)).max(16) }))
  .max(MOST_ROWS)
export type SweepAccepts = z.infer<typeof sweepAccepts>

export const sweepUndoPlanning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int() }),
  z.object({ state: z.literal('ready'), plan: sweepUndoPlan }),
])
export type SweepUndoPlanning = z.infer<typeof sweepUndoPlanning>
