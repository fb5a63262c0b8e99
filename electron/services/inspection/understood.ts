import { AppError, isAppError } from '../../../shared/error'
import { cutReply } from '../../redis/errors'
import { ReplyShapeError, type Reply } from '../../redis/reply'
import { cutEntries, entriesOf, type RawEntry } from '../../redis/xrange'

/** What is made of a reply; where it makes no sense, an error of this one reply, so that the others still count. */
export function understood<T>(parse: () => T): T | AppError<'ODD_REPLY'> {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ReplyShapeError) return new AppError('ODD_REPLY', {})
    throw error
  }
}

/** What can't be understood is not known. */
export function orNull<T>(reply: Reply | AppError | undefined, parse: (reply: Reply) => T): T | null {
  if (reply === undefined || reply === null || isAppError(reply)) return null
  const parsed = understood(() => parse(reply))
  return isAppError(parsed) ? null : parsed
}

/** The entry of a reply that has one at most, also where it is larger than one may be; null where that is not told. */
export function entriesIfTold(reply: Reply | AppError | undefined): readonly RawEntry[] | null {
  if (reply === undefined || reply === null) return null
  const cut = cutReply(reply)
  if (cut === null && isAppError(reply)) return null
  const rows = understood(() => (cut === null ? entriesOf(reply) : cutEntries(cut)))
  return isAppError(rows) ? null : rows
}
