import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { othersThan } from '../../../shared/judgement/others-than'
import { spreadTargets } from '../../../shared/judgement/spread-targets'
import { fromBuffer } from '../../redis/bytes'
import type { ConsumerInfo } from '../../redis/xinfo'
import { toConsumer } from '../inspection/groups'

/** Over whom to spread, where nobody is named, by name. Throws BAD_INPUT when there is nobody. */
export function chooseSpreadTargets(
  infos: readonly ConsumerInfo[],
  from: Buffer | null,
  stalledAfterMs: number,
): readonly Bytes[] {
  const consumers = infos.map((info) => toConsumer(info, stalledAfterMs))
  const holder = from === null ? null : fromBuffer(from)
  const targets = spreadTargets(consumers, holder, stalledAfterMs)
  if (targets.length > 0) return targets.map(({ name }) => name)
  throw new AppError(
    'BAD_INPUT',
    { field: 'action.to', remedy: 'Choose the consumers that shall take them, or name new ones.' },
    othersThan(consumers, holder).length === 0
      ? 'This group has no other consumer.'
      : 'No other consumer is active, and all of them hold entries.',
  )
}
