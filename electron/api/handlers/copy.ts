import type { Base } from '../base'
import type { Services } from '../services'

export function copyHandlers({ reads, writes }: Base, { copying }: Services) {
  return {
    plan: reads.copy.plan.handler(({ input, signal }) => copying.plan(input, signal)),
    run: writes.copy.run.handler(({ input, context }) => copying.run(context.grant, input)),
  }
}
