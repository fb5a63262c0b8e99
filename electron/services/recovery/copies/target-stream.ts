import type { Bytes } from '../../../../shared/bytes'
import { AppError, isAppError } from '../../../../shared/error'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { toBuffer } from '../../../redis/bytes'
import { streamInfo } from '../../../redis/xinfo'
import { siblingKey } from '../../inspection/sibling-key'
import type { PlanFacts } from '../action'
import type { GroupSource } from '../../../redis/source'
import { message } from '../../../../shared/words/messages'

/** `<key>:dead`. */
export function deadLetterStream({ group, server }: PlanFacts): Bytes {
  return siblingKey(group.key, ':dead', server)
}

/**
 * Looks at the stream that gets copies. Throws BAD_INPUT where something else has its name, and UNSUPPORTED where it lies
 * on another node of a cluster.
 */
export async function lookAtTarget(
  { reader }: Pick<GroupSource, 'reader'>,
  target: Bytes,
): Promise<RecoveryPlan['warnings']> {
  try {
    await streamInfo(reader, toBuffer(target))
    return []
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return ['new-stream']
    if (!isAppError(error, 'REDIS')) throw error
    const { prefix } = error.data
    if (prefix === 'WRONGTYPE') {
      const problem = message('recovery.no-stream', { name: target })
      throw new AppError('BAD_INPUT', { field: 'action.stream', problem, remedy: message('recovery.name-stream') })
    }
    if (prefix === 'MOVED' || prefix === 'ASK') {
      const reason = message('recovery.other-node', { name: target })
      throw new AppError('UNSUPPORTED', { feature: 'stream', reason })
    }
    throw error
  }
}
