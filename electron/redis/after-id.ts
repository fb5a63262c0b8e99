import { nextId, previousId, type EntryId } from '../../shared/entry-id'

/**
 * Where a range begins that shall not hold `id` itself: `(id` where the server has exclusive ranges (6.2+), else the next
 * id there can be. Null after the greatest id, which Redis refuses as an exclusive start.
 */
export function afterId(id: EntryId, exclusiveRange: boolean): string | null {
  const next = nextId(id)
  return next !== null && exclusiveRange ? `(${id}` : next
}

/** The same for a range that goes backwards. Null before 0-0. */
export function beforeId(id: EntryId, exclusiveRange: boolean): string | null {
  const previous = previousId(id)
  return previous !== null && exclusiveRange ? `(${id}` : previous
}
