import { useSessionStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Connection, ConnectionProfile, ConnectionStatus, ImportEntry } from '../../shared/model/connection'
import type { TestEvent } from '../../shared/model/connection-test'
import type { HostKey } from '../../shared/model/host-key'
import { api, type Client } from '../api/client'
import { subscribe } from '../api/subscribe'

export type ConnectionDraft = Parameters<Client['connection']['save']>[0]
export type ConnectionTest = Awaited<ReturnType<Client['connection']['test']>>
export interface ParsedUrl {
  readonly profile: ConnectionProfile
  readonly password: string | null
}

/** The saved connections, how each one stands, and which one is looked at in this window. */
export const useConnections = defineStore('connections', () => {
  const list = shallowRef<readonly Connection[]>([])
  const isLoaded = shallowRef(false)
  const statuses = shallowRef<ReadonlyMap<string, ConnectionStatus>>(new Map())
  const activeId = useSessionStorage<string>('sluice:connection', '')
  const watches = new Map<string, () => void>()
  let stopFollowing: (() => void) | null = null

  const active = computed(() => list.value.find(({ id }) => id === activeId.value) ?? null)
  const activeStatus = computed(() => statuses.value.get(activeId.value) ?? null)

  function note(status: ConnectionStatus): void {
    statuses.value = new Map(statuses.value).set(status.connectionId, status)
  }

  function setList(connections: readonly Connection[]): void {
    list.value = connections
    isLoaded.value = true
    const ids = new Set(connections.map(({ id }) => id))
    for (const [id, stop] of watches) {
      if (ids.has(id)) continue
      stop()
      watches.delete(id)
    }
    for (const id of ids) {
      if (watches.has(id)) continue
      const open = (signal: AbortSignal): Promise<AsyncIterable<ConnectionStatus>> =>
        api().connection.watch({ connectionId: id }, { signal })
      watches.set(id, subscribe(open, note))
    }
    if (activeId.value !== '' && !ids.has(activeId.value)) activeId.value = ''
  }

  async function load(): Promise<void> {
    setList(await api().connection.list())
  }

  /** Loads it again whenever it changes, be it in another window or by another process on the same data directory. */
  function follow(): void {
    stopFollowing?.()
    stopFollowing = subscribe((signal) => api().connection.watchList(undefined, { signal }), setList)
  }

  /** Opens a connection, and looks at it from now on. Throws when it can't be opened; what was looked at stays so. */
  async function open(connectionId: string, password?: string): Promise<ConnectionStatus> {
    const status = await api().connection.open(password === undefined ? { connectionId } : { connectionId, password })
    note(status)
    activeId.value = connectionId
    return status
  }

  async function close(connectionId: string): Promise<void> {
    await api().connection.close({ connectionId })
    if (activeId.value === connectionId) activeId.value = ''
  }

  async function save(draft: ConnectionDraft): Promise<Connection> {
    const saved = await api().connection.save(draft)
    await load()
    return saved
  }

  async function remove(connectionId: string): Promise<void> {
    await api().connection.remove({ connectionId })
    await load()
  }

  /** To another position of the list, and of its folders. */
  async function move(connectionId: string, position: { readonly before: string | null; readonly folder: string }) {
    await api().connection.move({ connectionId, ...position })
    await load()
  }

  const test = (draft: ConnectionDraft): Promise<ConnectionTest> => api().connection.test(draft)
  /** The same step by step, until the signal aborts. */
  const testSteps = (draft: ConnectionDraft, signal: AbortSignal): Promise<AsyncIterable<TestEvent>> =>
    api().connection.testSteps(draft, { signal })
  const parseUrl = (url: string): Promise<ParsedUrl> => api().connection.parseUrl({ url })

  const planImport = (text: string): Promise<readonly ImportEntry[]> => api().connection.planImport({ text })

  /** Saves those of the text that are chosen by their positions; gives how many. */
  async function importThese(text: string, at: readonly number[]): Promise<number> {
    const { saved } = await api().connection.import({ text, at: [...at] })
    await load()
    return saved
  }

  const exportText = async (): Promise<string> => (await api().connection.export()).text

  const trustHostKey = (key: HostKey): Promise<void> => api().connection.trustHostKey(key)

  return {
    ...{ list, isLoaded, statuses, activeId, active, activeStatus },
    ...{
      load,
      follow,
      open,
      close,
      save,
      remove,
      move,
      test,
      testSteps,
      parseUrl,
      planImport,
      importThese,
      exportText,
      trustHostKey,
    },
  }
})
