import { cliArgument, type Bytes } from './bytes'
import type { EntryId } from './entry-id'

/** Of names and values together, the most that is made into one text. */
export const MOST_TEXT_BYTES = 4 * 1024 * 1024

export type FieldList = readonly (readonly [Bytes, Bytes])[]

/** XADD with these fields in order, duplicates too, as redis-cli reads it. */
export function xaddCommand(key: Bytes, id: EntryId | '*', fields: FieldList, options: readonly string[] = []): string {
  const pairs = fields.flatMap(([name, value]) => [cliArgument(name), cliArgument(value)])
  return ['XADD', cliArgument(key), ...options, id, ...pairs].join(' ')
}

/** `{"id", "fields": [[name, value], …]}`: a list, since names may repeat. Bytes that are no text are `{"base64"}`. */
export function entryAsJson(id: EntryId, fields: FieldList): string {
  return JSON.stringify({ id, fields }, null, 2)
}
