import { AppError } from '../../../shared/error'
import { ReplyShapeError } from '../../redis/reply'

/** What is made of a reply; where it makes no sense, an error of this one reply, so that the others still count. */
export function understood<T>(parse: () => T): T | AppError<'ODD_REPLY'> {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ReplyShapeError) return new AppError('ODD_REPLY', {})
    throw error
  }
}
