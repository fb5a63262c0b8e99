import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import { othersThan } from '../../../../shared/judgement/others-than'
import { spreadTargets } from '../../../../shared/judgement/spread-targets'
import { fromBuffer } from '../../../redis/bytes'
import type { Consumer } from '../../../../shared/model/group'
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
  const problem = message(whyNobody(othersThan(consumers, holder)))
  throw new AppError('BAD_INPUT', { field: 'action.to', problem, remedy: message('recovery.choose-consumers') })
}

/** Of others none of which is active, nor holds nothing by itself. */
function whyNobody(others: readonly Consumer[]) {
  if (others.length === 0) return 'recovery.no-other-consumer'
  if (others.every(({ emptied }) => emptied)) return 'recovery.others-emptied'
  return others.some(({ emptied }) => emptied) ? 'recovery.none-fit' : 'recovery.none-active'
}
