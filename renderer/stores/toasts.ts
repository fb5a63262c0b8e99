import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { describeError } from '../api/errors'

export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

export interface Toast {
  readonly id: number
  readonly tone: 'plain' | 'good' | 'warn' | 'bad'
  readonly title: string
  readonly detail?: string | undefined
  readonly action?: ToastAction | undefined
  /** It stands elsewhere as well, so that it may go by itself although it is bad news. */
  readonly kept?: boolean
}

const SHOWN_MS = 6_000
const SHOWN_WITH_ACTION_MS = 12_000
const BAD_SHOWN_MS = 30_000
const MOST = 4

/** Short notices in the corner. Bad news that stands nowhere else stays until it is dismissed; the rest goes by itself. */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<readonly Toast[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let lastId = 0

  function dismiss(id: number): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  function show(toast: Omit<Toast, 'id'>): number {
    lastId += 1
    const id = lastId
    toasts.value = [...toasts.value, { ...toast, id }].slice(-MOST)
    release(id)
    return id
  }

  /** What failed, and the next step. */
  function showTrouble(error: unknown): number {
    const { title, next } = describeError(error)
    return show({ tone: 'bad', title, detail: next })
  }

  /** Keeps a toast from going while it is looked at. */
  function hold(id: number): void {
    clearTimeout(timers.get(id))
  }

  /** Lets it go again after its time. */
  function release(id: number): void {
    const toast = toasts.value.find((one) => one.id === id)
    if (!toast) return
    const shownMs = shownFor(toast)
    if (shownMs === null) return
    clearTimeout(timers.get(id))
    timers.set(
      id,
      setTimeout(() => dismiss(id), shownMs),
    )
  }

  return { toasts, show, showTrouble, dismiss, hold, release }
})

/** ms; null: until it is dismissed. */
function shownFor({ tone, kept, action }: Toast): number | null {
  if (tone === 'bad') return kept ? BAD_SHOWN_MS : null
  return action ? SHOWN_WITH_ACTION_MS : SHOWN_MS
}
