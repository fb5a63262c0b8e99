import type { Base } from '../base'
import type { Services } from '../services'

export function trimHandlers({ reads, writes }: Base, { trimming }: Services) {
  return {
    plan: reads.trim.plan.handler(({ input, signal }) => trimming.plan(input, signal)),
    run: writes.trim.run.handler(({ input, context }) => trimming.run(context.grant, input)),
  }
}
