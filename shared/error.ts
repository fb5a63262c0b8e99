import { z } from 'zod'
import { bytes } from './bytes'

/**
 * Every way in which Sluice refuses or fails, with what a person needs to act on it. `message` is plain English without
 * secrets; the renderer adds the next step. The contract declares exactly these.
 */
export const appErrors = {
  /** Redis answered with an error. `prefix` is its first word (ERR, NOPERM, WRONGTYPE…), `reply` its whole text. */
  REDIS: z.object({ prefix: z.string(), reply: z.string(), command: z.string() }),
  /** No usable connection. The command was certainly not carried out. */
  UNREACHABLE: z.object({
    reason: z.enum([
      'not-open',
      'refused',
      'not-found',
      'timeout',
      'closed',
      'tls',
      'not-redis',
      'password-needed',
      'password-wrong',
      'loading',
      'other',
    ]),
    endpoint: z.string(),
  }),
  /** A write was sent and no reply came: it may or may not have been carried out. Never sent again by Sluice. */
  UNKNOWN_OUTCOME: z.object({ command: z.string() }),
  /** The connection is marked read-only in Sluice. */
  READ_ONLY: z.object({ connection: z.string() }),
  /** A production connection wants the stream's name typed for what can't be undone. */
  CONFIRMATION_NEEDED: z.object({ connection: z.string(), host: z.string(), expected: bytes }),
  NOT_FOUND: z.object({
    what: z.enum(['connection', 'stream', 'group', 'consumer', 'entry', 'plan', 'job', 'journal record', 'backup']),
    name: bytes,
  }),
  /** Names the field of the input that is wrong and what to write instead. */
  BAD_INPUT: z.object({ field: z.string(), remedy: z.string() }),
  /** What the plan showed is no longer so; make it again. */
  STALE_PLAN: z.object({ planId: z.string() }),
  /** A job is already changing this group or stream. */
  CONFLICT: z.object({ jobId: z.string() }),
  /** The server, or the user's ACL, lacks what this needs. */
  UNSUPPORTED: z.object({ feature: z.string(), reason: z.string() }),
  /** Local files (journal, backup, settings) could not be written, so nothing was sent. */
  STORAGE: z.object({ file: z.string() }),
} as const

export type AppErrorCode = keyof typeof appErrors
export type AppErrorData<C extends AppErrorCode> = z.infer<(typeof appErrors)[C]>

/** The one error that services throw on purpose. Anything else is a bug: logged, and opaque outside. */
export class AppError<C extends AppErrorCode = AppErrorCode> extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: C,
    readonly data: AppErrorData<C>,
    message: string,
  ) {
    super(message)
  }
}

export function isAppError<C extends AppErrorCode>(error: unknown, code?: C): error is AppError<C> {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** An error as data: of a job, of one entry, of a connection's state. */
export const appErrorInfo = z.object({ code: z.string(), message: z.string(), data: z.unknown() })
export type AppErrorInfo = z.infer<typeof appErrorInfo>
