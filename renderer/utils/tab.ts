import { bytesKey, type Bytes } from '../../shared/bytes'
import { displayName } from '../../shared/format/display-name'
import { words } from '../../shared/words/words'

/** Views that there is one of each. */
export const fixedViews = [
  'triage',
  'alerts',
  'rules',
  'journal',
  'command-log',
  'backups',
  'settings',
  'connections',
] as const
export type FixedView = (typeof fixedViews)[number]

/** A view one can go to. */
export type Tab =
  | { readonly kind: FixedView }
  | { readonly kind: 'stream'; readonly key: Bytes }
  | { readonly kind: 'group'; readonly key: Bytes; readonly group: Bytes }

/** One string per view; the same view is never open twice. */
export function tabId(tab: Tab): string {
  if (tab.kind === 'stream') return `stream/${bytesKey(tab.key)}`
  if (tab.kind === 'group') return `group/${bytesKey(tab.key)}/${bytesKey(tab.group)}`
  return tab.kind
}

const TITLES: Readonly<Record<FixedView, string>> = {
  triage: words.frame.triage,
  alerts: words.alert.alerts,
  rules: words.rule.rules,
  journal: words.frame.journal,
  'command-log': words.frame.commandLog,
  backups: words.frame.backups,
  settings: words.frame.settings,
  connections: words.frame.connections,
}

/** What a tab is called. */
export function tabTitle(tab: Tab): string {
  if (tab.kind === 'stream') return displayName(tab.key)
  if (tab.kind === 'group') return `${displayName(tab.key)} / ${displayName(tab.group)}`
  return TITLES[tab.kind]
}
