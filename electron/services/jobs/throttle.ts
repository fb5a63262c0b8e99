import { setTimeout as delay } from 'node:timers/promises'
import type { JobThrottle } from '../../../shared/model/job'

/** What a job's server bears right now. */
export interface ServerLoad {
  /** Round trip of a command that does nothing, ms; null: there is none that this user may send. */
  readonly latencyMs: number | null
  /** Null: it has no replica, or doesn't tell. */
  readonly replicaLagBytes: number | null
}

export const CALM: ServerLoad = { latencyMs: null, replicaLagBytes: null }

export interface ThrottleOptions {
  /** May reject: then nothing is held back on its account. */
  measure(): Promise<ServerLoad>
  /** Told whenever what it says of itself has changed. */
  onChange(throttle: JobThrottle): void
  /** The limit that it begins with. */
  readonly perSecond?: number | null
}

/** Decides how soon a job may go on with its next batch. */
export interface Throttle {
  readonly now: JobThrottle
  pause(): void
  resume(): void
  /** Entries per second at most; null: as fast as the server bears it. */
  limit(perSecond: number | null): void
  /** Waits as long as is due after a batch of `done` entries, and tells whether it did. Ends at once when the signal aborts. */
  next(done: number, signal: AbortSignal): Promise<boolean>
}

const MEASURE_EVERY_MS = 500
/** Slower than this, and several times as slow as at its best, means that others are made to wait. */
const SLOW_MS = 20
const SLOW_FACTOR = 5
/** Each claim of one entry is some 190 bytes of replication. */
const MOST_LAG_BYTES = 16 * 1024 * 1024
const LONGEST_REST_MS = 2_000
const SHORTEST_REST_MS = 50

/**
 * Holds a job back: while it is paused, to its limit, and by itself when the server answers much slower than at its best
 * or a replica falls behind; then it rests between batches, twice as long each time, until that is over.
 */
export function createThrottle({ measure, onChange, perSecond = null }: ThrottleOptions): Throttle {
  let now: JobThrottle = { paused: false, perSecond, heldBackBy: null }
  let best = Infinity
  let measuredAt = 0
  let restMs = 0
  let wake: (() => void) | null = null
  /** When the entries sent so far may have been sent, by the limit. */
  let dueAt = 0

  const set = (change: Partial<JobThrottle>): void => {
    const before = now
    now = { ...now, ...change }
    if (JSON.stringify(before) !== JSON.stringify(now)) onChange(now)
  }
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    const woken = new AbortController()
    wake = () => woken.abort()
    await delay(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined)
    wake = null
  }
  const look = async (): Promise<void> => {
    measuredAt = performance.now()
    const load = await measure().catch(() => null)
    best = Math.min(best, load?.latencyMs ?? Infinity)
    const heldBackBy = load ? reasonOf(load, best) : null
    restMs = heldBackBy === null ? 0 : Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, restMs * 2))
    set({ heldBackBy })
  }

  return {
    get now() {
      return now
    },
    pause: () => set({ paused: true }),
    resume() {
      set({ paused: false })
      dueAt = 0
      wake?.()
    },
    limit(perSecond) {
      set({ perSecond })
      dueAt = 0
      wake?.()
    },
    async next(done, signal) {
      if (performance.now() - measuredAt >= MEASURE_EVERY_MS) await look()
      let rested = false
      const rest = (ms: number): Promise<void> => {
        rested = true
        return sleep(ms, signal)
      }
      if (restMs > 0) await rest(restMs)
      if (now.perSecond !== null) {
        dueAt = Math.max(dueAt, performance.now()) + (done / now.perSecond) * 1_000
        while (now.perSecond !== null && dueAt > performance.now() && !signal.aborted) {
          await rest(dueAt - performance.now())
        }
      }
      while (now.paused && !signal.aborted) await rest(PAUSED_MS)
      return rested
    },
  }
}

/** A paused job looks up this often, at the least. */
const PAUSED_MS = 3_600_000

function reasonOf({ latencyMs, replicaLagBytes }: ServerLoad, best: number): JobThrottle['heldBackBy'] {
  if (replicaLagBytes !== null && replicaLagBytes > MOST_LAG_BYTES) return 'replica lag'
  return latencyMs !== null && latencyMs > SLOW_MS && latencyMs > best * SLOW_FACTOR ? 'latency' : null
}
