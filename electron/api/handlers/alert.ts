import type { Base } from '../base'
import type { Services } from '../services'

export function alertHandlers({ reads }: Base, { alerts }: Services) {
  return {
    watch: reads.alert.watch.handler(({ signal }) => alerts.watch(signal)),
    add: reads.alert.add.handler(({ input }) => alerts.add(input)),
    change: reads.alert.change.handler(({ input }) => alerts.change(input)),
    remove: reads.alert.remove.handler(({ input }) => alerts.remove(input.id)),
    addDestination: reads.alert.addDestination.handler(({ input }) => alerts.addDestination(input)),
    changeDestination: reads.alert.changeDestination.handler(({ input: { id, ...asked } }) =>
      alerts.changeDestination(id, asked),
    ),
    removeDestination: reads.alert.removeDestination.handler(({ input }) => alerts.removeDestination(input.id)),
    testDestination: reads.alert.testDestination.handler(({ input }) => alerts.testDestination(input.id)),
  }
}
