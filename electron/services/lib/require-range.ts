import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { message } from '../../../shared/words/messages'

interface Range {
  readonly from?: EntryId | undefined
  readonly to?: EntryId | undefined
}

/** Throws BAD_INPUT for a range that ends before it begins, which would be taken for an empty one. `field`: where its beginning stands. */
export function requireRange({ from, to }: Range, field: string): void {
  if (from === undefined || to === undefined || compareIds(from, to) <= 0) return
  const [problem, remedy] = [message('input.range-ends-early'), message('input.smaller-first')]
  throw new AppError('BAD_INPUT', { field, problem, remedy })
}
