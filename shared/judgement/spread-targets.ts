import type { Bytes } from '../bytes'
import type { Consumer } from '../model/group'
import { othersThan } from './others-than'

/**
 * Over whom to spread, where nobody is named: all other consumers that are active. When none is, those that hold nothing
 * and were seen last, within `stalledAfterMs` of each other: a group whose consumers have all gone quiet has old ones, too,
 * that nobody will ever start again. Never one that is stalled. Empty when there is nobody.
 */
export function spreadTargets(
  consumers: readonly Consumer[],
  from: Bytes | null,
  stalledAfterMs: number,
): readonly Consumer[] {
  const others = othersThan(consumers, from).filter(({ emptied }) => emptied !== true)
  const active = others.filter(({ health }) => health === 'active')
  if (active.length > 0) return active
  const idle = others.filter(({ health }) => health === 'idle')
  const least = idle.reduce((least, { idleMs }) => Math.min(least, idleMs), Infinity)
  return idle.filter(({ idleMs }) => idleMs - least <= stalledAfterMs)
}
