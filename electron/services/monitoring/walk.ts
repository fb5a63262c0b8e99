import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Notifier } from '../lib/notifier'
import type { Budget } from './budget'
import type { CloserLooks } from './closer-looks'
import type { ReadingOrder, Taken } from './reading-order'

/** After a key or a click, what it asks for has host and server to itself for so long. */
const GIVE_WAY_MS = 250
/** Between two chunks while nobody looks: what is asked for otherwise has host and server almost to itself. */
const UNSEEN_REST_MS = 250
/** A server that can't be reached is asked again after so long. */
const REST_MS = 1_000
const NOTHING: Taken = { keys: [], asked: false }

export interface WalkOptions {
  readonly order: ReadingOrder
  readonly closer: CloserLooks
  readonly budget: Budget
  /** What a stream costs on average. */
  readonly bytesEach: () => number
  readonly isReady: () => boolean
  /** Whether somebody looks. */
  readonly isSeen: () => boolean
  /** Gives false where the server can't be asked just now. */
  read(taken: Taken): Promise<boolean>
  /** There may be work again. */
  readonly wake: Notifier
  readonly ended: AbortSignal
}

/** Gives way to keys and clicks. */
export interface Walk {
  giveWay(): void
  /** Until it goes on, ms. */
  restMs(): number
  start(): void
}

/** Reads what comes next in the order, one chunk after the other, and looks closer beside that, as the budget lets it. */
export function createWalk(options: WalkOptions): Walk {
  const { order, closer, budget, bytesEach, isReady, isSeen, read, wake, ended } = options
  let calmAtMs = 0

  async function walk(): Promise<void> {
    while (!ended.aborted) {
      const isCalm = calmAtMs <= Date.now()
      const room = budget.room(bytesEach())
      const taken = isReady() && (isCalm || order.isScreenWaiting()) ? order.take(room) : NOTHING
      const peeking = isReady() && isCalm && room > 0 ? closer.start() : null
      if (taken.keys.length > 0 && !(await read(taken))) await rest(REST_MS)
      if (taken.keys.length > 0 && taken.asked) await unlessSeen(UNSEEN_REST_MS)
      if (peeking) await peeking
      // Nothing may come in between looking for work and waiting for it.
      if (taken.keys.length > 0 || peeking) await nextTurn()
      else if (!isCalm) await rest(calmAtMs - Date.now())
      else if (isReady() && (order.isStale() || closer.isWaiting())) await rest(budget.waitMs())
      else await restUntil(isReady() ? closer.dueInMs() : null)
    }
  }

  async function unlessSeen(ms: number): Promise<void> {
    const untilMs = Date.now() + ms
    while (!isSeen() && !ended.aborted && Date.now() < untilMs) await rest(untilMs - Date.now())
  }

  async function restUntil(dueInMs: number | null): Promise<void> {
    if (dueInMs === null) await wake.next(ended)
    else await rest(Math.max(dueInMs, budget.waitMs()))
  }

  /** Resolves with the next wake too: what is on a screen does not wait. */
  async function rest(ms: number): Promise<void> {
    const timer = setTimeout(() => wake.notify(), Math.max(1, ms)).unref()
    await wake.next(ended)
    clearTimeout(timer)
  }

  return {
    giveWay() {
      calmAtMs = Date.now() + GIVE_WAY_MS
    },
    restMs: () => Math.max(0, calmAtMs - Date.now()),
    start() {
      void walk()
    },
  }
}
