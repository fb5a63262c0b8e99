import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Entry, Field } from '../../../shared/model/entry'

/** A column of the entries table: one field name. `chars`: what its values took when it was made, for its width. */
export interface EntryColumn {
  readonly key: string
  readonly name: Bytes
  readonly chars: number
}

export const MAX_COLUMNS = 12
const SAMPLED = 50
const FEWEST_CHARS = 5
const MOST_CHARS = 30

/**
 * Columns for the fields present, in the order they first appear. Those there already stay where they are, so that
 * nothing jumps as pages come; what finds no place is counted by `otherFields`.
 */
export function extendColumns(columns: readonly EntryColumn[], entries: readonly Entry[]): readonly EntryColumn[] {
  if (columns.length >= MAX_COLUMNS) return columns
  const known = new Set(columns.map((column) => column.key))
  const added: { readonly key: string; readonly name: Bytes }[] = []
  for (const { name } of entries.flatMap(({ fields }) => fields)) {
    const key = bytesKey(name)
    if (known.has(key) || columns.length + added.length >= MAX_COLUMNS) continue
    known.add(key)
    added.push({ key, name })
  }
  if (added.length === 0) return columns
  return [...columns, ...added.map((column) => ({ ...column, chars: charsOf(column, entries.slice(0, SAMPLED)) }))]
}

function charsOf({ key, name }: { readonly key: string; readonly name: Bytes }, entries: readonly Entry[]): number {
  const values = entries.flatMap(({ fields }) => fields.filter((field) => bytesKey(field.name) === key))
  const longest = Math.max(...[name, ...values.map(({ value }) => value)].map((text) => lengthOf(text)))
  return Math.min(MOST_CHARS, Math.max(FEWEST_CHARS, longest))
}

function lengthOf(value: Bytes): number {
  return typeof value === 'string' ? value.length : MOST_CHARS
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
