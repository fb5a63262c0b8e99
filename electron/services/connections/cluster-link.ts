import { unreachable } from '../../redis/errors'
import { errorInfo } from '../lib/error-info'
import { createClusterSession, type ClusterSession, type ClusterSessionOptions } from './cluster-session'
import type { Link } from './link'
import { createSingleAttempt } from './single-attempt'
import { createStatusBoard } from './status-board'

export type ClusterLinkOptions = Omit<ClusterSessionOptions, 'origin' | 'changed'> & { readonly connectionId: string }

/**
 * The connection to a cluster: to each of its primaries. It is open while one of them answers; what lies on another is
 * UNREACHABLE, and nothing else is held up by it. Who has which slot is learned from the cluster: at first from a seed,
 * then whenever a node redirects or is lost, and every 30 s.
 */
export function createClusterLink({ connectionId, ...options }: ClusterLinkOptions): Link {
  const origin = {}
  let session: ClusterSession | null = null
  const notOpen = () => unreachable('not-open', options.endpoint())
  const opened = (): ClusterSession => {
    if (session === null) throw notOpen()
    return session
  }
  const board = createStatusBoard(connectionId, async () => {
    const mine = session
    await mine?.ping()
    if (mine !== null && mine === session) publish(mine)
  })
  const publish = (of: ClusterSession): void => {
    const { server, ...standing } = of.standing()
    board.set({ ...standing, server: server ?? board.status().server })
  }

  const attempt = createSingleAttempt(async (signal) => {
    const mine = createClusterSession({ ...options, origin, changed: () => mine === session && publish(mine) })
    signal.addEventListener('abort', () => mine.end())
    board.set({ state: 'connecting', latencyMs: null, server: null, error: null, nodes: [] })
    try {
      await mine.open()
      if (signal.aborted) throw notOpen()
      session = mine
      publish(mine)
    } catch (error) {
      if (signal.aborted) throw notOpen()
      mine.end()
      board.set({ state: 'failed', error: errorInfo(error) })
      throw error
    }
  })

  return {
    ...board,
    topology: () => session?.topology ?? null,
    server: (key) => opened().server(key),
    async open() {
      if (session === null) await attempt.join()
      return board.status()
    },
    close() {
      attempt.callOff()
      session = null
      board.set({ state: 'closed', latencyMs: null, server: null, error: null, nodes: [] })
    },
    whenReady: async (key, signal) => opened().whenReady(key, signal),
  }
}
