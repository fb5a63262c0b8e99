import { computed, type ComputedRef } from 'vue'
import { useSettings } from '../stores/settings'

/** How high a row of a list is, px: as `--row` in styles/tokens.css. */
export function useRowHeight(): ComputedRef<number> {
  const settings = useSettings()
  return computed(() => (settings.settings.density === 'comfortable' ? 36 : 28))
}
