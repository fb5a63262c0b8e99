import { describeError } from '../api/errors'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'

/** What can be done to a job from wherever it is shown. */
export function useJobActions(): { readonly cancel: (jobId: string) => Promise<void> } {
  const jobs = useJobs()
  const toasts = useToasts()
  return {
    async cancel(jobId) {
      try {
        await jobs.cancel(jobId)
      } catch (error) {
        const { title, next } = describeError(error)
        toasts.show({ tone: 'bad', title, detail: next })
      }
    },
  }
}
