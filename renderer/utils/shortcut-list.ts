import { words } from '../../shared/words/words'
import { modKey } from './mod-key'
import { viewKeys } from './view-keys'

type Line = readonly [keys: string, what: string]
export interface ShortcutGroup {
  readonly title: string
  readonly keys: readonly Line[]
}

const views = (anywhere: boolean): readonly Line[] =>
  viewKeys.filter((view) => view.anywhere === anywhere).map(({ keys, title }) => [keys, title])

/** What the shortcut sheet shows. The bindings themselves are in App.vue and in the tables. */
export const shortcutList: readonly ShortcutGroup[] = [
  {
    title: words.command.everywhere,
    keys: [
      [`${modKey} K`, words.command.goToStream],
      ['/', words.command.filterStreams],
      ['R', words.command.refresh],
      ['U', words.command.undoLastJob],
      ...views(true),
      ['?', words.command.thisSheet],
      ['Esc', words.command.closeTop],
    ],
  },
  {
    title: words.command.views,
    keys: [
      ...views(false),
      ['[', words.command.tabToLeft],
      [']', words.command.tabToRight],
      ['W', words.command.closeTab],
    ],
  },
  {
    title: words.command.tablesAndStreamTree,
    keys: [
      ['J', words.command.down],
      ['K', words.command.up],
      ['Enter', words.command.open],
      ['Space', words.command.selectRow],
      ['Shift ↓', words.command.extendSelection],
      [`${modKey} A`, words.command.selectAllRows],
      ['Home', words.command.firstRow],
      ['← →', words.command.foldAndUnfoldFolder],
    ],
  },
  {
    title: words.command.entries,
    keys: [
      [`${modKey} F`, words.search.find],
      ['Del', words.command.deleteSelected],
    ],
  },
  {
    title: words.command.groups,
    keys: [
      ['Shift C', words.command.claimSelected],
      ['Shift A', words.command.ackSelected],
      ['Shift R', words.command.recover],
      ['F', words.command.filterPendingEntries],
      [`${modKey} F`, words.pendingFilter.find],
    ],
  },
]
