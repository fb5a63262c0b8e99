import type { Consumer, ConsumerHealth } from '../model/group'

const RANK: Readonly<Record<ConsumerHealth, number>> = { stalled: 0, stuck: 1, active: 2, idle: 3 }

/** Trouble first: stalled before stuck before active before idle, and of each those who hold most. */
export function byTrouble(a: Consumer, b: Consumer): number {
  return RANK[a.health] - RANK[b.health] || b.pending - a.pending || b.idleMs - a.idleMs
}
