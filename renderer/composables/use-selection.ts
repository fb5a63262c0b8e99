import { shallowRef, type Ref } from 'vue'
import { keysBetween, toggled } from '../utils/range-select'

interface Selection {
  /** Puts one row in or out, and begins a range there. */
  toggle(key: string): void
  /** Adds everything from where the range began to here. */
  extendTo(key: string): void
  /** All rows, or none when all are selected already. */
  toggleAll(): void
  clear(): void
}

/** Rows ticked by mouse and keyboard, as everywhere: click one, Shift for a range from it, Ctrl+A for all. */
export function useSelection(selected: Ref<ReadonlySet<string>>, keys: () => readonly string[]): Selection {
  const anchor = shallowRef<string | null>(null)
  return {
    toggle(key) {
      selected.value = toggled(selected.value, key)
      anchor.value = key
    },
    extendTo(key) {
      selected.value = new Set([...selected.value, ...keysBetween(keys(), anchor.value, key)])
      anchor.value ??= key
    },
    toggleAll() {
      const all = keys()
      const isAll = all.length > 0 && all.every((key) => selected.value.has(key))
      selected.value = isAll ? new Set() : new Set(all)
    },
    clear() {
      selected.value = new Set()
      anchor.value = null
    },
  }
}
