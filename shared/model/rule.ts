import { z } from 'zod'
import { bytes } from '../bytes'
import { appErrorInfo } from '../error-data'
import { LAST_TIME_MS } from '../time/zone'
import { quietHours } from './alert'
import { recoveryPlan } from './plan'
import { ruleStop } from './rule-stop'
import { who } from './who'

const DAY_MS = 86_400_000

/** A name in Redis; never empty. */
const named = bytes.refine((value) => value !== '')

/** What is done with the same entries of many groups at once. */
export const sweepAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('claim'), to: named }),
  /** `stream` null: the stream's own name and `:dead`. Never trimmed. */
  z.object({ kind: z.literal('deadLetter'), stream: named.nullable() }),
  /** Evenly over the consumers that are active. */
  z.object({ kind: z.literal('spread') }),
  /** Only what is gone from the stream. */
  z.object({ kind: z.literal('ackGone') }),
  /** Back to the group, for its next reader (XNACK, 8.8+). */
  z.object({ kind: z.literal('release'), mode: z.enum(['SILENT', 'FAIL', 'FATAL']) }),
])
export type SweepAction = z.infer<typeof sweepAction>

/**
 * What a rule does with what it finds. What turns out to be for good stops the rule, but for what is known to be so
 * (`isKnownForGood`), off production.
 */
export const ruleAction = z.discriminatedUnion('kind', [
  ...sweepAction.options,
  /** As of a recovery: claims, writes to the hash `prefix` + the value of `idField` (null: the id), acks what was written. */
  z.object({ kind: z.literal('handle'), to: named, prefix: bytes, idField: named.nullable() }),
])
export type RuleAction = z.infer<typeof ruleAction>

/** What a person fills in: a recovery that is done again and again, of which pending entries, when, and how many at most. */
export const ruleFields = z.object({
  name: z.string().trim().min(1).max(80),
  connectionId: z.string().min(1).max(64),
  /** Patterns with `*` and `?`; `*` is all. */
  stream: z.string().trim().min(1).max(512),
  group: z.string().trim().min(1).max(512),
  /** Only what was last delivered so long ago. */
  minIdleMs: z
    .int()
    .min(1_000)
    .max(30 * DAY_MS),
  /** Only what was delivered so often. Null: however often. */
  minDeliveries: z.int().min(1).max(1_000_000).nullable(),
  action: ruleAction,
  everyMs: z.int().min(5_000).max(DAY_MS),
  /** When it may begin, by the clocks of the host. Null: always. */
  window: quietHours.nullable(),
  /** Not from then on, ms since 1970. */
  untilMs: z.number().min(0).max(LAST_TIME_MS).nullable(),
  /** Entries. */
  mostPerRun: z.int().min(1).max(10_000),
  mostPerDay: z.int().min(1).max(1_000_000),
})
export type RuleFields = z.infer<typeof ruleFields>

export const rule = ruleFields.extend({ id: z.string().min(1).max(64) })
export type Rule = z.infer<typeof rule>

/** What came of one run; of runs that found nothing, or waited for the same, one after the other, the last. `error`: the first that is more than waiting, or the first. */
export const ruleRun = z.object({
  atMs: z.number(),
  /** Entries. */
  changed: z.int(),
  failed: z.int(),
  groups: z.int(),
  recordIds: z.array(z.string()).max(100).readonly(),
  error: appErrorInfo.nullable(),
})
export type RuleRun = z.infer<typeof ruleRun>

/** By which of Sluice's doors somebody came. */
export const ruleDoor = z.enum(['desktop', 'web', 'command-line'])
export type RuleDoor = z.infer<typeof ruleDoor>

const bySomebody = { atMs: z.number(), who, door: ruleDoor }
/** When it was turned on or off and by whom, or turned itself off. `changed`: it was on, and was given another text, which turned it off. */
export const ruleTurn = z.discriminatedUnion('what', [
  z.object({ what: z.literal('on'), ...bySomebody }),
  z.object({ what: z.literal('off'), ...bySomebody }),
  z.object({ what: z.literal('changed'), ...bySomebody }),
  z.object({ what: z.literal('stopped'), atMs: z.number(), why: ruleStop }),
])
export type RuleTurn = z.infer<typeof ruleTurn>

/** Whether it runs, and if not, why: not turned on (or turned itself off), or on and waiting. */
export const rulePhase = z.enum(['off', 'on', 'running', 'closed', 'read-only', 'outside', 'over'])
export type RulePhase = z.infer<typeof rulePhase>

/** A rule with how it fares. `provenAtMs`: when exactly this text was tried without changing anything. `runs`, `turns`: the latest first. */
export const ruleNow = rule.extend({
  phase: rulePhase,
  stopped: z.object({ atMs: z.number(), why: ruleStop }).nullable(),
  provenAtMs: z.number().nullable(),
  doneToday: z.int(),
  runs: z.array(ruleRun).readonly(),
  turns: z.array(ruleTurn).readonly(),
})
export type RuleNow = z.infer<typeof ruleNow>

/** `zone`: by which clocks their windows and days are. */
export const rulesNow = z.object({ zone: z.string(), rules: z.array(ruleNow).readonly() })
export type RulesNow = z.infer<typeof rulesNow>

/** What one run would do now, by reading. `plans`: the first of them; `more`: how many others there are. `stops`: it would turn itself off. */
export const dryRun = z.object({
  atMs: z.number(),
  streams: z.int(),
  groups: z.int(),
  /** Entries that it would take. */
  entries: z.int(),
  plans: z.array(recoveryPlan).readonly(),
  more: z.int(),
  /** There is more than one run may look at, or take. */
  isCapped: z.boolean(),
  stops: ruleStop.nullable(),
  error: appErrorInfo.nullable(),
})
export type DryRun = z.infer<typeof dryRun>
