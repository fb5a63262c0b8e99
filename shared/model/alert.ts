import { z } from 'zod'
import { bytes } from '../bytes'
import { FINDING_HEALTH } from '../judgement/finding-weight'
import type { FindingKind } from '../judgement/finding'
import { destinationNow } from './alert-destination'
import { finding } from './monitoring'

const DAY_MS = 86_400_000
const DAY_MINUTES = 1_440

export const findingKind = z.enum(Object.keys(FINDING_HEALTH) as [FindingKind, ...FindingKind[]])

/** Groups that are late together are told one by one, as what lags. */
const alertKind = findingKind.exclude(['late'])
export type AlertKind = z.infer<typeof alertKind>

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
  kinds: z.array(alertKind).max(64),
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
  /** Also as a notification of the desktop, where the host has one. */
  notifies: z.boolean().default(false),
  /** Where it is told besides the page. */
  destinationIds: z.array(z.string().min(1).max(64)).max(20).default([]),
})
export type AlertFields = z.infer<typeof alertFields>

export const alert = alertFields.extend({ id: z.string().min(1).max(64) })
export type Alert = z.infer<typeof alert>

/** Findings that one telling names; of more, the number is told. */
export const MOST_NAMED = 5

/** `finding`: as it was when it was told; null: what is told is that it is not there any more. */
const namedFinding = z.object({
  findingId: z.string(),
  kind: findingKind,
  key: bytes.nullable(),
  group: bytes.nullable(),
  finding: finding.nullable(),
  /** Since when it stood, as far as it was seen, ms since 1970. */
  sinceMs: z.number(),
})
export type NamedFinding = z.infer<typeof namedFinding>

/** What one alert told at one time of one connection. */
export const telling = z.object({
  id: z.string(),
  /** By the host's clock. */
  atMs: z.number(),
  alertId: z.string(),
  alertName: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  what: z.enum(['raised', 'resolved']),
  count: z.int(),
  named: z.array(namedFinding).max(MOST_NAMED).readonly(),
})
export type Telling = z.infer<typeof telling>

/** All alerts and what they told lately, the latest first. `zone`: by which clocks their quiet hours are. `standing`: what each told, and is there. */
export const alertsNow = z.object({
  zone: z.string(),
  alerts: z.array(alert.extend({ standing: z.int() })).readonly(),
  tellings: z.array(telling).readonly(),
  destinations: z.array(destinationNow).readonly(),
})
export type AlertsNow = z.infer<typeof alertsNow>
