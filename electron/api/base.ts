import { implement, ORPCError, ValidationError } from '@orpc/server'
import type { Logger } from 'pino'
import { contract } from '../../shared/contract'
import type { ProcedureMeta } from '../../shared/contract/base'
import { AppError, isAppError } from '../../shared/error'
import { ERROR_STATUS, FAULT_STATUS } from '../../shared/error-status'
import { mayAct } from '../../shared/roles'
import type { Sender } from '../../shared/model/command-log'
import type { Caller } from '../../shared/model/who'
import { eachSentBy, sentBy } from '../redis/sent-by'
import { ReplyShapeError } from '../redis/reply'
import type { Connections } from '../services/connections/connections'
import type { WriteGrant } from '../services/jobs/write-grant'
import { badInput } from '../services/lib/bad-input'
import type { createGuard } from './guard'
import { createLocated } from './located'

/** What every call comes with. */
export interface CallContext {
  readonly caller: Caller
}

/**
 * The implementers that every handler is made of: `reads` looks whether the caller's role is enough and maps errors, `writes` passes the guard as well and hands a
 * `grant` on. Only with a grant can a service get a writer, so a mutation without the guard does not compile. What an
 * input names is handed on as services take it by `onStream` and `onGroup`.
 */
export function createBase(
  guard: ReturnType<typeof createGuard>,
  connections: Pick<Connections, 'source'>,
  log: Logger,
) {
  const contracted = implement(contract).$context<CallContext>()
  const reads = contracted.use(async ({ context, next, path, procedure, signal }, input: unknown) => {
    try {
      requireRole(context.caller, procedure['~orpc'].meta, input)
      const by: Sender = { kind: 'page', procedure: path.join('.'), who: context.caller.who }
      const result = await sentBy(by, async () => next())
      if (!isEvents(result.output)) return result
      return { ...result, output: guardedEvents(eachSentBy(by, result.output), path, log) }
    } catch (error) {
      // Nobody waits for it any more.
      if (signal?.aborted === true && error === signal.reason) throw error
      throw toContractError(error, path, log)
    }
  })
  const writes = reads.use(({ context, next, procedure }, input: unknown) => {
    const { mutates, irreversible } = procedure['~orpc'].meta
    if (!mutates) throw new Error('a procedure that is not declared to mutate asks for leave to')
    const grant: WriteGrant = guard(input, irreversible, context.caller.who)
    return next({ context: { grant } })
  })
  return { reads, writes, ...createLocated(connections) }
}
export type Base = ReturnType<typeof createBase>

/** Before anything is made of the input, which may be of any shape. Throws FORBIDDEN. */
function requireRole({ role }: Caller, { role: least, fields }: ProcedureMeta, input: unknown): void {
  const given = typeof input === 'object' && input !== null ? input : {}
  const needed = Object.entries(fields).filter(([name]) => Reflect.get(given, name) !== undefined)
  for (const needs of [least, ...needed.map(([, needs]) => needs)]) {
    if (!mayAct(role, needs)) throw new AppError('FORBIDDEN', { role, needs })
  }
}

/** AppErrors cross as the contract declares them; bad input as BAD_INPUT; anything else is logged and crosses opaque. */
export function toContractError(error: unknown, path: readonly string[], log: Logger): unknown {
  if (isAppError(error)) {
    return new ORPCError(error.code, { status: ERROR_STATUS[error.code], defined: true, data: error.data })
  }
  if (error instanceof ReplyShapeError) return toContractError(new AppError('ODD_REPLY', {}), path, log)
  const procedure = path.join('.')
  if (error instanceof ORPCError && error.cause instanceof ValidationError) {
    const { issues } = error.cause
    if (error.code === 'BAD_REQUEST') return toContractError(badInput(issues), path, log)
    // An output of ours. Not with the value: it might hold anything.
    log.error({ issues, procedure }, 'a procedure gave what the contract does not declare')
  } else {
    if (error instanceof ORPCError) return error
    log.error({ err: error, procedure }, 'a procedure failed')
  }
  return new ORPCError('INTERNAL_SERVER_ERROR', { status: FAULT_STATUS })
}

function isEvents(output: unknown): output is AsyncGenerator<unknown, void> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/** The same for what an event iterator throws after it began. */
export async function* guardedEvents<T>(
  events: AsyncGenerator<T, void>,
  path: readonly string[],
  log: Logger,
): AsyncGenerator<T, void> {
  try {
    yield* events
  } catch (error) {
    throw toContractError(error, path, log)
  }
}
