import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { healthiest } from '../../../shared/judgement/healthiest'
import { fromBuffer } from '../../redis/bytes'
import type { ConsumerInfo } from '../../redis/xinfo'
import { toConsumer } from '../inspection/groups'
import { message } from '../../../shared/words/messages'

/** Who should take over where nobody is named, by name. Throws BAD_INPUT when there is no other consumer. */
export function chooseTarget(infos: readonly ConsumerInfo[], except: Buffer | null, stalledAfterMs: number): Bytes {
  const consumers = infos.map((info) => toConsumer(info, { stalledAfterMs }))
  const best = healthiest(consumers, except === null ? null : fromBuffer(except))
  if (best) return best.name
  const [problem, remedy] = [message('recovery.no-other-consumer'), message('recovery.name-consumer')]
  throw new AppError('BAD_INPUT', { field: 'action.to', problem, remedy })
}
