import { computed, type ComputedRef } from 'vue'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'
import { useWhyNotYou } from './use-permission'

interface JobActions {
  /** Why none of it is for this person to do, in words; null when it is. */
  readonly whyNot: ComputedRef<string | null>
  cancel(jobId: string): Promise<void>
  pause(jobId: string): Promise<void>
  resume(jobId: string): Promise<void>
  /** Entries per second at most; null: as fast as the server bears it. */
  limit(jobId: string, perSecond: number | null): Promise<void>
}

/** What can be done to a job from wherever it is shown. */
export function useJobActions(): JobActions {
  const jobs = useJobs()
  const toasts = useToasts()
  const whyNotYou = useWhyNotYou()

  async function telling(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      toasts.showTrouble(error)
    }
  }

  return {
    whyNot: computed(() => whyNotYou('operator')),
    cancel: (jobId) => telling(() => jobs.cancel(jobId)),
    pause: (jobId) => telling(() => jobs.pause(jobId)),
    resume: (jobId) => telling(() => jobs.resume(jobId)),
    limit: (jobId, perSecond) => telling(() => jobs.limit(jobId, perSecond)),
  }
}
