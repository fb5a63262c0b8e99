import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { defaultThresholds } from '../../shared/judgement/thresholds'
import type { Settings } from '../../shared/model/settings'
import { api } from '../api/client'

// As `defaultSettings` of the contract's model, which would bring the schema library into the page.
const INITIAL: Settings = {
  theme: 'system',
  density: 'compact',
  refreshSeconds: 5,
  ...defaultThresholds,
  delimiter: ':',
}

/** What the user prefers, kept by the host. */
export const useSettings = defineStore('settings', () => {
  const settings = shallowRef<Settings>(INITIAL)

  async function load(): Promise<void> {
    settings.value = await api().host.settings()
  }

  /** Takes effect at once; put back when the host can't keep it. */
  async function save(changes: Partial<Settings>): Promise<void> {
    const before = settings.value
    settings.value = { ...before, ...changes }
    try {
      settings.value = await api().host.saveSettings(changes)
    } catch (error) {
      settings.value = before
      throw error
    }
  }

  return { settings, load, save }
})
