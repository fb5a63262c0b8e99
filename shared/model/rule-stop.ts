import { z } from 'zod'

/**
 * Why a rule turned itself off: runs failed one after the other; there was more to do than it may do in a day; what it would do is for good; the
 * connection leads to another server, or to one that may be another; what it did was undone; the connection is one of production by now.
 */
export const ruleStop = z.enum([
  'failures',
  'day-budget',
  'for-good',
  'other-server',
  'unproven-server',
  'undone',
  'production',
])
export type RuleStop = z.infer<typeof ruleStop>

/** One that turned itself off, and was not seen to since. */
export const stoppedRule = z.object({ ruleId: z.string(), name: z.string(), atMs: z.number(), why: ruleStop })
export type StoppedRule = z.infer<typeof stoppedRule>
