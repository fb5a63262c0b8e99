import { bytesKey, displayBytes, type Bytes } from '../../../shared/bytes'
import { naturalOrder } from '../../../shared/natural-order'

/** Streams by name, as every list of them is sorted; sorted anew only when one came or went. */
export interface NameOrder {
  add(key: Bytes): void
  delete(id: string): void
  /** Their `bytesKey`s. */
  ids(): readonly string[]
}

export function createNameOrder(): NameOrder {
  const texts = new Map<string, string>()
  let sorted: readonly string[] | null = []
  return {
    add(key) {
      const id = bytesKey(key)
      if (texts.has(id)) return
      texts.set(id, displayBytes(key))
      sorted = null
    },
    delete(id) {
      if (texts.delete(id)) sorted = null
    },
    ids() {
      sorted ??= [...texts].sort(([, a], [, b]) => naturalOrder(a, b)).map(([id]) => id)
      return sorted
    },
  }
}
