import { compareIds, type EntryId } from '../../../shared/entry-id'

/** A group at one look. */
export interface Sighting {
  /** By the server's clock, ms since 1970. */
  readonly atMs: number
  /** Of which process of the server it is told; null: not known. */
  readonly run: number | null
  readonly lastDeliveredId: EntryId
}

/** Since when each group is watched without a break. 200 bytes each; of more than 20 000 the first ones are forgotten. */
export interface Sightings {
  /** Takes in a look. `isAnew`: what was seen of it before does not compare with this, and it is watched from now on. */
  note(groupId: string, sighting: Sighting): { readonly firstMs: number; readonly isAnew: boolean }
  forget(groupId: string): void
}

const MOST = 20_000
/** Looks at different streams come in out of order by so much at the most; a clock that is set back by more is. */
const SET_BACK_MS = 2_000

export function createSightings(most = MOST): Sightings {
  const groups = new Map<string, Sighting & { readonly firstMs: number }>()
  return {
    note(groupId, sighting) {
      const before = groups.get(groupId)
      const isAnew = before !== undefined && !follows(before, sighting)
      const firstMs = before && !isAnew ? before.firstMs : sighting.atMs
      groups.set(groupId, { ...sighting, firstMs })
      if (groups.size > most) {
        const [first] = groups.keys()
        if (first !== undefined) groups.delete(first)
      }
      return { firstMs, isAnew }
    },
    forget: (groupId) => void groups.delete(groupId),
  }
}

/** Another process may know other signs of life (a failover); a group that has read less was made anew, or set back. */
function follows(before: Sighting, now: Sighting): boolean {
  if (before.run !== null && now.run !== null && before.run !== now.run) return false
  return now.atMs >= before.atMs - SET_BACK_MS && compareIds(now.lastDeliveredId, before.lastDeliveredId) >= 0
}
