import { isAppError } from '../../../shared/error'
import type { JobState } from '../../../shared/model/job'

const LOST = ['UNREACHABLE', 'UNKNOWN_OUTCOME', 'NOT_CARRIED_OUT'] as const

/** How a mutation ended that threw this: interrupted where the connection was lost, else failed. */
export function endState(error: unknown): Extract<JobState, 'interrupted' | 'failed'> {
  return LOST.some((code) => isAppError(error, code)) ? 'interrupted' : 'failed'
}
