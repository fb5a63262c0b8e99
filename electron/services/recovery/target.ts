import { AppError } from '../../../shared/error'
import { consumerHealth } from '../../../shared/health'
import type { ConsumerInfo } from '../../redis/xinfo'

/**
 * Who should take over: among the consumers seen within the threshold the one that holds least, then the one seen last;
 * when none was seen, the one seen last. Throws BAD_INPUT when there is no other consumer.
 */
export function healthiest(
  consumers: readonly ConsumerInfo[],
  except: Buffer | null,
  stalledAfterMs: number,
): ConsumerInfo {
  const others = consumers.filter(({ name }) => except === null || !name.equals(except))
  const active = others.filter((each) => consumerHealth(each, stalledAfterMs) === 'active')
  const byLoad = (a: ConsumerInfo, b: ConsumerInfo): number => a.pending - b.pending || a.idleMs - b.idleMs
  const byIdle = (a: ConsumerInfo, b: ConsumerInfo): number => a.idleMs - b.idleMs
  const best = active.length > 0 ? [...active].sort(byLoad)[0] : [...others].sort(byIdle)[0]
  if (best) return best
  throw new AppError(
    'BAD_INPUT',
    { field: 'action.to', remedy: 'Name the consumer that shall take them; a new name is created.' },
    'This group has no other consumer.',
  )
}
