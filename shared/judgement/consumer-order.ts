import type { Consumer, ConsumerHealth } from '../model/group'

const RANK: Readonly<Record<ConsumerHealth, number>> = { stalled: 0, active: 1, idle: 2 }

/** Trouble first: stalled before active before idle, and of each those who hold most. */
export function byTrouble(a: Consumer, b: Consumer): number {
  return RANK[a.health] - RANK[b.health] || b.pending - a.pending || b.idleMs - a.idleMs
}
