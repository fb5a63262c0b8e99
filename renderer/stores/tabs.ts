import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Bytes } from '../../shared/bytes'
import { tabId, type Tab } from '../utils/tab'
import { useConnections } from './connections'

interface Desk {
  readonly tabs: readonly Tab[]
  readonly activeId: string
}

const HOME: Desk = { tabs: [{ kind: 'triage' }], activeId: 'triage' }
const DOOR: Desk = { tabs: [{ kind: 'connections' }], activeId: 'connections' }
const MOST_TABS = 30

/** What is open, per connection; kept for the session, so that a reload comes back to the same place. */
export const useTabs = defineStore('tabs', () => {
  const connections = useConnections()
  const desk = shallowRef<Desk>(readDesk(connections.activeId))

  watch(
    () => connections.activeId,
    (id) => {
      desk.value = readDesk(id)
    },
    { flush: 'sync' },
  )
  watch(
    desk,
    (value) => {
      if (connections.activeId !== '') sessionStorage.setItem(storageKey(connections.activeId), JSON.stringify(value))
    },
    { flush: 'sync' },
  )

  const tabs = computed(() => desk.value.tabs)
  const activeId = computed(() => desk.value.activeId)
  const active = computed(() => tabs.value.find((tab) => tabId(tab) === activeId.value) ?? tabs.value[0] ?? null)

  /** Goes to a view: its tab when it is open already, else a new one after the active tab. */
  function open(tab: Tab): void {
    const id = tabId(tab)
    if (tabs.value.some((other) => tabId(other) === id)) return activate(id)
    const at = tabs.value.findIndex((other) => tabId(other) === activeId.value) + 1
    const next = [...tabs.value.slice(0, at), tab, ...tabs.value.slice(at)]
    // The first tab is home; of the rest the oldest goes when there are too many.
    desk.value = { tabs: next.length > MOST_TABS ? next.toSpliced(1, 1) : next, activeId: id }
  }

  const openStream = (key: Bytes): void => open({ kind: 'stream', key })
  const openGroup = (key: Bytes, group: Bytes): void => open({ kind: 'group', key, group })

  function activate(id: string): void {
    desk.value = { ...desk.value, activeId: id }
  }

  /** Closes a tab; the one to its left shows. The first one is home, and never closes. */
  function close(id: string): void {
    const at = tabs.value.findIndex((tab) => tabId(tab) === id)
    if (at <= 0) return
    const rest = tabs.value.toSpliced(at, 1)
    const neighbour = rest[at - 1]
    const isActive = activeId.value === id
    desk.value = { tabs: rest, activeId: isActive && neighbour ? tabId(neighbour) : activeId.value }
  }

  /** The tab so many positions to the right, round about. */
  function step(by: number): void {
    const at = tabs.value.findIndex((tab) => tabId(tab) === activeId.value)
    const next = tabs.value[(at + by + tabs.value.length) % tabs.value.length]
    if (next) activate(tabId(next))
  }

  return { tabs, activeId, active, open, openStream, openGroup, activate, close, step }
})

function storageKey(connectionId: string): string {
  return `sluice:tabs:${connectionId}`
}

function readDesk(connectionId: string): Desk {
  if (connectionId === '') return DOOR
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(connectionId)) ?? 'null')
    return isDesk(stored) ? stored : HOME
  } catch {
    // Written by another version, or cut off: begin at home.
    return HOME
  }
}

function isDesk(value: unknown): value is Desk {
  if (typeof value !== 'object' || value === null || !('tabs' in value) || !('activeId' in value)) return false
  return Array.isArray(value.tabs) && value.tabs.length > 0 && typeof value.activeId === 'string'
}
