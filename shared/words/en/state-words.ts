import type { ConnectionStatus } from '../../model/connection'
import type { HealthWords } from './health-words'

const STATES: Readonly<Record<ConnectionStatus['state'], HealthWords>> = {
  open: { health: 'good', label: 'Connected' },
  connecting: { health: 'warn', label: 'Connecting…' },
  reconnecting: { health: 'warn', label: 'Reconnecting…' },
  failed: { health: 'bad', label: 'Could not connect' },
  closed: { health: 'quiet', label: 'Not open' },
}

/** How a connection stands, as a mark and a word. */
export function stateWords(state: ConnectionStatus['state']): HealthWords {
  return STATES[state]
}
