import type { Settings } from '../../shared/model/settings'
import { useSettings } from '../stores/settings'
import { useToasts } from '../stores/toasts'

/** Keeps changed settings; a toast says so when they can't be kept. */
export function useSaveSettings(): (changes: Partial<Settings>) => Promise<void> {
  const settings = useSettings()
  const toasts = useToasts()
  return async (changes) => {
    try {
      await settings.save(changes)
    } catch (error) {
      toasts.showTrouble(error)
    }
  }
}
