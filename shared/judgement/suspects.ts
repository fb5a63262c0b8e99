import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'
import type { Fallen } from '../model/last-words'

/** In so many deaths at the least. */
const LEAST_DEATHS = 2
/** Where more have been in as many, it may be any of them, or none. */
const MOST_SUSPECTS = 3

/** An entry, and who fell silent with it, the latest first. */
export interface Suspected {
  readonly id: EntryId
  readonly consumers: readonly Bytes[]
}

/**
 * The few entries that were held by more that fell silent than all others, by two at least. Who was given one by a claim, after another had it, counts only if it
 * reads for itself: a sweeper at work, or a name that entries are parked under, is silent whatever it holds. `all`: the latest first.
 */
export function suspectedOf(all: readonly Pick<Fallen, 'consumer' | 'entries'>[]): readonly Suspected[] {
  const held = new Map<EntryId, Bytes[]>()
  for (const { consumer, entries } of all.toReversed()) {
    const readsItself = (entries ?? []).some(({ deliveries }) => Number(deliveries) === 1)
    for (const { id } of entries ?? []) {
      const before = held.get(id) ?? []
      if (before.length === 0 || readsItself) held.set(id, [consumer, ...before])
    }
  }
  const most = [...held.values()].reduce((so, { length }) => Math.max(so, length), 0)
  if (most < LEAST_DEATHS) return []
  const found = [...held].filter(([, { length }]) => length === most)
  return found.length > MOST_SUSPECTS ? [] : found.map(([id, consumers]) => ({ id, consumers }))
}
