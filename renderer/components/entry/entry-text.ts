import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { Entry, Field } from '../../../shared/model/entry'
import { copyableText } from '../../utils/copy-text'

export function hasCutValue(entry: Entry): boolean {
  return entry.moreFields > 0 || entry.fields.some((field) => field.cut)
}

/** XADD with these fields in order, duplicates too, as redis-cli reads it. */
export function xaddCommand(
  key: Bytes,
  id: EntryId | '*',
  fields: readonly (readonly [Bytes, Bytes])[],
  options: readonly string[] = [],
): string {
  const pairs = fields.flatMap(([name, value]) => [cliArgument(name), cliArgument(value)])
  return ['XADD', cliArgument(key), ...options, id, ...pairs].join(' ')
}

/** The entry as it is, with its own id. */
export function entryAsXadd(key: Bytes, entry: Entry): string {
  return xaddCommand(
    key,
    entry.id,
    entry.fields.map(({ name, value }) => [name, value]),
  )
}

/** `{"id", "fields": [[name, value], …]}`: a list, since names may repeat. Bytes that are no text are `{"base64"}`. */
export function entryAsJson(entry: Entry): string {
  return JSON.stringify({ id: entry.id, fields: entry.fields.map(({ name, value }) => [name, value]) }, null, 2)
}

/** "name: value" of one field, for the clipboard. */
export function fieldText({ name, value }: Field): string {
  return `${copyableText(name)}: ${copyableText(value)}`
}
