import { useMediaQuery } from '@vueuse/core'
import { computed, watchEffect, type ComputedRef } from 'vue'
import { useSettings } from '../stores/settings'

/** The theme that shows: as set, or as the system has it right now. */
export function useTheme(): ComputedRef<'light' | 'dark'> {
  const settings = useSettings()
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)')
  return computed(() => {
    const { theme } = settings.settings
    if (theme !== 'system') return theme
    return prefersDark.value ? 'dark' : 'light'
  })
}

/** Puts theme and density on the page's root, where the styles look for them. Once, by App. */
export function useRootAppearance(): void {
  const settings = useSettings()
  const theme = useTheme()
  watchEffect(() => {
    document.documentElement.dataset['theme'] = theme.value
    document.documentElement.dataset['density'] = settings.settings.density
  })
}
