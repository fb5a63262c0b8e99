import type { Base } from '../base'
import type { Services } from '../services'

export function jobHandlers({ reads: { job } }: Base, { jobs }: Services) {
  return {
    list: job.list.handler(() => [...jobs.list()]),
    watch: job.watch.handler(({ signal }) => jobs.watch(signal)),
    pause: job.pause.handler(({ input }) => jobs.pause(input.jobId)),
    resume: job.resume.handler(({ input }) => jobs.resume(input.jobId)),
    limit: job.limit.handler(({ input }) => jobs.limit(input.jobId, input.perSecond)),
    cancel: job.cancel.handler(({ input }) => jobs.cancel(input.jobId)),
  }
}
