import { z } from 'zod'
import { appErrorInfo } from '../error-data'
import { serverInfo } from './connection'
import { message } from './message'

/** What a test of a connection does, in this order, for each server that it meets on its way. */
export const testStepName = z.enum([
  'ssh', // the way through SSH servers
  'name', // the address of a host's name
  'socket', // somebody listens there
  'tls',
  'login', // HELLO, AUTH, SELECT, PING
  'server', // what it is, and its role
  'topology', // what belongs to it: nodes, sentinels, a primary
  'rights', // what the ACL denies
  'streams', // SCAN
])
export type TestStepName = z.infer<typeof testStepName>

/**
 * One step as it stands by now. `at`: its position, from 0. `where`: the server that it is about. `warn`: it works, but not as one
 * might want it. `ms`: how long it took; null: it is under way.
 */
export const testStep = z.object({
  at: z.int(),
  name: testStepName,
  where: z.string(),
  state: z.enum(['running', 'good', 'warn', 'failed']),
  ms: z.number().nullable(),
  findings: z.array(message),
  /** What to do about it; null: nothing, or what the error says. */
  next: message.nullable(),
  /** Why it failed. */
  error: appErrorInfo.nullable(),
})
export type TestStep = z.infer<typeof testStep>

/** A step that begins or has ended; and last, where all that is needed works, what was found. */
export const testEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: testStep }),
  z.object({ kind: z.literal('result'), server: serverInfo, latencyMs: z.number().nullable() }),
])
export type TestEvent = z.infer<typeof testEvent>
