import type { Base } from '../base'
import type { Services } from '../services'

export function redriveHandlers({ reads, writes }: Base, { redriving }: Services) {
  return {
    planAll: reads.redrive.planAll.handler(({ input, signal }) => redriving.planAll(input, signal)),
    run: writes.redrive.run.handler(({ input, context }) => redriving.run(context.grant, input)),
  }
}
