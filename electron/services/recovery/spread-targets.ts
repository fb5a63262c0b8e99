import { AppError } from '../../../shared/error'
import { consumerHealth } from '../../../shared/health'
import type { ConsumerInfo } from '../../redis/xinfo'

/**
 * Over whom to spread, where nobody is named: all other consumers that are active. When none is, those that hold nothing
 * and were seen last, within a threshold of each other: a group whose consumers have all gone quiet has old ones, too, that
 * nobody will ever start again. Never one that is stalled. Throws BAD_INPUT when there is nobody.
 */
export function spreadTargets(
  consumers: readonly ConsumerInfo[],
  from: Buffer | null,
  stalledAfterMs: number,
): readonly ConsumerInfo[] {
  const others = consumers.filter(({ name }) => from?.equals(name) !== true)
  const active = others.filter((each) => consumerHealth(each, stalledAfterMs) === 'active')
  if (active.length > 0) return active
  const idle = others.filter((each) => consumerHealth(each, stalledAfterMs) === 'idle')
  const least = idle.reduce((least, { idleMs }) => Math.min(least, idleMs), Infinity)
  const last = idle.filter(({ idleMs }) => idleMs - least <= stalledAfterMs)
  if (last.length > 0) return last
  throw new AppError(
    'BAD_INPUT',
    { field: 'action.to', remedy: 'Choose the consumers that shall take them, or name new ones.' },
    others.length === 0
      ? 'This group has no other consumer.'
      : 'No other consumer is active, and all of them hold entries.',
  )
}
