import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { isUnavailable } from '../../redis/errors'
import type { Source } from '../../redis/source'
import { groupInfos } from '../../redis/xinfo'
import { observeIds } from './observe-pending'

/**
 * Of these entries of a stream (at most 500), those that some group of it was given: it stands at them or beyond, or holds
 * them, as a group does that was set back after it had read. Throws NOT_FOUND without the stream.
 */
export async function givenToGroups({ reader, key }: Source, ids: Iterable<EntryId>): Promise<ReadonlySet<EntryId>> {
  const given = new Set<EntryId>()
  let rest = [...ids].sort(compareIds)
  if (rest.length === 0) return given
  const groups = await groupInfos(reader, key)
  for (const { lastDeliveredId } of groups) {
    for (const id of rest) if (compareIds(id, lastDeliveredId) <= 0) given.add(id)
    rest = rest.filter((id) => !given.has(id))
  }
  for (const { name, pending } of groups) {
    if (rest.length === 0) break
    if (pending === 0) continue
    for (const id of await heldOf({ reader, key }, name, rest)) given.add(id)
    rest = rest.filter((id) => !given.has(id))
  }
  return given
}

/** One page and what it leaves open, however much the group holds. */
async function heldOf({ reader, key }: Source, group: Buffer, ids: readonly EntryId[]): Promise<readonly EntryId[]> {
  try {
    return (await observeIds(reader, key, group, ids)).rows.map(({ id }) => id)
  } catch (error) {
    // Destroyed meanwhile, it holds nothing.
    if (isAppError(error, 'NOT_FOUND') && error.data.what === 'group') return []
    // Where it can't be told it may hold any of them.
    if (isUnavailable(error)) return ids
    throw error
  }
}
