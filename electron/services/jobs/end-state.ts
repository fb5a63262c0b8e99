import { isAppError } from '../../../shared/error'
import type { JobState } from '../../../shared/model/job'

/** How a mutation ended that threw this: interrupted where the connection was lost, else failed. */
export function endState(error: unknown): Extract<JobState, 'interrupted' | 'failed'> {
  return isAppError(error, 'UNREACHABLE') || isAppError(error, 'UNKNOWN_OUTCOME') ? 'interrupted' : 'failed'
}
