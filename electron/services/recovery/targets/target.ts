import type { Bytes } from '../../../../shared/bytes'
import { AppError } from '../../../../shared/error'
import { healthiest } from '../../../../shared/judgement/healthiest'
import type { Consumer } from '../../../../shared/model/group'
import { fromBuffer, nameKey } from '../../../redis/bytes'
import type { ConsumerInfo } from '../../../redis/xinfo'
import { toConsumer } from '../../inspection/groups'
import type { PlanFacts } from '../action'
import { healthOf } from './signs-of-life'
import { message } from '../../../../shared/words/messages'

/** What is known of the consumers beside their figures. */
export type Signs = Pick<PlanFacts, 'waiting' | 'emptied'>
export const NO_SIGNS: Signs = { waiting: null, emptied: new Set() }

/**
 * Who should take over where nobody is named, by name. Never one that entries were moved away from, unless it was seen
 * since. Throws BAD_INPUT when there is no other consumer.
 */
export function chooseTarget(
  infos: readonly ConsumerInfo[],
  except: Buffer | null,
  stalledAfterMs: number,
  signs: Signs = NO_SIGNS,
): Bytes {
  const holder = except === null ? null : fromBuffer(except)
  const best = healthiest(candidates(infos, { ...signs, stalledAfterMs }), holder)
  if (best) return best.name
  const isAlone = infos.every(({ name }) => except !== null && name.equals(except))
  const problem = message(isAlone ? 'recovery.no-other-consumer' : 'recovery.others-emptied')
  throw new AppError('BAD_INPUT', { field: 'action.to', problem, remedy: message('recovery.name-consumer') })
}

/** Each with its health, and whether it was emptied, as far as that is known. */
export function candidates(
  infos: readonly ConsumerInfo[],
  signs: Signs & Pick<PlanFacts, 'stalledAfterMs'>,
): readonly Consumer[] {
  return infos.map((info) => ({
    ...toConsumer(info, signs),
    health: healthOf(info, signs),
    emptied: signs.emptied.has(nameKey(info.name)),
  }))
}
