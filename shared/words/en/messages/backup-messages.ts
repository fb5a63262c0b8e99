/** Of what is saved before it goes. */
export const backupMessages = {
  'backup.list-not-read': () => 'The backups could not be read',
  'backup.not-read': () => 'The backup could not be read',
  'backup.not-written-trim': () => 'The backup could not be written, so nothing was trimmed',
  'backup.not-written-delete': () => 'The backup could not be written, so no more was deleted',
  'backup.not-written-hashes': () => 'What the hashes hold could not be saved, so none was written',
  'backup.no-name': () => 'This is not the name of a backup.',
  'backup.choose': () => 'Choose one from the list of backups.',
}
