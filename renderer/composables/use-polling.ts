import { onActivated, onDeactivated, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { useRefreshBeat } from '../stores/refresh'

interface Polling {
  /** Why the last load failed; null once one succeeds. */
  readonly error: Readonly<ShallowRef<unknown>>
  /** Now, instead of the one under way. */
  load(): Promise<void>
}

/**
 * Loads at once, when `source` changes or somebody asks (F5, R), and so long after each load is over: for what comes at a pace of its
 * own, whatever the rest of the screen refreshes by. Rests behind another view, as `useRefresh` does.
 */
export function usePolling(
  load: (signal: AbortSignal) => Promise<unknown>,
  everyMs: () => number,
  source: () => unknown,
): Polling {
  const beat = useRefreshBeat()
  const error = shallowRef<unknown>(null)
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isBehind = false

  function stop(): void {
    clearTimeout(timer)
    controller.abort()
  }
  async function run(): Promise<void> {
    stop()
    if (isBehind) return
    controller = new AbortController()
    const { signal } = controller
    try {
      if (!beat.isResting) await load(signal)
      if (signal.aborted) return
      error.value = null
    } catch (caught) {
      if (signal.aborted) return
      error.value = caught
    }
    timer = setTimeout(() => void run(), everyMs())
  }

  watch([source, () => beat.asked, () => beat.isResting], () => void run(), { immediate: true })
  onActivated(() => {
    if (!isBehind) return
    isBehind = false
    void run()
  })
  onDeactivated(() => {
    isBehind = true
    stop()
  })
  onScopeDispose(stop)
  return { error, load: run }
}
