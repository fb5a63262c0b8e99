import { onActivated, onDeactivated, shallowRef, watch, type ShallowRef } from 'vue'

/**
 * The source as it was when the view was last on screen. A view that is kept behind another would otherwise be worked out
 * and rendered with every change, for nobody.
 */
export function useWhileShown<T>(source: () => T): Readonly<ShallowRef<T>> {
  const seen = shallowRef(source())
  const following = watch(source, (value) => (seen.value = value), { flush: 'sync' })
  onDeactivated(following.pause)
  onActivated(following.resume)
  return seen
}
