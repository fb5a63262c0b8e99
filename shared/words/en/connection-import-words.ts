import type { ImportEntry } from '../../model/connection'
import { formatNoun } from '../../format/format-count'

const STATES: Readonly<Record<ImportEntry['state'], string>> = {
  new: 'new',
  known: 'already there',
  refused: 'can’t be taken',
}

/** Importing connections, and exporting them. */
export const connectionImportWords = {
  import: 'Import…',
  export: 'Export',
  exportHint: 'The saved connections as a file, without passwords and keys.',
  title: 'Import connections',
  text: 'Addresses, or what was exported',
  hint: 'Addresses, one a line; or the export of Sluice, Redis Insight (.json) or Another Redis Desktop Manager (.ano). Files that it names are not read.',
  example: 'redis://user:password@host:6379/0',
  fromFile: 'From a file',
  tooLarge: (most: number) => `This is more than ${most} characters: import it in parts.`,
  look: 'Look at it',
  back: 'Back',
  found: 'What is in it',
  nth: (at: number) => `No. ${at}`,
  state: (state: ImportEntry['state']) => STATES[state],
  withSecrets: (secrets: number) => `with ${formatNoun(secrets, 'secret')}`,
  add: (count: number) => `Add ${formatNoun(count, 'connection')}`,
  added: (count: number) => `Added ${formatNoun(count, 'connection')}`,
  noneNew: 'Nothing of it is new.',
}
