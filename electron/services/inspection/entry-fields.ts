import type { EntryFields, IndexedField } from '../../../shared/model/entry'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { viewField, WHOLE_ENTRY } from './entry-view'

/** What a page can lay out and read without a pause. */
export const MOST_FIELDS = 50
const PAGE_BYTES = 3 * 1024 * 1024

export interface FieldsWanted {
  /** Of those that match, how many come before. */
  readonly skip: number
  /** In their names, in any case; empty: all. */
  readonly find: string
}

/** Some of its fields: 50 at most, and no more than about 3 MiB of them, but one at least where there is one. */
export function fieldsOf(raw: RawEntry, { skip, find }: FieldsWanted): EntryFields {
  const indexes = matchingIndexes(raw, find)
  const fields: IndexedField[] = []
  let bytes = 0
  for (const at of indexes.slice(skip, skip + MOST_FIELDS)) {
    const shown = viewField(raw, at, WHOLE_ENTRY.nameBytes, WHOLE_ENTRY.valueBytes)
    if (fields.length > 0 && bytes + shown.bytes > PAGE_BYTES) break
    bytes += shown.bytes
    fields.push({ at, ...shown.field })
  }
  return { id: raw.id, size: entryBytes(raw), count: raw.fields.length / 2, matching: indexes.length, fields }
}

function matchingIndexes({ fields }: RawEntry, find: string): readonly number[] {
  const wanted = find.toLowerCase()
  const indexes: number[] = []
  for (let at = 0; at * 2 < fields.length; at += 1) {
    const name = fields[at * 2]
    if (wanted === '' || name?.toString('utf8').toLowerCase().includes(wanted)) indexes.push(at)
  }
  return indexes
}
