import type { ConnectionStatus } from '../../../shared/model/connection'
import { keepingUp } from '../../redis/sent-by'
import { createLatest } from '../lib/latest-values'

const MEASURE_EVERY_MS = 2_000

/** The state of one connection, for all who follow it. */
export interface StatusBoard {
  status(): ConnectionStatus
  set(change: Partial<ConnectionStatus>): void
  /** The status now, then as it changes, with a fresh latency every 2 s while somebody watches. */
  watch(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
}

/** Closed at first. `measure` asks for the latency, and sets it: at once when it opens, then every 2 s while it is open and watched. */
export function createStatusBoard(connectionId: string, measure: () => Promise<void>): StatusBoard {
  const latest = createLatest<ConnectionStatus>()
  let watchers = 0
  let timer: NodeJS.Timeout | undefined
  let status: ConnectionStatus = {
    ...{ connectionId, state: 'closed', latencyMs: null, server: null, replica: null, error: null, nodes: [] },
  }
  latest.set(connectionId, status)

  const schedule = (inMs: number): void => {
    clearTimeout(timer)
    if (watchers > 0 && status.state === 'open') timer = setTimeout(() => void run(), inMs).unref()
  }
  const run = async (): Promise<void> => {
    await keepingUp(measure)
    schedule(MEASURE_EVERY_MS)
  }

  return {
    status: () => status,
    set(change) {
      const opens = change.state === 'open' && status.state !== 'open'
      status = { ...status, ...change }
      latest.set(connectionId, status)
      if (opens) schedule(0)
    },
    async *watch(signal) {
      watchers += 1
      if (watchers === 1) schedule(0)
      try {
        yield* latest.watch(signal)
      } finally {
        watchers -= 1
        if (watchers === 0) clearTimeout(timer)
      }
    },
    states: (signal) => latest.watch(signal),
  }
}
