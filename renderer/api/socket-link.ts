import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { backOffMs } from './back-off'
import { hostUrl } from './host-url'
import { HostLostError, linkState } from './link-state'
import { keyHeaders, keyProtocols } from './page-key'
import { WEB_PATHS } from '../../shared/web-paths'

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001

interface Attempt {
  readonly socket: WebSocket
  readonly link: RPCLink<ClientContext>
}

/**
 * The browser's link to the web host. It reconnects by itself; calls in flight when the socket drops, and calls made
 * while it is down, are rejected with HostLostError and never sent again.
 */
export function createSocketLink(url: string): ClientLink<ClientContext> {
  let failures = 0
  let downSince = 0
  let ended = false
  let current = connect()

  function connect(): Attempt {
    const socket = new WebSocket(url, keyProtocols())
    const link = new RPCLink({ websocket: socket })
    socket.addEventListener('open', () => {
      failures = 0
      linkState.value = { kind: 'connected' }
    })
    socket.addEventListener('close', ({ code }) => {
      if (failures === 0) ended = code === GOING_AWAY
      void onClose()
    })
    return { socket, link }
  }

  async function onClose(): Promise<void> {
    if (failures === 0) downSince = Date.now()
    const waitMs = backOffMs(failures)
    failures += 1
    // Logged out by hand: there is nothing to come back to.
    if (linkState.value.kind === 'unauthorised') return
    linkState.value = { kind: 'reconnecting', sinceMs: downSince, nextTryMs: Date.now() + waitMs, ended }
    if (await isSessionGone()) {
      linkState.value = { kind: 'unauthorised' }
      return
    }
    retryNow = retryAfter(waitMs, () => {
      current = connect()
    })
  }

  return {
    async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
      const { socket, link } = current
      if (socket.readyState > WebSocket.OPEN) throw new HostLostError()
      try {
        return await link.call(path, input, options)
      } catch (error) {
        if (socket.readyState > WebSocket.OPEN && options.signal?.aborted !== true) throw new HostLostError()
        throw error
      }
    },
  }
}

let retryNow: () => void = () => undefined

/** Tries to reconnect at once instead of waiting for the back-off. */
export function reconnectNow(): void {
  retryNow()
}

function retryAfter(waitMs: number, retry: () => void): () => void {
  let done = false
  const run = (): void => {
    if (done) return
    done = true
    clearTimeout(timer)
    window.removeEventListener('online', run)
    retry()
  }
  const timer = setTimeout(run, waitMs)
  window.addEventListener('online', run)
  return run
}

// A browser doesn't tell why a WebSocket was refused, so the host is asked: the session either holds or not.
async function isSessionGone(): Promise<boolean> {
  try {
    const answer = await fetch(hostUrl(WEB_PATHS.session), {
      ...{ method: 'HEAD', cache: 'no-store', headers: keyHeaders() },
      signal: AbortSignal.timeout(3_000),
    })
    return answer.status === 401
  } catch {
    // The host is down or slow, which says nothing about the session.
    return false
  }
}
