import type { AppErrorCode, AppErrorData } from './error-data'
import { errorText } from './words/errors'

/** The one error that services throw on purpose. Anything else is a bug: logged, and opaque outside. */
export class AppError<C extends AppErrorCode = AppErrorCode> extends Error {
  override readonly name = 'AppError'
  /** `message` is for logs and tests: whoever shows an error to a person words it by `code` and `data`. */
  constructor(
    readonly code: C,
    readonly data: AppErrorData<C>,
  ) {
    super(errorText({ code, data }))
  }
}

export function isAppError<C extends AppErrorCode>(error: unknown, code?: C): error is AppError<C> {
  return error instanceof AppError && (code === undefined || error.code === code)
}
