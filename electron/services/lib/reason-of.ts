import { sameBytes, type Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import { message, verbatim } from '../../../shared/words/messages'
import { errorInfo } from './error-info'

/**
 * An error as a reason, to be told of one entry. What is not an AppError stays opaque: its text might hold anything.
 * `named`: a key that the sentence names by itself.
 */
export function reasonOf(error: unknown, named?: Bytes): Message {
  if (!isAppError(error)) return message('error.failed')
  if (!isAppError(error, 'REDIS')) return message('error.told', { error: errorInfo(error) })
  const { key, reply } = error.data
  const isPlain = key === undefined || (named !== undefined && sameBytes(key, named))
  return isPlain ? verbatim(reply) : message('error.told', { error: errorInfo(error) })
}
