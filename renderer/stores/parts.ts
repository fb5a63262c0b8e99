import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { tabId, type Tab } from '../utils/tab'

/** As many as there can be tabs on a few connections; beyond, the one chosen longest ago is forgotten. */
const MOST = 100

/** Which part of a view shows, where it is another than the one it begins with: an address leads to it. */
export const useParts = defineStore('parts', () => {
  const chosen = shallowRef<ReadonlyMap<string, string>>(new Map())

  function of(connectionId: string, tab: Tab): string | null {
    return chosen.value.get(partKey(connectionId, tab)) ?? null
  }

  /** `part`: null for the one that the view begins with. */
  function choose(connectionId: string, tab: Tab, part: string | null): void {
    const key = partKey(connectionId, tab)
    const next = new Map(chosen.value)
    next.delete(key)
    if (part !== null) next.set(key, part)
    const [oldest] = next.keys()
    if (next.size > MOST && oldest !== undefined) next.delete(oldest)
    chosen.value = next
  }

  return { of, choose }
})

function partKey(connectionId: string, tab: Tab): string {
  return `${connectionId}/${tabId(tab)}`
}
