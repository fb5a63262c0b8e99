import { shallowRef, watchEffect, type ShallowRef } from 'vue'

/** Whether it has been so: what was offered once stays, so that the focus is not lost while it is worked out anew. */
export function useOnceTrue(isSo: () => boolean): Readonly<ShallowRef<boolean>> {
  const was = shallowRef(false)
  watchEffect(() => {
    if (isSo()) was.value = true
  })
  return was
}
