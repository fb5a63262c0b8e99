import { bytesKey, keyBytes, type Bytes } from '../../shared/bytes'

const FIELD = 'field:'

/** As a layout names the column of a field, or path. */
export function fieldColumn(name: Bytes): string {
  return FIELD + bytesKey(name)
}

/** Null: it is a column of every entry. */
export function columnName(id: string): Bytes | null {
  return id.startsWith(FIELD) ? keyBytes(id.slice(FIELD.length)) : null
}
