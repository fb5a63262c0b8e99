import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { defaultThresholds } from '../../shared/judgement/thresholds'
import type { Settings } from '../../shared/model/settings'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'

// As `defaultSettings` of the contract's model, which would bring the schema library into the page.
const INITIAL: Settings = {
  theme: 'system',
  density: 'compact',
  refreshSeconds: 5,
  ...defaultThresholds,
  keepBackupsDays: 0,
  keepBackupsMiB: 10_240,
  delimiter: ':',
}

/** What the user prefers, kept by the host. */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings>(INITIAL)
  let stopFollowing: (() => void) | null = null
  /** Saves on their way: what the host tells meanwhile may not hold them yet, and what it answers holds everything. */
  let saving = 0

  async function load(): Promise<void> {
    settings.value = await api().host.settings()
  }

  /** Takes over what is changed in another window, or by another process on the same data directory. */
  function follow(): void {
    const take = (told: Settings): void => {
      if (saving === 0) settings.value = told
    }
    stopFollowing?.()
    stopFollowing = subscribe((signal) => api().host.watchSettings(undefined, { signal }), take)
  }

  /** Takes effect at once; put back when the host can't keep it. */
  async function save(changes: Partial<Settings>): Promise<void> {
    const before = settings.value
    settings.value = { ...before, ...changes }
    saving += 1
    try {
      settings.value = await api().host.saveSettings(changes)
    } catch (error) {
      settings.value = before
      throw error
    } finally {
      saving -= 1
    }
  }

  return { settings, load, follow, save }
})
