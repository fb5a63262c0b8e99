import { nextTick, onActivated, watch, type WatchSource } from 'vue'

interface Focusable {
  focus(): void
}

/**
 * Takes the focus when a view comes up and nothing else has it, as when it was opened by Enter in a view that is gone
 * now. Somebody's focus in the sidebar or a dialog is left where it is.
 */
export function useArrivalFocus(target: WatchSource<Focusable | null | undefined>): void {
  let current: Focusable | null | undefined = null

  async function arrive(): Promise<void> {
    await nextTick()
    if (document.activeElement === null || document.activeElement === document.body) current?.focus()
  }

  watch(target, (now) => {
    current = now
    if (now) void arrive()
  })
  onActivated(() => void arrive())
}
