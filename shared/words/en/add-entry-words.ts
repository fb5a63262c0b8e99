import type { Bytes } from '../../bytes'
import type { Count } from '../../count'
import { displayName } from '../../format/display-name'
import { formatCount } from '../../format/format-count'

/** The dialog that adds an entry. */
export const addEntryWords = {
  idExample: '* or an id like 1620973121009-0',
  badId: 'The id is not one',
  tooLarge: 'An entry added from here may have about 1 MiB in all',
  mostFields: (MOST_FIELDS: Count) => `An entry added from here has at most ${formatCount(MOST_FIELDS)} fields`,
  leastFields: 'An entry has at least one field',
  entryAdded: 'Entry added',
  found: 'The reply was lost, and an entry with exactly these fields is there under this id',
  addEntry: 'Add entry',
  toStream: (key: Bytes) => `To the stream ${displayName(key)}`,
  id: 'Id',
  idHint: '* lets the server choose; ids only ever grow',
  createStream: 'Create the stream if it doesn’t exist',
  field: (at: number) => `Field ${at}`,
  value: (at: number) => `Value ${at}`,
  tooLargeField: 'Too large: an entry added from here may have about 1 MiB in all',
  removeField: (at: number) => `Remove field ${at}`,
  anotherField: 'Another field',
}
