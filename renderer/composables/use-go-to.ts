import type { Bytes } from '../../shared/bytes'
import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useTabs } from '../stores/tabs'
import { useToasts } from '../stores/toasts'
import { useOpenConnection } from './use-open-connection'

interface Subject {
  readonly key: Bytes | null
  readonly group: Bytes | null
}

/** Goes to a group, a stream, or the home screen, of a connection that is opened where it is not. */
export function useGoTo(): (connectionId: string, subject: Subject) => Promise<void> {
  const connections = useConnections()
  const tabs = useTabs()
  const toasts = useToasts()
  const { open } = useOpenConnection()
  return async (connectionId, { key, group }) => {
    const connection = connections.list.find(({ id }) => id === connectionId)
    if (!connection) return void toasts.show({ tone: 'warn', title: words.alert.connectionGone })
    if (connections.activeId !== connectionId && !(await open(connection))) return
    if (key === null) tabs.open({ kind: 'triage' })
    else if (group === null) tabs.openStream(key)
    else tabs.openGroup(key, group)
  }
}
