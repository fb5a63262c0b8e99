/** The ways to restore a backup. */
export const restoreWords = {
  restoreDots: 'Restore…',
  restoreFromBackup: 'Restore from a backup',
  asNewEntries: 'As new entries, at the end',
  intoNewKey: 'Into a new key, with the original ids',
  how: 'How',
}
