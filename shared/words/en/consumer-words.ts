import type { ConsumerHealth } from '../../model/group'
import type { HealthLabel } from '../health-label'

const HEALTH: Readonly<Record<ConsumerHealth, HealthLabel>> = {
  active: { health: 'good', label: 'active' },
  // Nothing pending and nothing to do is no fault.
  idle: { health: 'quiet', label: 'idle' },
  stalled: { health: 'bad', label: 'stalled' },
  stuck: { health: 'bad', label: 'stuck' },
}

export function healthWords(health: ConsumerHealth): HealthLabel {
  return HEALTH[health]
}

export const consumerWords = {
  health: healthWords,
}
