import { shallowRef, type ShallowRef } from 'vue'

interface Listed<T> {
  /** Which one is edited; null: a new one. */
  readonly edited: ShallowRef<T | null>
  readonly isEditing: ShallowRef<boolean>
  edit(one: T | null): void
  /** Which one is to be removed, once that is confirmed. */
  readonly removed: ShallowRef<T | null>
  readonly isRemoving: ShallowRef<boolean>
  askToRemove(one: T): void
}

/** Which one of a list is edited in a dialog, or removed by another; each stays what it is while its dialog closes. */
export function useListed<T>(): Listed<T> {
  const edited: ShallowRef<T | null> = shallowRef(null)
  const removed: ShallowRef<T | null> = shallowRef(null)
  const [isEditing, isRemoving] = [shallowRef(false), shallowRef(false)]
  return {
    ...{ edited, isEditing, removed, isRemoving },
    edit(one) {
      edited.value = one
      isEditing.value = true
    },
    askToRemove(one) {
      removed.value = one
      isRemoving.value = true
    },
  }
}
