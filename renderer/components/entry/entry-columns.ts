import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Entry, Field } from '../../../shared/model/entry'
import { fieldColumn } from '../../utils/column-id'

/** Of every entry; `other`: the names of all fields without a column. */
export const OWN_COLUMNS = ['id', 'time', 'other', 'size'] as const
export type OwnColumn = (typeof OWN_COLUMNS)[number]

/** A column of the entries table: one field name, or path. `chars`: what its values took when it was made, for its width. */
export interface EntryColumn {
  readonly id: string
  readonly name: Bytes
  readonly chars: number
}

/** Of those that come by themselves. */
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
  const known = new Set(columns.map(({ id }) => id))
  const added = namesOf(entries, MAX_COLUMNS - columns.length, known)
  if (added.length === 0) return columns
  return [...columns, ...added.map((name) => columnOf(name, entries))]
}

/** The names of fields present, in the order they first appear, but for the columns `known`. */
export function namesOf(
  entries: readonly Entry[],
  most: number,
  known: ReadonlySet<string> = new Set(),
): readonly Bytes[] {
  const met = new Set(known)
  const names: Bytes[] = []
  for (const { fields } of entries) {
    for (const { name } of fields) {
      if (names.length >= most) return names
      const id = fieldColumn(name)
      if (met.has(id)) continue
      met.add(id)
      names.push(name)
    }
  }
  return names
}

/** As wide as its values among the first of these. */
export function columnOf(name: Bytes, entries: readonly Entry[]): EntryColumn {
  const key = bytesKey(name)
  const values = entries
    .slice(0, SAMPLED)
    .flatMap(({ fields }) => fields.filter((field) => bytesKey(field.name) === key))
  const longest = Math.max(...[name, ...values.map(({ value }) => value)].map((text) => lengthOf(text)))
  return { id: fieldColumn(name), name, chars: Math.min(MOST_CHARS, Math.max(FEWEST_CHARS, longest)) }
}

function lengthOf(value: Bytes): number {
  return typeof value === 'string' ? value.length : MOST_CHARS
}

/** The fields of an entry under one name: none, one, or several where it repeats. */
export function fieldsOf(entry: Entry, name: Bytes): readonly Field[] {
  const key = bytesKey(name)
  return entry.fields.filter((field) => bytesKey(field.name) === key)
}

/** The fields of an entry that no column shows, and how many more there are that the page left out. */
export function otherFields(
  entry: Entry,
  columns: readonly EntryColumn[],
): { readonly fields: readonly Field[]; readonly more: number } {
  const shown = new Set(columns.map(({ id }) => id))
  return { fields: entry.fields.filter((field) => !shown.has(fieldColumn(field.name))), more: entry.moreFields }
}
