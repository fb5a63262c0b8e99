import { AppError, isAppError } from '../../../shared/error'
import { ReplyShapeError } from '../../redis/reply'

/** The reply was lost, never came, or makes no sense: what the command did has to be read. */
export function isOutcomeUnknown(error: unknown): error is AppError<'UNKNOWN_OUTCOME'> | ReplyShapeError {
  return isAppError(error, 'UNKNOWN_OUTCOME') || error instanceof ReplyShapeError
}

/** As it is told where a job ends by it. `isRead`: it was read afterwards what the command did, with nothing left open. */
export function reasonOfUnknown(error: AppError | ReplyShapeError, isRead: boolean): AppError {
  if (!isAppError(error)) return new AppError('ODD_REPLY', {})
  if (!isRead || !isAppError(error, 'UNKNOWN_OUTCOME')) return error
  return new AppError('UNKNOWN_OUTCOME', { ...error.data, readBack: true })
}
