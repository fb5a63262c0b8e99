import type { AppErrorCode } from './error-data'

/**
 * As what each error is answered over HTTP. Nothing that was sent to Redis, or may have been, has a status that clients and proxies
 * take for "try again": many send a 409, 429, 500, 502, 503 or 504 once more by themselves, and Sluice sends nothing twice.
 * https://www.rfc-editor.org/rfc/rfc9110#section-15
 */
export const ERROR_STATUS: Readonly<Record<AppErrorCode, number>> = {
  REDIS: 422,
  UNREACHABLE: 503,
  UNKNOWN_OUTCOME: 422,
  NOT_CARRIED_OUT: 422,
  ODD_REPLY: 422,
  READ_ONLY: 403,
  FORBIDDEN: 403,
  CONFIRMATION_NEEDED: 428,
  NOT_FOUND: 404,
  TOO_LARGE: 422,
  BAD_INPUT: 400,
  STALE_PLAN: 412,
  CONFLICT: 409,
  BUSY: 429,
  UNSUPPORTED: 422,
  STORAGE: 507,
}

/** Of what should not have happened: it may have after something was sent. */
export const FAULT_STATUS = 422
