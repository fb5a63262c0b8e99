import { listConsumers, listGroups } from '../../services/inspection/groups'
import type { Base } from '../base'
import type { Services } from '../services'

export function groupHandlers({ reads: { group }, writes, onStream, onGroup }: Base, services: Services) {
  const { additions, groupChanges, journal, monitoring, recovery, settings } = services
  return {
    list: group.list
      .use(onStream)
      .handler(({ input: { countLag }, context: { reader, key } }) => listGroups(reader, key, { countLag })),
    consumers: group.consumers.use(onGroup).handler(async ({ input, context: { reader, key, group: name } }) => {
      const { connectionId, key: stream, group: of } = input
      const [touches, moved] = [journal.touched(connectionId, stream, of), journal.moved(connectionId, stream, of)]
      return recovery.markEmptied(input, await listConsumers(reader, key, name, settings.get(), { touches, moved }))
    }),
    lastWords: group.lastWords.handler(({ input: { connectionId, key, group: name } }) =>
      monitoring.lastWords(connectionId, key, name),
    ),
    create: writes.group.create
      .use(onStream)
      .handler(({ input, context: { grant, reader }, signal }) => additions.addGroup(grant, reader, input, signal)),
    createConsumer: writes.group.createConsumer.handler(({ input, context, signal }) =>
      additions.addConsumer(context.grant, input, signal),
    ),
    planChange: group.planChange.handler(({ input }) => groupChanges.plan(input)),
    change: writes.group.change.handler(({ input, context }) => groupChanges.run(context.grant, input)),
  }
}
