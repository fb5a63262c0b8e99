import type { HostSession } from '../../shared/model/session'
import type { Who } from '../../shared/model/who'

/** The sessions of whatever serves the pages. */
export interface HostSessions {
  /** Whoever came last first. */
  list(): readonly Omit<HostSession, 'isYours'>[]
  /** Ends those that fit, at once; gives how many. */
  end(which: { readonly id: string } | { readonly who: Who }): number
}

/** Where pages need none. */
export const NO_SESSIONS: HostSessions = { list: () => [], end: () => 0 }
