import { nextTick, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

interface RowAnchorOptions {
  readonly isOn: () => boolean
  readonly keys: ComputedRef<readonly string[]>
  readonly rowHeight: () => number
  readonly virtual: { readonly scrollTop: Readonly<Ref<number>>; scrollTo(top: number): void }
}

/** Keeps the rows in sight where they are when others come in or go above them. At the very top, new rows show. */
export function useRowAnchor({ isOn, keys, rowHeight, virtual }: RowAnchorOptions): void {
  const firstShown = shallowRef<string | null>(null)

  watch(virtual.scrollTop, (top) => {
    firstShown.value = top === 0 ? null : (keys.value[Math.floor(top / rowHeight())] ?? null)
  })

  watch(keys, async (now, before) => {
    const key = firstShown.value
    if (!isOn() || key === null) return
    const from = before.indexOf(key)
    const to = now.indexOf(key)
    if (from < 0 || to < 0 || from === to) return
    const top = virtual.scrollTop.value + (to - from) * rowHeight()
    // Only once the list has its new height can it be scrolled there.
    await nextTick()
    virtual.scrollTo(top)
  })
}
