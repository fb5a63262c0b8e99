import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useConnections } from './connections'

/**
 * What time it is on the server of the active connection: its ids and idle times are of its clock, which may be another than
 * this machine's. Until the host has told, this machine's.
 */
export const useServerClock = defineStore('server-clock', () => {
  const connections = useConnections()
  const skews = shallowRef<ReadonlyMap<string, number>>(new Map())

  function tell(connectionId: string, serverNowMs: number): void {
    skews.value = new Map(skews.value).set(connectionId, serverNowMs - Date.now())
  }

  /** By how much it is ahead, ms. Reactive. */
  function skewMs(): number {
    return skews.value.get(connections.activeId) ?? 0
  }

  return { tell, skewMs, nowMs: (): number => Date.now() + skewMs() }
})
