import { useEventListener } from '@vueuse/core'
import { onActivated, onDeactivated, shallowRef, type Ref, type ShallowRef } from 'vue'

interface FindBar {
  readonly isOpen: Readonly<ShallowRef<boolean>>
  /** Where it is open, one is led into it. */
  open(): void
  close(): void
}

/**
 * The bar by which a list is searched: opened by Ctrl F, in place of the browser's own, which finds the rows on the screen only, while its
 * part is the one in front.
 */
export function useFindBar(bar: Readonly<Ref<{ focus(): void } | null>>, onClose: () => void): FindBar {
  const isOpen = shallowRef(false)
  let isInFront = true
  onActivated(() => (isInFront = true))
  onDeactivated(() => (isInFront = false))

  function open(): void {
    if (isOpen.value) bar.value?.focus()
    isOpen.value = true
  }
  useEventListener(window, 'keydown', (event) => {
    const isFind = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    const isOverlaid = event.target instanceof Element && event.target.closest('[role=dialog], [role=menu]') !== null
    if (!isFind || !isInFront || isOverlaid) return
    event.preventDefault()
    open()
  })
  return {
    isOpen,
    open,
    close() {
      isOpen.value = false
      onClose()
    },
  }
}
