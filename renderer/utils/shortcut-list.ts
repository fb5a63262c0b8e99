import { modKey } from './mod-key'

export interface ShortcutGroup {
  readonly title: string
  readonly keys: readonly (readonly [string, string])[]
}

/** What the shortcut sheet shows. The bindings themselves are in App.vue and in the tables. */
export const shortcutList: readonly ShortcutGroup[] = [
  {
    title: 'Everywhere',
    keys: [
      [`${modKey} K`, 'Go to a stream, a view or an action'],
      ['/', 'Filter the streams'],
      ['R', 'Refresh (also F5)'],
      ['U', 'Undo the last job'],
      [`${modKey} ,`, 'Settings'],
      ['?', 'This sheet'],
      ['Esc', 'Close what is on top'],
    ],
  },
  {
    title: 'Views',
    keys: [
      ['G T', 'Triage'],
      ['G J', 'Journal'],
      ['G B', 'Backups'],
      ['G C', 'Connections'],
      ['[', 'Tab to the left'],
      [']', 'Tab to the right'],
      ['W', 'Close the tab'],
    ],
  },
  {
    title: 'Tables and the stream tree',
    keys: [
      ['J', 'Down (also ↓)'],
      ['K', 'Up (also ↑)'],
      ['Enter', 'Open'],
      ['Space', 'Select the row'],
      ['Shift ↓', 'Extend the selection'],
      [`${modKey} A`, 'Select all rows'],
      ['Home', 'First row (End: last)'],
      ['← →', 'Fold and unfold a folder'],
    ],
  },
  {
    title: 'Entries',
    keys: [['Del', 'Delete what is selected, looked at first']],
  },
  {
    title: 'Groups',
    keys: [
      ['Shift C', 'Claim what is selected; on a consumer: reassign all it holds'],
      ['Shift A', 'Ack what is selected'],
      ['Shift R', 'Recover: every remedy, for all that match, looked at first'],
      ['F', 'Filter the pending entries'],
    ],
  },
]
