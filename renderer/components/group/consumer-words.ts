import type { Consumer, ConsumerHealth } from '../../../shared/model/group'
import type { HealthWords } from '../../utils/stream-health'

const HEALTH: Readonly<Record<ConsumerHealth, HealthWords>> = {
  active: { health: 'good', label: 'active' },
  // Nothing pending and nothing to do is no fault.
  idle: { health: 'quiet', label: 'idle' },
  stalled: { health: 'bad', label: 'stalled' },
}

export function healthWords(health: ConsumerHealth): HealthWords {
  return HEALTH[health]
}

const RANK: Readonly<Record<ConsumerHealth, number>> = { stalled: 0, active: 1, idle: 2 }

/** Trouble first: stalled before active before idle, and of each those who hold most. */
export function byTrouble(a: Consumer, b: Consumer): number {
  return RANK[a.health] - RANK[b.health] || b.pending - a.pending || b.idleMs - a.idleMs
}
