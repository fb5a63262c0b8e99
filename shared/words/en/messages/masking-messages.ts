import type { EntryId } from '../../../entry-id'

/** Of values that are masked. */
export const maskingMessages = {
  'masking.shown': ({ id }: { readonly id: EntryId }) => `show masked values of ${id}`,
  'masking.exported': ({ what }: { readonly what: 'entries' | 'pending' }) =>
    `export ${what === 'entries' ? 'entries' : 'pending entries'} with masked values`,
  'masking.script': () => 'show a script with masked values',
  'masking.not-undone': () => 'Nothing was changed.',
  'masking.in-script': () => 'A value that is masked would be in the script',
  'masking.unmask-script': () =>
    'Such a script makes other entries under the same ids. Export with masked values as they are, or as JSON Lines or CSV.',
  'masking.not-saved': () => 'This value is masked.',
  'masking.show-first': () => 'Show the entry’s masked values first, then save it.',
}
