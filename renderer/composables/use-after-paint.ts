import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/**
 * True once the source has been, and what it brought is on screen. For what is slow to draw and may come a frame later than
 * what was asked for.
 */
export function useAfterPaint(source: () => boolean): Readonly<ShallowRef<boolean>> {
  const isPainted = shallowRef(false)
  let frame: number | null = null
  watch(
    source,
    (isDue) => {
      if (!isDue || frame !== null) return
      // A frame's callbacks run before it is painted, a timer of theirs after.
      frame = requestAnimationFrame(() => setTimeout(() => (isPainted.value = true)))
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => frame !== null && cancelAnimationFrame(frame))
  return isPainted
}
