import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Entry, Field } from '../../../shared/model/entry'

/** A column of the entries table: one field name. */
export interface EntryColumn {
  readonly key: string
  readonly name: Bytes
}

export const MAX_COLUMNS = 12

/**
 * Columns for the fields present, in the order they first appear. Those there already stay where they are, so that
 * nothing jumps as pages come; what finds no place is counted by `otherFields`.
 */
export function extendColumns(columns: readonly EntryColumn[], entries: readonly Entry[]): readonly EntryColumn[] {
  if (columns.length >= MAX_COLUMNS) return columns
  const known = new Set(columns.map((column) => column.key))
  const added: EntryColumn[] = []
  for (const entry of entries) {
    for (const { name } of entry.fields) {
      const key = bytesKey(name)
      if (known.has(key)) continue
      known.add(key)
      added.push({ key, name })
      if (columns.length + added.length >= MAX_COLUMNS) return [...columns, ...added]
    }
  }
  return added.length > 0 ? [...columns, ...added] : columns
}

/** The fields of an entry under one column: none, one, or several where the name repeats. */
export function fieldsOf(entry: Entry, column: EntryColumn): readonly Field[] {
  return entry.fields.filter((field) => bytesKey(field.name) === column.key)
}

/** The fields of an entry that no column shows, and how many more there are that the page left out. */
export function otherFields(
  entry: Entry,
  columns: readonly EntryColumn[],
): { readonly fields: readonly Field[]; readonly more: number } {
  const shown = new Set(columns.map((column) => column.key))
  return { fields: entry.fields.filter((field) => !shown.has(bytesKey(field.name))), more: entry.moreFields }
}
