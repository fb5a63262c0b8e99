import { onScopeDispose } from 'vue'
import { sameBytes } from '../../shared/bytes'
import type { Job } from '../../shared/model/job'
import { useJobs } from '../stores/jobs'
import type { StreamTarget } from '../stores/targets'

/** Calls back when a job on this stream ends, so that what it changed shows at once. */
export function useAfterJobs(target: () => StreamTarget, then: (job: Job) => void): void {
  const leave = useJobs().onEnded((job) => {
    const now = target()
    if (job.connectionId === now.connectionId && sameBytes(job.key, now.key)) then(job)
  })
  onScopeDispose(leave)
}
