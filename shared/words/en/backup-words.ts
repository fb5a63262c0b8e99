import type { Count } from '../../count'
import type { Backup, BackupContents } from '../../model/restore'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'
import type { SavedUsage } from '../../model/saved-usage'

const KINDS: Readonly<Record<Backup['kind'], string>> = {
  trim: 'Before a trim',
  'ack-delete': 'Before an ack and delete',
  delete: 'Before a deletion',
  redrive: 'Before a redrive',
}

function kindWords({ kind, partial }: Backup): string {
  return partial ? `${KINDS[kind]}: never finished` : KINDS[kind]
}

/** What of it can't be read; null when all can. */
function damageWords(contents: Pick<BackupContents, 'damaged'> | null, stream: Backup['stream']): string | null {
  if (stream === null) return 'Its first line can’t be read'
  if (!contents || contents.damaged === 0) return null
  return `${formatNoun(contents.damaged, 'line')} can’t be read`
}

/** How sure its figure is, and what was saved besides; null where there is nothing to say. */
function fateWords(contents: Pick<BackupContents, 'entries' | 'unsure' | 'stayed'> | null): string | null {
  if (contents === null) return null
  const { entries, unsure, stayed } = contents
  const parts = [
    unsure > 0 && unsure === entries ? 'Nothing says how many of them really went.' : null,
    unsure > 0 && unsure < entries ? `${formatCount(entries - unsure)} certainly went; the others may have.` : null,
    stayed > 0
      ? `${formatNoun(stayed, 'more entry was saved and', 'more entries were saved and')} stayed in the stream.`
      : null,
  ]
  const said = parts.filter((part) => part !== null)
  return said.length === 0 ? null : said.join(' ')
}

function entriesWords({ contents, stream }: Backup): string {
  if (contents) return `${contents.unsure > 0 ? 'up to ' : ''}${formatCount(contents.entries)}`
  return stream === null ? 'unknown' : 'not counted'
}

/** How much there is, from when, and what of it an undo still needs. */
function usageWords({ files, bytes, needed }: SavedUsage, oldest: string | null): string {
  if (files === 0 || oldest === null) return 'Nothing is saved.'
  const all = `${formatNoun(files, 'file', 'files')}, ${formatSize(bytes)}; the oldest is of ${oldest}.`
  if (needed.files === 0) return all
  return `${all} Of these, ${formatNoun(needed.files, 'file', 'files')} (${formatSize(needed.bytes)}) stay as long as an undo or a job needs them.`
}

export const backupWords = {
  usage: usageWords,
  savedBefore: 'Saved before deletions',
  savedBeforeHint:
    'Entries that were deleted, and what hashes held before they were written. What an undo that is still offered needs is never removed, nor what is younger than a week, by itself.',
  keepDays: 'Kept for, days',
  keepDaysHint: '0: however old.',
  keepMiB: 'Kept in all, MiB',
  keepMiBHint: 'The oldest go first. 0: however much.',
  deleteAll: 'Delete what no undo needs…',
  deleteTitle: 'Delete what was saved',
  deleteText: (files: number, bytes: number) =>
    `${formatNoun(files, 'file', 'files')}, ${formatSize(bytes)}, of all connections. They can’t be had again: what they hold can’t be restored any more.`,
  deleteThem: 'Delete',
  deleted: (files: number, bytes: number) => `${formatNoun(files, 'file', 'files')} deleted, ${formatSize(bytes)}`,
  saved: 'Saved',
  whatFor: 'What for',
  stream: 'Stream',
  entries: 'Entries',
  firstAndLastId: 'First and last id',
  size: 'Size',
  connection: 'Connection',
  restore: 'Restore',
  backups: 'Backups',
  noMatch: 'No backup matches',
  noMatchText: 'Clear the filter to see all.',
  filterLabel: 'Filter by stream, connection or text',
  filterPlaceholder: 'Stream, connection or text',
  older: (list: number, older: Count) =>
    `The newest ${list} are shown; ${formatNoun(older, 'older one', 'older ones')} lie in the data directory besides.`,
  readingBackups: 'Reading the backups',
  noneYet: 'There are no backups',
  noneYetText:
    'A trim, an ack and delete, a deletion, or a redrive saves what goes first, unless told not to. It can be restored from here.',
  kind: kindWords,
  damage: damageWords,
  entriesOf: entriesWords,
  fate: fateWords,
}
