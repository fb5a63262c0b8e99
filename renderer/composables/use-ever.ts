import { shallowRef, watch, type ShallowRef } from 'vue'

/** Whether it has been so at any time until now. */
export function useEver(isSo: () => boolean): Readonly<ShallowRef<boolean>> {
  const ever = shallowRef(isSo())
  watch(isSo, (now) => (ever.value ||= now), { flush: 'sync' })
  return ever
}
