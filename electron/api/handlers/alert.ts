import type { Base } from '../base'
import type { Services } from '../services'

export function alertHandlers({ reads }: Base, { alerts }: Services) {
  return {
    watch: reads.alert.watch.handler(({ signal }) => alerts.watch(signal)),
    add: reads.alert.add.handler(({ input }) => alerts.add(input)),
    change: reads.alert.change.handler(({ input }) => alerts.change(input)),
    remove: reads.alert.remove.handler(({ input }) => alerts.remove(input.id)),
  }
}
