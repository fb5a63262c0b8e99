import { useTitle } from '@vueuse/core'
import { computed } from 'vue'
import { useConnections } from '../stores/connections'
import { useTabs } from '../stores/tabs'
import { tabTitle } from '../utils/tab'

/** The window is called by what it shows: "orders / billing · prod-eu · Sluice". */
export function useWindowTitle(): void {
  const tabs = useTabs()
  const connections = useConnections()
  useTitle(
    computed(() => {
      const view = tabs.active ? tabTitle(tabs.active) : null
      return [view, connections.active?.name, 'Sluice'].filter(Boolean).join(' · ')
    }),
  )
}
