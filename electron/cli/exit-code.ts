import { ORPCError } from '@orpc/client'
import type { AppErrorCode } from '../../shared/error-data'
import { UsageError } from '../host/usage-error'

/** How a command ended, for whoever called it. The words stand in `cliHelpWords.exitCodes`, and the manual page lists them. */
export const EXIT = {
  fine: 0,
  /** The other of two answers: of `report` something needs a look; of `search`, as of grep, nothing was found. */
  otherwise: 1,
  usage: 2,
  unreachable: 3,
  /** Nothing was changed. */
  refused: 4,
  /** Some of it was done, or nobody knows. */
  partly: 5,
  /** Of `report`: something is bad. */
  bad: 6,
  /** Files of this machine: journal, settings, a plan. */
  storage: 7,
  /** What should not have happened. */
  fault: 70,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_ERROR: Readonly<Record<AppErrorCode, ExitCode>> = {
  REDIS: EXIT.refused,
  UNREACHABLE: EXIT.unreachable,
  UNKNOWN_OUTCOME: EXIT.partly,
  NOT_CARRIED_OUT: EXIT.refused,
  ODD_REPLY: EXIT.refused,
  READ_ONLY: EXIT.refused,
  FORBIDDEN: EXIT.refused,
  CONFIRMATION_NEEDED: EXIT.refused,
  NOT_FOUND: EXIT.refused,
  TOO_LARGE: EXIT.refused,
  BAD_INPUT: EXIT.usage,
  STALE_PLAN: EXIT.refused,
  CONFLICT: EXIT.refused,
  BUSY: EXIT.refused,
  UNSUPPORTED: EXIT.refused,
  STORAGE: EXIT.storage,
}

/** Refused by the command line itself, in words for whoever called it: nothing was changed. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A file of this machine that can't be read or written, in words for whoever called it. */
export class FileTrouble extends Error {
  override readonly name = 'FileTrouble'
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage
  if (error instanceof Refused) return EXIT.refused
  if (error instanceof FileTrouble) return EXIT.storage
  const code = codeOf(error)
  return code !== null && Object.hasOwn(BY_ERROR, code) ? BY_ERROR[code as AppErrorCode] : EXIT.fault
}

/** Also of what is thrown before the router: a data directory that can't be read. */
function codeOf(error: unknown): string | null {
  if (error instanceof ORPCError) return error.code as string
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
