import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'
import type { ExportFormatId, ExportStop } from '../../model/export'

const rowsOf = (rows: Count): string => formatNoun(rows, 'row')

/** Entries, what is pending, or groups, to a file. */
export const exportWords = {
  export: 'Export…',
  title: {
    entries: 'Export entries',
    pending: 'Export pending entries',
    groups: 'Export groups',
  },
  what: 'What',
  all: (total: Count | null) => (total === null ? 'All of the stream' : `All of the stream (${formatCount(total)})`),
  found: 'All that the search finds',
  ticked: (ids: Count) => `The ticked ones (${formatCount(ids)})`,
  loaded: (rows: Count) => `What is loaded (${formatCount(rows)})`,
  allPending: 'All that is pending',
  matching: 'All that match the filter',
  order: 'Order',
  format: 'Format',
  formats: {
    jsonl: 'JSON Lines',
    csv: 'CSV',
    'redis-cli': 'redis-cli script',
  } satisfies Record<ExportFormatId, string>,
  formatHints: {
    jsonl: 'Every byte, in order, names that repeat too. Its last line says that it is whole.',
    csv: 'For a spreadsheet: a column for each field of the first rows; what finds none, and the order of fields where it is another one, is in the column others. What would be a formula gets an apostrophe. Of values as they are stored an import makes the same entries again.',
    'redis-cli':
      'Commands that make the same again, any byte escaped: redis-cli < file; or redis-cli --pipe < file, many times as fast, where no line is longer than 64 KiB.',
  } satisfies Record<ExportFormatId, string>,
  values: 'Values',
  raw: 'As they are stored',
  decoded: 'Decoded, as chosen for each field',
  decodedHint:
    'What was decoded is marked; what no text can say whole stays as it is stored. What was stored can’t be had back from it.',
  bodies: 'With the fields of each entry',
  rebuilds: 'With it',
  rebuild: {
    none: 'The entries, and what the stream counts',
    groups: 'Groups and consumers too',
    pending: 'Groups, consumers and what is pending',
  },
  rebuildHint:
    'Makes the same stream under its name, where no such key is: ids, counters, groups. When consumers were last seen can’t be written.',
  save: 'Export',
  upTo: 'Up to what is there when it begins. Nothing is changed, and of what ends early no file stays.',
  keepOpen: 'Keep this page open until it is done.',
  running: (name: string) => `Export of ${name}`,
  progress: (rows: Count, read: Count, total: Count | null) => {
    const of = total === null ? '' : ` of ${formatCount(total)}`
    return rows === read
      ? `${formatCount(rows)}${of} written`
      : `${rowsOf(rows)} written, ${formatCount(read)}${of} read`
  },
  stop: 'Stop the export',
  done: (rows: Count, bytes: number) => `${rowsOf(rows)} exported, ${formatSize(bytes)}`,
  sentAs: (fileName: string) => `Sent to the browser as ${fileName}`,
  removed: (entries: Count) =>
    `${formatNoun(entries, 'entry', 'entries')} left the stream while it was exported; some of them may not be in the file.`,
  missing: (ids: number) =>
    `${formatCount(ids)} of those that were asked for ${ids === 1 ? 'is' : 'are'} not there any more.`,
  untold: (entries: Count) =>
    `Of ${formatNoun(entries, 'entry', 'entries')} it can’t be told whether they are what is looked for, for they are too large: they are not in the file.`,
  masked: (values: Count) =>
    `${formatNoun(values, 'value')} ${values === 1 ? 'is' : 'are'} masked, so the file doesn’t have ${values === 1 ? 'it' : 'them'}.`,
  unmasked: 'With masked values as they are',
  unmaskedHint: 'Else they are written as •••, and a script that would have one ends without a file.',
  unmaskedJournaled: 'Of a production connection the journal says so.',
  stoppedTitle: (name: string) => `There is no export of ${name}`,
  stopped: {
    cancelled: 'No file was chosen.',
    left: 'Whoever was to get it went away.',
    'not-fetched': 'Nobody fetched it within a minute.',
    'stream-gone': 'The stream was removed while it was exported.',
    'stream-anew': 'Another stream took its name while it was exported.',
  } satisfies Record<ExportStop, string>,
}
