/** Of where secrets are kept, on the command line. */
export const secretsWords = {
  wrongPassphrase:
    'this is not the passphrase that the saved passwords are encrypted with; to begin anew, remove secrets-passphrase.json from the data directory',
  shortPassphrase: (shortest: number) => `the passphrase must have at least ${shortest} characters`,
  passphraseFile: (file: string, code: string) =>
    `--passphrase-file ${file} can’t be read${code === '' ? '' : ` (${code})`}`,
  seenByOthers: (where: string, file: string) =>
    `${where}: others may read ${file}. Make it your own only: chmod 600 ${file}`,
  noTerminal:
    '--keep-secrets asks for a passphrase, and there is no terminal: give it by SLUICE_PASSPHRASE or --passphrase-file',
  ask: 'Passphrase for saved passwords: ',
  askAgain: 'Once more: ',
  notTheSame: 'the two passphrases are not the same',
  sandboxKeepsNone: '--sandbox keeps no passwords; leave --keep-secrets and --passphrase-file out',
}
