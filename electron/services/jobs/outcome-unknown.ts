import { AppError, isAppError } from '../../../shared/error'
import { ReplyShapeError } from '../../redis/reply'

/** The reply was lost, never came, or makes no sense: what the command did has to be read. */
export function isOutcomeUnknown(error: unknown): error is AppError<'UNKNOWN_OUTCOME'> | ReplyShapeError {
  return isAppError(error, 'UNKNOWN_OUTCOME') || error instanceof ReplyShapeError
}

export function reasonOfUnknown(error: AppError | ReplyShapeError): AppError {
  return isAppError(error) ? error : new AppError('ODD_REPLY', {})
}
