import { isAppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import { message, verbatim } from '../../../shared/words/messages'
import { errorInfo } from './error-info'

/** An error as a reason, to be told of one entry. What is not an AppError stays opaque: its text might hold anything. */
export function reasonOf(error: unknown): Message {
  if (isAppError(error, 'REDIS')) return verbatim(error.data.reply)
  return isAppError(error) ? message('error.told', { error: errorInfo(error) }) : message('error.failed')
}
