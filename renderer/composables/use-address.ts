import { useEventListener } from '@vueuse/core'
import { computed, watch } from 'vue'
import type { Connection } from '../../shared/model/connection'
import { words } from '../../shared/words/words'
import { useConnections } from '../stores/connections'
import { useParts } from '../stores/parts'
import { useTabs } from '../stores/tabs'
import { useToasts } from '../stores/toasts'
import { addressHash, readAddress, type ViewAddress } from '../utils/view-address'
import { useOpenConnection } from './use-open-connection'

interface Address {
  /**
   * The connection that the address names, to be opened; as soon as it is, the page goes to where the address leads. Null
   * where it names none that is here.
   */
  aim(): Connection | null
}

/**
 * The address of what shows, in the browser's own line: Back and Forward go through the views one was at, and a link leads
 * a colleague there. A view on a connection that is not open opens it, as a click on it would.
 */
export function useAddress(isReady: () => boolean): Address {
  const connections = useConnections()
  const tabs = useTabs()
  const parts = useParts()
  const toasts = useToasts()
  const { open } = useOpenConnection()
  /** Where an address leads once its connection is open: a password may be asked for before. */
  let wanted: ViewAddress | null = null
  /** Whether the address is that of a view one was at; one that leads nowhere gives way to the next, else Back would end there. */
  let isReached = false

  const hash = computed(() => {
    const tab = tabs.active ?? ({ kind: 'connections' } as const)
    const connectionId = connections.activeId === '' ? null : connections.activeId
    return addressHash({ connectionId, tab, part: parts.of(connections.activeId, tab) })
  })

  function write(): void {
    const now = hash.value ?? ''
    if (!isReady()) return
    const url = `${window.location.pathname}${window.location.search}${now}`
    if (now !== window.location.hash) window.history[isReached ? 'pushState' : 'replaceState'](null, '', url)
    isReached = true
  }

  function arrive(address: ViewAddress): void {
    wanted = null
    isReached = true
    parts.choose(connections.activeId, address.tab, address.part)
    tabs.open(address.tab)
  }

  function aim(): Connection | null {
    const address = readAddress(window.location.hash)
    if (address === null || address.connectionId === null) return null
    const connection = connections.list.find(({ id }) => id === address.connectionId)
    if (!connection) {
      toasts.show({ tone: 'warn', title: words.frame.addressUnknown, detail: words.frame.addressUnknownText })
      return null
    }
    if (connection.id === connections.activeId) arrive(address)
    else wanted = address
    return connection
  }

  /** Back, Forward, or an address typed. What leads nowhere leaves one where one is. */
  function lead(): void {
    if (readAddress(window.location.hash)?.connectionId === null) connections.activeId = ''
    isReached = false
    const connection = aim()
    if (connection === null) write()
    else if (connection.id !== connections.activeId) void open(connection)
  }

  // In the same breath as the tabs of that connection: nothing in between shows, or becomes an address.
  watch(
    () => connections.activeId,
    (id) => {
      if (wanted?.connectionId === id) arrive(wanted)
    },
    { flush: 'sync' },
  )
  watch(hash, () => {
    wanted = null
    write()
  })
  watch(isReady, () => {
    if (wanted === null) write()
  })
  useEventListener(window, 'popstate', () => {
    if (isReady()) lead()
  })
  return { aim }
}
