import {
  computed,
  onActivated,
  onDeactivated,
  onScopeDispose,
  shallowRef,
  watch,
  type ComputedRef,
  type ShallowRef,
  type WatchSource,
} from 'vue'
import { errorData } from '../api/errors'
import { HostLostError } from '../api/link-state'
import { useRefreshBeat } from '../stores/refresh'
import { useIsAway } from './use-is-away'

interface Refresh {
  /** A load is under way. */
  readonly isLoading: Readonly<ShallowRef<boolean>>
  /** Why the last load failed; null once one succeeds. What was read before stays. */
  readonly error: Readonly<ShallowRef<unknown>>
  /** What is on screen is of before: the last load failed, or none can be made now. */
  readonly isStale: ComputedRef<boolean>
  /** When the figures on screen were read, ms since 1970; null before the first time. */
  readonly loadedAtMs: Readonly<ShallowRef<number | null>>
  /** Loads now; when a load is under way already, once more after it. */
  refresh(): Promise<void>
}

/**
 * Loads at once, on each beat of the refresh interval, when the user asks (F5, R), when host and server are back after
 * they were out of reach, and when `source` changes, which also gives up the load under way. Loads never overlap. Rests while
 * the view is not the one that shows; what the ACL refused waits for the user, as each refusal is a line of the server's log.
 */
export function useRefresh(load: (signal: AbortSignal) => Promise<void>, source?: WatchSource<unknown>): Refresh {
  const pulse = useRefreshBeat()
  const isAway = useIsAway()
  const isLoading = shallowRef(false)
  const error = shallowRef<unknown>(null)
  const loadedAtMs = shallowRef<number | null>(null)
  let controller = new AbortController()
  let isHidden = false
  let isMissed = false
  let isWanted = false

  async function refresh(): Promise<void> {
    if (isLoading.value) {
      isWanted = true
      return
    }
    isLoading.value = true
    const { signal } = controller
    try {
      await load(signal)
      if (signal.aborted) return
      error.value = null
      loadedAtMs.value = Date.now()
    } catch (cause) {
      // A lost host has its own banner, and the load is done again when it is back.
      if (!signal.aborted && !(cause instanceof HostLostError && loadedAtMs.value !== null)) error.value = cause
    } finally {
      if (!signal.aborted) {
        isLoading.value = false
        if (isWanted) {
          isWanted = false
          void refresh()
        }
      }
    }
  }

  function startOver(): void {
    controller.abort()
    controller = new AbortController()
    isLoading.value = false
    isWanted = false
    error.value = null
    loadedAtMs.value = null
    void refresh()
  }

  watch([() => pulse.beat, () => pulse.asked], ([, asked], [, askedBefore]) => {
    const isAsked = asked !== askedBefore
    if (isRefusal(error.value) && !isAsked) return
    if (isHidden) isMissed = true
    else if (!isLoading.value || isAsked) void refresh()
  })
  // Back again after a while: what is on screen is old.
  watch(isAway, (away) => {
    if (away) return
    if (isHidden) isMissed = true
    else void refresh()
  })
  if (source) watch(source, startOver)
  onActivated(() => {
    isHidden = false
    if (isMissed) void refresh()
    isMissed = false
  })
  onDeactivated(() => {
    isHidden = true
  })
  onScopeDispose(() => controller.abort())
  void refresh()

  return { isLoading, error, isStale: computed(() => isAway.value || error.value !== null), loadedAtMs, refresh }
}

function isRefusal(error: unknown): boolean {
  return errorData(error, 'REDIS')?.prefix === 'NOPERM'
}
