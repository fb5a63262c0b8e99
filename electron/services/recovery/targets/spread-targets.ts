import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import { othersThan } from '../../../../shared/judgement/others-than'
import { spreadTargets } from '../../../../shared/judgement/spread-targets'
import { fromBuffer } from '../../../redis/bytes'
import type { ConsumerInfo } from '../../../redis/xinfo'
import { candidates, NO_SIGNS, type Signs } from './target'
import { message } from '../../../../shared/words/messages'

/** Over whom to spread, where nobody is named, by name. Throws BAD_INPUT when there is nobody. */
export function chooseSpreadTargets(
  infos: readonly ConsumerInfo[],
  from: Buffer | null,
  stalledAfterMs: number,
  signs: Signs = NO_SIGNS,
): readonly Bytes[] {
  const consumers = candidates(infos, { ...signs, stalledAfterMs })
  const holder = from === null ? null : fromBuffer(from)
  const targets = spreadTargets(consumers, holder, stalledAfterMs)
  if (targets.length > 0) return targets.map(({ name }) => name)
  const isAlone = othersThan(consumers, holder).length === 0
  const problem = message(isAlone ? 'recovery.no-other-consumer' : 'recovery.none-active')
  throw new AppError('BAD_INPUT', { field: 'action.to', problem, remedy: message('recovery.choose-consumers') })
}
