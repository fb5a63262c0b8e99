import type { Base } from '../base'
import type { Services } from '../services'

export function redriveHandlers({ reads, writes }: Base, { redriving }: Services) {
  return {
    survey: reads.redrive.survey.handler(({ input, signal }) => redriving.survey(input, signal)),
    run: writes.redrive.run.handler(({ input, context }) => redriving.run(context.grant, input)),
  }
}
