import type { EntryQuery } from '../../shared/model/entry-query'
import { readQuery } from '../../shared/query/read-query'
import { searchWords } from '../../shared/words/en/search-words'
import { UsageError } from '../host/usage-error'
import type { Flags } from './values'

/** What to look for in entries, as a person typed it for `what`. Throws `UsageError` with what is wrong, and where. */
export function readQueryOf(what: string, text: string): EntryQuery {
  const read = readQuery(text)
  if ('query' in read) return read.query
  throw new UsageError(`${what}: ${searchWords.faultAt(searchWords.faults[read.fault.code], read.fault.at)}`)
}

/** The same of `--find`. */
export function readFind(flags: Flags): EntryQuery | undefined {
  const text = flags.text('find')
  return text === undefined ? undefined : readQueryOf('--find', text)
}
