import type { AppErrorInfo } from '../../../shared/error-data'
import { isAppError } from '../../../shared/error'

/** An error as data. What is not an AppError is a bug, and stays opaque: its text might hold anything. */
export function errorInfo(error: unknown): AppErrorInfo {
  if (isAppError(error)) return { code: error.code, data: error.data }
  return { code: 'INTERNAL', data: null }
}
