import { describeError } from '../api/errors'

/** Whether two errors say the same to a person, so that one of them need not be shown. */
export function isSameTrouble(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return false
  const [left, right] = [describeError(a), describeError(b)]
  return left.title === right.title && left.reply === right.reply
}
