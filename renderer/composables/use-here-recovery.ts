import { onActivated, onDeactivated, onMounted, onScopeDispose } from 'vue'
import { useRecoveryDialog } from './use-recovery-dialog'

/** While the part of the page that calls this is on screen, its recovery is what the palette opens. */
export function useHereRecovery(open: () => void): void {
  const { here } = useRecoveryDialog()
  const enter = (): void => {
    here.value = open
  }
  const leave = (): void => {
    if (here.value === open) here.value = null
  }
  onMounted(enter)
  onActivated(enter)
  onDeactivated(leave)
  onScopeDispose(leave)
}
