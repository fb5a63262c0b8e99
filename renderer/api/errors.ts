import { ORPCError } from '@orpc/client'
import type { AppErrorCode, AppErrorData, AppErrorInfo } from '../../shared/error-data'
import { errorWords } from '../../shared/words/errors'
import type { ErrorWords } from '../../shared/words/message-words'
import { words } from '../../shared/words/words'
import { HostLostError } from './link-state'

/** The words for anything that was thrown, or that came as data. Never shows more of an unexpected error than its message. */
export function describeError(error: unknown): ErrorWords {
  if (error instanceof HostLostError) {
    return {
      title: words.link.noAnswer,
      next: words.link.noAnswerNext,
    }
  }
  const info = errorInfo(error)
  const known = info && errorWords(info)
  if (known) return known
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
    return { title: words.link.badInput, next: words.link.badInputNext }
  return {
    title: words.link.fault,
    next: words.link.faultNext,
    reply: error instanceof Error && !(error instanceof ORPCError) ? error.message : undefined,
  }
}

/**
 * The error as data when it is one of the contract's, whether thrown or delivered. oRPC has errors of its own with the
 * same codes and without data (NOT_FOUND: no such procedure); `defined` tells them apart.
 */
export function errorInfo(error: unknown): AppErrorInfo | null {
  if (error instanceof ORPCError) {
    return error.defined ? { code: String(error.code), data: error.data } : null
  }
  if (typeof error === 'object' && error !== null && 'code' in error && 'data' in error) {
    return { code: String(error.code), data: error.data }
  }
  return null
}

/** The data of an error of this code, or null when it is another one. */
export function errorData<C extends AppErrorCode>(error: unknown, code: C): AppErrorData<C> | null {
  const info = errorInfo(error)
  return info?.code === code && typeof info.data === 'object' ? (info.data as AppErrorData<C>) : null
}

/** The host or the server can't be reached: what was asked may well be answered later. */
export function isOutage(error: unknown): boolean {
  return error instanceof HostLostError || errorData(error, 'UNREACHABLE') !== null
}
