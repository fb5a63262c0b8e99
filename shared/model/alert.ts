import { z } from 'zod'
import { FINDING_HEALTH } from '../judgement/finding-weight'
import type { FindingKind } from '../judgement/finding'

const DAY_MS = 86_400_000
const DAY_MINUTES = 1_440

export const findingKind = z.enum(Object.keys(FINDING_HEALTH) as [FindingKind, ...FindingKind[]])

/**
 * When nothing is told, by the local time of the host: from a minute of the day to another, on days of the week (0: Sunday) on which it
 * begins. An end that is not after the beginning is one of the next day.
 */
export const quietHours = z.object({
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  fromMinute: z
    .int()
    .min(0)
    .max(DAY_MINUTES - 1),
  toMinute: z.int().min(0).max(DAY_MINUTES),
})
export type QuietHours = z.infer<typeof quietHours>

/** What a person fills in: which findings are told, when, and to whom. */
export const alertFields = z.object({
  name: z.string().trim().min(1).max(80),
  /** None: all of them. */
  kinds: z.array(findingKind).max(64),
  /** How bad a finding is at the least. */
  least: z.enum(['warn', 'bad']),
  /** None: all of them. */
  connectionIds: z.array(z.string().min(1).max(64)).max(100),
  /** Patterns with `*` and `?`; empty: all. With one for groups, what is wrong with a stream as such is not told. */
  stream: z.string().max(512),
  group: z.string().max(512),
  /** So long a finding must have stood; 0: it is told at once. */
  holdMs: z
    .int()
    .min(0)
    .max(7 * DAY_MS),
  quiet: quietHours.nullable(),
  /** Whether it is told as well that a finding is not there any more. */
  tellsResolved: z.boolean(),
  isPaused: z.boolean(),
})
export type AlertFields = z.infer<typeof alertFields>

export const alert = alertFields.extend({ id: z.string().min(1).max(64) })
export type Alert = z.infer<typeof alert>
