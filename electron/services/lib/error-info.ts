import { isAppError, type AppErrorInfo } from '../../../shared/error'

/** An error as data. What is not an AppError is a bug, and stays opaque: its text might hold anything. */
export function errorInfo(error: unknown): AppErrorInfo {
  if (isAppError(error)) return { code: error.code, message: error.message, data: error.data }
  return { code: 'INTERNAL', message: 'Something went wrong inside Sluice. The log has the details.', data: null }
}
