import { createLoginLimit, type LoginLimit, type LoginLimitOptions, type Turn } from '../login-limit'

/**
 * Tries are counted by the name that is tried, and there by who tries it, so that a flood of wrong passwords for one user
 * slows down nobody who logs in as another; what one network tries in all, whatever the names, is slowed down later.
 * A name that is no user's is counted like any other, or it would tell that it is none.
 */
export interface UserLimits {
  take(name: string, who: Trier): Turn
  /** A right password: what this one mistyped before, for this name, is forgotten. */
  clear(name: string, who: Trier): void
}

/** `known`: a browser that a password was given from before, whose tries are counted by themselves. */
export interface Trier {
  readonly network: string
  readonly known: string | null
}

/** Names beyond which those that were tried longest ago are forgotten. */
const MOST_NAMES = 4_096
const FREE_TRIES_OF_NETWORK = 30

interface Limits {
  readonly ofKnown: LoginLimit
  readonly ofStrangers: LoginLimit
}

export function createUserLimits(
  isUser: (name: string) => boolean,
  options: LoginLimitOptions = {},
  mostNames = MOST_NAMES,
): UserLimits {
  const byName = new Map<string, Limits>()
  const ofNetworks = createLoginLimit({
    ...options,
    ...{ freeTries: FREE_TRIES_OF_NETWORK, freeTriesInAll: Infinity },
  })

  const forgetOne = (): void => {
    for (const name of byName.keys()) {
      // Of a user nothing is forgotten: others can make up as many names as they like.
      if (isUser(name)) continue
      byName.delete(name)
      return
    }
  }
  const limitsOf = (name: string): Limits => {
    const made = { ofKnown: createLoginLimit(options), ofStrangers: createLoginLimit(options) }
    const limits = byName.get(name) ?? made
    byName.delete(name)
    byName.set(name, limits)
    if (byName.size > mostNames) forgetOne()
    return limits
  }
  return {
    take(name, { network, known }) {
      const { ofKnown, ofStrangers } = limitsOf(name)
      if (known !== null) return ofKnown.take(known)
      const turn = ofStrangers.take(network)
      // What is refused was no try.
      if (turn.kind === 'refused') return turn
      const inAll = ofNetworks.take(network)
      if (inAll.kind === 'refused') return inAll
      return { kind: 'turn', waitMs: Math.max(turn.waitMs, inAll.waitMs) }
    },
    clear(name, { network, known }) {
      const { ofKnown, ofStrangers } = limitsOf(name)
      if (known !== null) ofKnown.clear(known)
      else ofStrangers.clear(network)
    },
  }
}
