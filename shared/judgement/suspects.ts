import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'
import type { Fallen } from '../model/last-words'

/** In so many deaths at the least. */
const LEAST_DEATHS = 2
/** Where more have been in as many, it may be any of them, or none. */
const MOST_SUSPECTS = 3

/** An entry, and who fell silent with it. */
export interface Suspected {
  readonly id: EntryId
  readonly consumers: readonly Bytes[]
}

/** The few entries that were held in more deaths than all others, in two at least. `all`: the latest first. */
export function suspectedOf(all: readonly Pick<Fallen, 'consumer' | 'entries'>[]): readonly Suspected[] {
  const held = new Map<EntryId, Bytes[]>()
  for (const { consumer, entries } of all) {
    for (const { id } of entries ?? []) held.set(id, [...(held.get(id) ?? []), consumer])
  }
  const most = [...held.values()].reduce((so, { length }) => Math.max(so, length), 0)
  if (most < LEAST_DEATHS) return []
  const found = [...held].filter(([, { length }]) => length === most)
  return found.length > MOST_SUSPECTS ? [] : found.map(([id, consumers]) => ({ id, consumers }))
}
