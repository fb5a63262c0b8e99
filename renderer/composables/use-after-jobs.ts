import { onScopeDispose } from 'vue'
import { sameBytes } from '../../shared/bytes'
import { useJobs } from '../stores/jobs'
import type { StreamTarget } from '../stores/targets'

/** Calls back when a job on this stream ends, so that what it changed shows at once. */
export function useAfterJobs(target: () => StreamTarget, then: () => void): void {
  const leave = useJobs().onEnded(({ connectionId, key }) => {
    const now = target()
    if (connectionId === now.connectionId && sameBytes(key, now.key)) then()
  })
  onScopeDispose(leave)
}
