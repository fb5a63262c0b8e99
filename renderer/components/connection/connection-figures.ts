import type { ConnectionStatus } from '../../../shared/model/connection'
import { words } from '../../../shared/words/words'

export interface ConnectionFigures {
  readonly roundTrip: string | null
  readonly traffic: string | null
  readonly reconnects: string | null
}

/** How far a connection is, what goes over it, and how often it was lost; null: there is nothing to tell. */
export function connectionFigures(status: ConnectionStatus | null): ConnectionFigures {
  const isOpen = status?.state === 'open'
  const { sentPerSecond = null, receivedPerSecond = null, reconnects = 0 } = status?.traffic ?? {}
  const isMeasured = isOpen && sentPerSecond !== null && receivedPerSecond !== null
  return {
    roundTrip: isOpen ? words.connection.roundTrip(status.latencyMs) : null,
    traffic: isMeasured ? words.connection.traffic(sentPerSecond, receivedPerSecond) : null,
    reconnects: reconnects > 0 ? words.connection.reconnects(reconnects) : null,
  }
}
