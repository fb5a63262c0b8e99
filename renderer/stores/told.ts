import { shallowRef, type ShallowRef } from 'vue'
import { subscribe } from '../api/subscribe'

interface Told<T> {
  /** Null: not told yet. */
  readonly now: ShallowRef<T | null>
  readonly error: ShallowRef<unknown>
  /** Begins anew. */
  follow(): void
}

/** What a host tells whole, each time that it changes. `onTold`: for whom the latest alone is not enough. */
export function createTold<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  onTold: (told: T) => void = () => undefined,
): Told<T> {
  const now: ShallowRef<T | null> = shallowRef(null)
  const error = shallowRef<unknown>(null)
  let stop: () => void = () => undefined
  const take = (told: T): void => {
    error.value = null
    now.value = told
    onTold(told)
  }
  const onError = (caught: unknown): void => {
    error.value = caught
  }
  return {
    ...{ now, error },
    follow() {
      stop()
      stop = subscribe(open, take, { onError })
    },
  }
}
