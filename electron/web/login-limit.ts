/**
 * Slows down whoever guesses passwords. Nobody is locked out: behind a proxy, or one router, all look alike, and whoever
 * mistypes would lock out the others. A try waits for its turn instead, longer from try to try.
 */
export interface LoginLimit {
  /** Gives `who`'s next turn; refused where it is too far away. Each turn counts as a try, until `clear`. */
  take(who: string): Turn
  /** A right password: what went wrong before is forgotten. */
  clear(who: string): void
}

/** `waitMs`: until the password may be looked at. Refused: seconds until there is another turn to be had. */
export type Turn =
  { readonly kind: 'turn'; readonly waitMs: number } | { readonly kind: 'refused'; readonly seconds: number }

export interface LoginLimitOptions {
  readonly now?: () => number
  /** Between two tries of one, once there were five in a minute; twice as long from try to try, up to `mostDelayMs`. */
  readonly firstDelayMs?: number
  readonly mostDelayMs?: number
  /** A proxy in between may give up on what takes longer. */
  readonly mostWaitMs?: number
  /** At once, in a minute, of one; five by default. */
  readonly freeTries?: number
  /** The same of all together; fifty. */
  readonly freeTriesInAll?: number
}

const WINDOW_MS = 60_000
/** At once, in a minute, of one. */
const FREE_TRIES = 5
const FIRST_DELAY_MS = 1_000
const MOST_DELAY_MS = 8_000
/** Of all together: many addresses must not add up to many guesses. */
const FREE_TRIES_IN_ALL = 50
const DELAY_IN_ALL_MS = 1_000
const MOST_WAIT_MS = 20_000

interface Try {
  readonly who: string
  /** When its turn is. */
  readonly at: number
}

export function createLoginLimit(options: LoginLimitOptions = {}): LoginLimit {
  const {
    now = Date.now,
    firstDelayMs = FIRST_DELAY_MS,
    mostDelayMs = MOST_DELAY_MS,
    mostWaitMs = MOST_WAIT_MS,
    freeTries = FREE_TRIES,
    freeTriesInAll = FREE_TRIES_IN_ALL,
  } = options
  /** Of the last minute and the next seconds, in the order of their turns. */
  let tries: readonly Try[] = []
  const delayOf = (before: number): number =>
    before < freeTries ? 0 : Math.min(firstDelayMs * 2 ** (before - freeTries), mostDelayMs)
  const delayInAll = (before: number): number => (before < freeTriesInAll ? 0 : DELAY_IN_ALL_MS)

  return {
    take(who) {
      tries = tries.filter(({ at }) => now() - at < WINDOW_MS)
      const own = tries.filter((one) => one.who === who)
      const at = Math.max(now(), nextTurn(own, delayOf(own.length)), nextTurn(tries, delayInAll(tries.length)))
      const waitMs = at - now()
      if (waitMs > mostWaitMs) return { kind: 'refused', seconds: Math.ceil((waitMs - mostWaitMs) / 1000) }
      tries = [...tries, { who, at }]
      return { kind: 'turn', waitMs }
    },
    clear(who) {
      tries = tries.filter((one) => one.who !== who)
    },
  }
}

function nextTurn(before: readonly Try[], delayMs: number): number {
  return delayMs === 0 ? 0 : Math.max(...before.map(({ at }) => at)) + delayMs
}
