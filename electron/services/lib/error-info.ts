import type { AppErrorInfo } from '../../../shared/error-data'
import { isAppError } from '../../../shared/error'
import { ReplyShapeError } from '../../redis/reply'

/** An error as data. What is not an AppError is a bug, and stays opaque: its text might hold anything. */
export function errorInfo(error: unknown): AppErrorInfo {
  if (isAppError(error)) return { code: error.code, data: error.data }
  if (error instanceof ReplyShapeError) return { code: 'ODD_REPLY', data: {} }
  return { code: 'INTERNAL', data: null }
}
