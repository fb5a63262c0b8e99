import { z } from 'zod'
import { bytes } from '../bytes'
import { MOST_LAYOUTS } from '../column-limits'
import { defaultThresholds } from '../judgement/thresholds'
import { CROWD_FROM } from '../monitoring-limits'
import { decoderId, givenSchema } from './decoded'
import { entryLayout } from './entry-layout'

export const refreshSeconds = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(5),
  z.literal(10),
  z.literal(30),
])

const DAY_MS = 86_400_000

/** How the values of one field of one stream are read, as a person chose. */
const fieldDecoding = z.object({
  connectionId: z.string().max(64),
  key: bytes,
  field: bytes,
  as: decoderId,
  schema: givenSchema.nullable(),
})
export type FieldDecoding = z.infer<typeof fieldDecoding>

/** Kept in a file of the user's data directory. */
export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
  /** In which times are shown, and read where they name no zone. */
  times: z.enum(['local', 'utc']),
  /** 0: off. */
  refreshSeconds,
  // From where on something needs a look: see `Thresholds`.
  stalledAfterMs: z
    .int()
    .min(1_000)
    .max(7 * DAY_MS),
  neglectedAfterMs: z
    .int()
    .min(1_000)
    .max(7 * DAY_MS),
  laggingEntries: z.int().min(1).max(1_000_000_000),
  laggingAfterMs: z
    .int()
    .min(1_000)
    .max(90 * DAY_MS),
  /** 0: however soon it is gone. */
  drainsSoonMs: z.int().min(0).max(DAY_MS),
  poisonDeliveries: z.int().min(2).max(1_000_000),
  deadAfterMs: z
    .int()
    .min(1_000)
    .max(366 * DAY_MS),
  behindSoonMs: z.int().min(1_000).max(DAY_MS),
  overtakenWithinMs: z.int().min(60_000).max(DAY_MS),
  overtakenSoonMs: z.int().min(60_000).max(DAY_MS),
  unevenPercent: z.int().min(51).max(100),
  unevenEntries: z.int().min(2).max(1_000_000_000),
  spareConsumers: z.int().min(CROWD_FROM).max(1_000_000),
  spareAfterMs: z
    .int()
    .min(1_000)
    .max(366 * DAY_MS),
  untrimmedEntries: z.int().min(2).max(1_000_000_000_000),
  memoryPercent: z.int().min(1).max(100),
  deadLetters: z.int().min(1).max(1_000_000_000),
  deadLettersWithinMs: z
    .int()
    .min(1_000)
    .max(366 * DAY_MS),
  /** How long what was saved before deletions is kept; 0: for ever. See `backup-retention.ts`. */
  keepBackupsDays: z.int().min(0).max(36_500),
  /** How much of it, in MiB; 0: all. */
  keepBackupsMiB: z.int().min(0).max(100_000_000),
  /** Splits stream names into folders; empty: no folders. */
  delimiter: z.string().max(8),
  /** The latest last. */
  decodings: z.array(fieldDecoding).max(200),
  /** The latest last. */
  entryLayouts: z.array(entryLayout).max(MOST_LAYOUTS),
})
export type Settings = z.infer<typeof settings>

export const defaultSettings: Settings = {
  theme: 'system',
  density: 'compact',
  times: 'local',
  refreshSeconds: 5,
  ...defaultThresholds,
  keepBackupsDays: 0,
  keepBackupsMiB: 10_240,
  delimiter: ':',
  decodings: [],
  entryLayouts: [],
}
