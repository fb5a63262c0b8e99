import { computed, type ComputedRef } from 'vue'
import { useConnections } from '../stores/connections'
import { useRefreshBeat } from '../stores/refresh'
import { useMonitoring } from '../stores/monitoring'
import { useStreams } from '../stores/streams'
import { useTabs } from '../stores/tabs'
import { displayName } from '../../shared/format/display-name'
import { words } from '../../shared/words/words'
import { viewKeys } from '../utils/view-keys'
import { useImport } from './use-import'
import { useLogOut } from './use-log-out'
import { useOpenConnection } from './use-open-connection'
import { useWhyNotYou } from './use-permission'
import { useOverlays } from './use-overlays'
import { useRecoveryDialog } from './use-recovery-dialog'
import { useSaveSettings } from './use-save-settings'
import { useSweepDialog } from './use-sweep-dialog'

/** Something the palette can do or go to. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly kind: 'view' | 'action' | 'connection' | 'stream' | 'group'
  readonly keys?: string
  /** Of a connection: its colour. */
  readonly swatch?: string
  readonly run: () => void
}

/** Views, actions and connections; what there is of streams and groups comes separately, as there may be thousands. */
export function useCommands(): {
  readonly fixed: ComputedRef<readonly Command[]>
  readonly destinations: ComputedRef<readonly Command[]>
} {
  const tabs = useTabs()
  const streams = useStreams()
  const monitoring = useMonitoring()
  const connections = useConnections()
  const whyNotYou = useWhyNotYou()
  const overlays = useOverlays()
  const pulse = useRefreshBeat()
  const save = useSaveSettings()
  const { open } = useOpenConnection()
  const { here } = useRecoveryDialog()
  const { subject: sweeping } = useSweepDialog()
  const { hasSession, leave } = useLogOut()
  const { whyNot: whyNoImport, ask: askImport } = useImport()

  const recoverHere = computed((): readonly Command[] => {
    const open = here.value
    return open
      ? [{ id: 'recover', label: words.command.recoverEntries, kind: 'action', keys: 'Shift R', run: open }]
      : []
  })
  function sweep(): void {
    sweeping.value = { kind: 'sweep', connectionId: connections.activeId }
  }
  const fixed = computed<readonly Command[]>(() => [
    ...viewKeys.map(({ kind, title, keys }): Command => ({
      ...{ id: kind, label: title, kind: 'view', keys, run: () => tabs.open({ kind }) },
    })),
    { id: 'refresh', label: words.command.refreshNow, kind: 'action', keys: 'R', run: () => pulse.now() },
    ...recoverHere.value,
    ...(connections.activeStatus?.state === 'open'
      ? [{ id: 'sweep', label: words.sweep.titleDots, kind: 'action', run: sweep } as const]
      : []),
    { id: 'rescan', label: words.command.scanForStreamsAgain, kind: 'action', run: () => streams.rescan() },
    ...(whyNoImport.value === null
      ? [{ id: 'import', label: words.entryImport.import, kind: 'action', run: askImport } as const]
      : []),
    { id: 'close', label: words.command.closeThisTab, kind: 'action', keys: 'W', run: () => tabs.close(tabs.activeId) },
    { id: 'light', label: words.command.themeLight, kind: 'action', run: () => void save({ theme: 'light' }) },
    { id: 'dark', label: words.command.themeDark, kind: 'action', run: () => void save({ theme: 'dark' }) },
    { id: 'system', label: words.command.themeAsSystem, kind: 'action', run: () => void save({ theme: 'system' }) },
    ...(whyNotYou('admin') === null
      ? [
          {
            id: 'add',
            label: words.command.add,
            kind: 'action',
            run: () => (overlays.form.value = { kind: 'new' }),
          } as const,
        ]
      : []),
    {
      id: 'keys',
      label: words.command.keyboardShortcuts,
      kind: 'action',
      keys: '?',
      run: () => (overlays.isSheetOpen.value = true),
    },
    ...(hasSession.value
      ? [{ id: 'leave', label: words.session.logOut, kind: 'action', run: () => void leave('here') } as const]
      : []),
    ...connections.list.map((connection): Command => ({
      id: `connection/${connection.id}`,
      label: words.command.connectTo(connection.name),
      kind: 'connection',
      swatch: connection.color,
      run: () => void open(connection),
    })),
  ])

  const destinations = computed<readonly Command[]>(() => {
    const found: Command[] = streams.names.map(({ id, key }) => ({
      id: `stream/${id}`,
      label: displayName(key),
      kind: 'stream',
      run: () => tabs.openStream(key),
    }))
    for (const { summary } of monitoring.reports.byStream.values()) {
      for (const { name } of summary.groups) {
        found.push({
          id: `group/${found.length}`,
          label: `${displayName(summary.key)} / ${displayName(name)}`,
          kind: 'group',
          run: () => tabs.openGroup(summary.key, name),
        })
      }
    }
    return found
  })

  return { fixed, destinations }
}
