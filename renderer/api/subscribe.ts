import { watch } from 'vue'
import { HostLostError, linkState } from './link-state'

const SETTLE_MS = 250

type Open<T> = (signal: AbortSignal) => Promise<AsyncIterable<T>>

interface SubscribeOptions {
  /** The subscription ended with an error other than a lost host; it is not opened again. */
  readonly onError?: (error: unknown) => void
  /** The host ended it: there is no more to come. */
  readonly onEnd?: () => void
}

/**
 * Follows an event iterator, and opens it again whenever the link to the host comes back. Returns the stop function; after
 * it no event is handed on.
 */
export function subscribe<T>(open: Open<T>, onEvent: (event: T) => void, options: SubscribeOptions = {}): () => void {
  const controller = new AbortController()
  void follow(open, onEvent, options, controller.signal)
  return () => controller.abort()
}

async function follow<T>(
  open: Open<T>,
  onEvent: (event: T) => void,
  { onError, onEnd }: SubscribeOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const outcome = await readAll(open, onEvent, signal)
    if (signal.aborted) return
    if (outcome.kind === 'ended') return onEnd?.()
    if (outcome.kind === 'failed') return onError?.(outcome.error)
    await linkUp(signal)
  }
}

type Outcome = { readonly kind: 'ended' | 'lost' } | { readonly kind: 'failed'; readonly error: unknown }

async function readAll<T>(open: Open<T>, onEvent: (event: T) => void, signal: AbortSignal): Promise<Outcome> {
  try {
    for await (const event of await open(signal)) {
      if (signal.aborted) break
      onEvent(event)
    }
    return { kind: 'ended' }
  } catch (error) {
    const isLost = error instanceof HostLostError || (error instanceof Error && error.name === 'AbortError')
    return isLost ? { kind: 'lost' } : { kind: 'failed', error }
  }
}

/** Resolves once the link is connected, or the caller has left. */
function linkUp(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(linkState, check)
    signal.addEventListener('abort', finish, { once: true })
    function check(): void {
      if (linkState.value.kind === 'connected') finish()
    }
    function finish(): void {
      stop()
      resolve()
    }
    // The socket's close may reach the iterator before it reaches the state; and a host that ends at once what it is asked
    // for is not to be asked in a tight loop.
    setTimeout(check, SETTLE_MS)
  })
}
