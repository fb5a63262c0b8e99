import { shallowRef, type ShallowRef } from 'vue'

export interface Attempts {
  /** A call is on its way. */
  readonly busy: Readonly<ShallowRef<boolean>>
  /** Why the last one failed; null once another one begins, or when somebody has read it. */
  readonly error: ShallowRef<unknown>
  /** Makes the call, unless one is on its way. Null where it was not made, or failed. */
  attempt<T>(call: () => Promise<T>): Promise<T | null>
}

/** Calls of one button or form, one at a time. `failed`: what else is done where one fails, such as to say so in a toast. */
export function useAttempt(failed: (error: unknown) => void = () => undefined): Attempts {
  const busy = shallowRef(false)
  const error = shallowRef<unknown>(null)
  return {
    busy,
    error,
    async attempt(call) {
      if (busy.value) return null
      busy.value = true
      error.value = null
      try {
        return await call()
      } catch (caught) {
        error.value = caught
        failed(caught)
        return null
      } finally {
        busy.value = false
      }
    },
  }
}
