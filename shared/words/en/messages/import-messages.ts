import { formatCount } from '../../../format/format-count'

/** Of connections that are imported: what can't be taken, and why. Never with what was typed. */
export const importMessages = {
  'import.nothing': () => 'There is no connection in it.',
  'import.give': () =>
    'Give addresses, one a line, or what Sluice, Redis Insight or Another Redis Desktop Manager exported.',
  'import.no-json': () => 'It begins like JSON, and is none.',
  'import.too-many': ({ most }: { readonly most: number }) =>
    `There are more than ${formatCount(most)} connections in it.`,
  'import.fewer': () => 'Import it in parts.',
  'import.not-known': () => 'It is no connection of a program that is known here.',
  'import.ssh-key-file': () => 'Its SSH key is in a file, which an import does not read: enter the key.',
  'import.ssh-password': () => 'There is no SSH password and no key in it: enter one.',
  'import.files': () =>
    'Its certificates and secrets are in files or by commands, which an import does not read: enter them.',
  'import.verified-here': () => 'The server’s certificate was not checked there. Here it will be.',
}
