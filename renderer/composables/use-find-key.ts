import { useEventListener } from '@vueuse/core'
import { onActivated, onDeactivated } from 'vue'

/** Ctrl F, in place of the browser's own, which finds the rows on the screen only. While this part is the one in front. */
export function useFindKey(open: () => void): void {
  let isInFront = true
  onActivated(() => (isInFront = true))
  onDeactivated(() => (isInFront = false))
  useEventListener(window, 'keydown', (event) => {
    const isFind = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    const isOverlaid = event.target instanceof Element && event.target.closest('[role=dialog], [role=menu]') !== null
    if (!isFind || !isInFront || isOverlaid) return
    event.preventDefault()
    open()
  })
}
