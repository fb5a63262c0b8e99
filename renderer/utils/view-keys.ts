import { modKey } from './mod-key'
import { tabTitle, type FixedView } from './tab'

/** The keys that lead to each view, as tinykeys writes them; in the order in which palette and sheet show them. */
const BINDINGS: Readonly<Record<FixedView, string>> = {
  triage: 'g t',
  alerts: 'g a',
  rules: 'g k',
  journal: 'g j',
  'command-log': 'g l',
  backups: 'g b',
  connections: 'g c',
  settings: '$mod+,',
}

interface ViewKeys {
  readonly kind: FixedView
  readonly title: string
  readonly binding: string
  /** As they are shown: "G T". */
  readonly keys: string
  /** Also while something is typed, since nobody types these. */
  readonly anywhere: boolean
}

/** Where the keyboard and the palette lead: every view that there is one of. */
export const viewKeys: readonly ViewKeys[] = (Object.keys(BINDINGS) as FixedView[]).map((kind) => {
  const binding = BINDINGS[kind]
  const keys = binding.split(/[ +]/).map((key) => (key === '$mod' ? modKey : key.toUpperCase()))
  return { kind, title: tabTitle({ kind }), binding, keys: keys.join(' '), anywhere: binding.startsWith('$mod') }
})
