import type { ConsumerHealth } from '../../model/group'
import type { HealthWords } from './health-words'

const HEALTH: Readonly<Record<ConsumerHealth, HealthWords>> = {
  active: { health: 'good', label: 'active' },
  // Nothing pending and nothing to do is no fault.
  idle: { health: 'quiet', label: 'idle' },
  stalled: { health: 'bad', label: 'stalled' },
}

export function healthWords(health: ConsumerHealth): HealthWords {
  return HEALTH[health]
}
