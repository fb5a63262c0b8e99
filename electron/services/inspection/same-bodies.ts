import type { EntryId } from '../../../shared/entry-id'
import type { Source } from '../../redis/source'
import { forEachEntry } from '../../redis/xrange'
import { digestOfParts } from './stream-snapshot'

/**
 * Of copies of entries (their id, and their copy's) those that begin as their entry does: whatever told where a copy comes
 * from follows that. A copy whose entry is gone is not among them. `key`: where the entries are.
 */
export async function sameBodies(
  { reader, key }: Source,
  target: Buffer,
  copies: readonly (readonly [EntryId, EntryId])[],
): Promise<ReadonlySet<EntryId>> {
  const bodies = new Map<EntryId, { readonly parts: number; readonly digest: string }>()
  const ids = copies.map(([id]) => id)
  await forEachEntry(reader, key, ids, ({ id, fields }) => {
    bodies.set(id, { parts: fields.length, digest: digestOfParts(fields) })
  })
  const entryOf = new Map(copies.map(([id, copy]) => [copy, id]))
  const same = new Set<EntryId>()
  const wanted = copies.flatMap(([id, copy]) => (bodies.has(id) ? copy : []))
  await forEachEntry(reader, target, wanted, ({ id, fields }) => {
    const body = bodies.get(entryOf.get(id) ?? id)
    if (body && digestOfParts(fields.slice(0, body.parts)) === body.digest) same.add(id)
  })
  return same
}

/** For the journal, which has one of each copy: 132 bits of it. */
export function digestOfCopy(parts: readonly Buffer[]): string {
  return digestOfParts(parts).slice(0, 22)
}
