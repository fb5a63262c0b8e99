import { NO_SESSIONS, type HostSessions } from '../api/host-sessions'

/** The sessions of a web server, for those who must know of them before it is there: none until it serves. */
export interface SessionRoster extends HostSessions {
  serve(sessions: HostSessions): void
}

export function createSessionRoster(): SessionRoster {
  let now = NO_SESSIONS
  return {
    list: () => now.list(),
    end: (which) => now.end(which),
    serve: (sessions) => void (now = sessions),
  }
}
