import type { EntryQuery } from '../../shared/model/entry-query'
import { readQuery } from '../../shared/query/read-query'

/** A query as a person types it. */
export function queryOf(text: string): EntryQuery {
  const read = readQuery(text)
  if ('fault' in read) throw new Error(`${read.fault.code} at ${read.fault.at}: ${text}`)
  return read.query
}
