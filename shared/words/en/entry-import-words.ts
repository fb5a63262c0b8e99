import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'
import type { ImportFormat, ImportStop } from '../../model/entry-import'

/** Entries of a file, to a stream. */
export const entryImportWords = {
  import: 'Import entries…',
  title: 'Import entries',
  ofFile: 'Entries of a file',
  choose: 'Choose a file…',
  chooseFirst: 'Choose a file',
  chooseOther: 'Another file…',
  hint: 'JSON Lines or CSV in UTF-8: what Sluice exports, or a line {"id":"1-0","fields":[["name","value"]]} for each entry, or CSV with a first row of field names, or a script for redis-cli, or what redis-cli --no-raw XRANGE prints. All of it is read and checked before anything is added.',
  reading: (name: string) => (name === '' ? 'Reading the file' : `Reading ${name}`),
  readSoFar: (bytes: number, total: number | null) =>
    total === null ? `${formatSize(bytes)} read` : `${formatSize(bytes)} of ${formatSize(total)} read`,
  stop: 'Stop',
  format: 'Format',
  formats: { jsonl: 'JSON Lines', csv: 'CSV', 'redis-cli': 'redis-cli' } satisfies Record<ImportFormat, string>,
  holds: (entries: Count, bytes: number) => `${formatNoun(entries, 'entry', 'entries')}, ${formatSize(bytes)}`,
  noIds: 'They have no ids: the server gives them some.',
  faults: (faults: number, hasMore: boolean) =>
    hasMore ? `${formatCount(faults)} faults so far; the rest was not read` : formatNoun(faults, 'fault'),
  nothingDone: 'Nothing was added. Mend the file, and choose it again.',
  stopped: {
    cancelled: 'No file was chosen.',
    left: 'The file did not come to its end.',
    'not-sent': 'The file was not sent within a minute.',
    'too-large': 'The file is larger than Sluice takes. Divide it, or use sluice import on the command line.',
  } satisfies Record<ImportStop, string>,
  tooLarge: (most: number) =>
    `The file is larger than ${formatSize(most)}, which is the most that is taken. Divide it, or use sluice import on the command line.`,
  unreadable: 'The browser could not read the file, or send it. Choose it again.',
  how: 'How',
  asNew: 'As new entries, at the end',
  byOwnIds: 'By their own ids, into a new stream',
  byOwnIdsNoIds: 'By their own ids (there are none)',
  byOwnIdsDown: 'By their own ids (they go down; a stream’s go up)',
  newStream: 'New stream',
  newStreamHint: 'It has its name only once all are in it. Groups and counters are not made.',
  newStreamExample: 'orders-imported',
  nameNew: 'Name the new stream',
  provenanceHint: 'sluice:restored and sluice:restored-id. By them an entry is known again when a reply gets lost.',
  makes: (name: string, entries: Count) =>
    `Makes ${name} with ${formatNoun(entries, 'entry', 'entries')} by their own ids`,
  between: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
  runCount: (entries: Count) => `Import ${formatNoun(entries, 'entry', 'entries')}`,
  run: 'Import',
}
