import { z } from 'zod'
import type { Role } from '../roles'

/**
 * Who asks for something, by what is known of them: `system`, the user of the operating system that runs Sluice, which is whoever
 * sits at the desktop or has the launch link; `user`, one of the web host's users; `proxy`, one of them that a trusted
 * proxy named; `token`, a program that called by a token of this name; `assistant`, one that this user of the operating system lets act; `password`, somebody who has the one password, whose name nobody knows; `rule`, no person at that moment: a rule that
 * somebody turned on.
 */
export const who = z.discriminatedUnion('by', [
  z.object({ by: z.enum(['system', 'user', 'proxy', 'token', 'assistant']), name: z.string() }),
  z.object({ by: z.literal('password') }),
  z.object({ by: z.literal('rule'), name: z.string(), ruleId: z.string() }),
])
export type Who = z.infer<typeof who>

/** Whoever calls a procedure. */
export interface Caller {
  readonly who: Who
  readonly role: Role
  /** The id of the session by which it is called; where there are any. */
  readonly session?: string
}
