import { nextId, previousId, type EntryId } from '../../../shared/entry-id'

/** Which end of a stream comes first. */
export type Order = 'oldest' | 'newest'

/** Where an order begins, in the words of XRANGE. */
export function startOf(order: Order): string {
  return order === 'oldest' ? '-' : '+'
}

export function endOf(order: Order): string {
  return order === 'oldest' ? '+' : '-'
}

/** The next id there can be; null behind the last one. */
export function beyond(order: Order, id: EntryId): EntryId | null {
  return order === 'oldest' ? nextId(id) : previousId(id)
}
