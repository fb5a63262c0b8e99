/** Slows down whoever guesses passwords. */
export interface LoginLimit {
  /** Seconds to wait before `address` may try again; 0: now. Counts as a try when it is 0. */
  take(address: string): number
  /** A right password: what went wrong before is forgotten. */
  clear(address: string): void
}

export interface LoginLimitOptions {
  readonly now?: () => number
}

const WINDOW_MS = 60_000
const TRIES_PER_ADDRESS = 5
// Of all together: many addresses must not add up to many guesses.
const TRIES_IN_ALL = 50

export function createLoginLimit({ now = Date.now }: LoginLimitOptions = {}): LoginLimit {
  let tries: readonly { readonly address: string; readonly at: number }[] = []

  const wait = (times: readonly { readonly at: number }[], most: number): number => {
    const first = times[times.length - most]
    return first === undefined ? 0 : Math.ceil((first.at + WINDOW_MS - now()) / 1000)
  }

  return {
    take(address) {
      tries = tries.filter(({ at }) => now() - at < WINDOW_MS)
      const own = tries.filter((one) => one.address === address)
      const seconds = Math.max(wait(own, TRIES_PER_ADDRESS), wait(tries, TRIES_IN_ALL))
      if (seconds === 0) tries = [...tries, { address, at: now() }]
      return seconds
    },
    clear(address) {
      tries = tries.filter((one) => one.address !== address)
    },
  }
}
