import { exportConnections, importConnections, planImport } from '../../services/connections/import-export'
import { parseAddress } from '../../services/connections/parse-address'
import { ownerOf } from '../../services/history/connection-folder'
import type { Base } from '../base'
import type { Services } from '../services'

export function connectionHandlers(
  { reads: { connection } }: Base,
  { alerts, savedSearches, connections, history, monitoring, rules, snoozes }: Services,
) {
  return {
    list: connection.list.handler(async () => [...(await connections.list())]),
    watchList: connection.watchList.handler(({ signal }) => connections.watchList(signal)),
    parseUrl: connection.parseUrl.handler(({ input }) => parseAddress(input.url)),
    test: connection.test.handler(({ input }) => connections.test(input)),
    testSteps: connection.testSteps.handler(({ input, signal }) => connections.testSteps(input, signal)),
    save: connection.save.handler(({ input }) => connections.save(input)),
    planImport: connection.planImport.handler(({ input }) => planImport(input.text, connections)),
    import: connection.import.handler(async ({ input }) => {
      return { saved: await importConnections(input.text, input.at, connections) }
    }),
    export: connection.export.handler(async () => ({ text: await exportConnections(connections) })),
    remove: connection.remove.handler(async ({ input }) => {
      await connections.remove(input.connectionId)
      await snoozes.forget(input.connectionId)
      await alerts.forget(input.connectionId)
      await savedSearches.forget(input.connectionId)
      await rules.forget(input.connectionId)
      await history.clear(ownerOf(input.connectionId))
    }),
    move: connection.move.handler(({ input: { connectionId, ...position } }) =>
      connections.move(connectionId, position),
    ),
    open: connection.open.handler(async ({ input: { connectionId, password, byItself } }) => {
      const status = await connections.open(connectionId, password, byItself)
      monitoring.opened(connectionId)
      return status
    }),
    trustHostKey: connection.trustHostKey.handler(({ input }) => connections.acceptHostKey(input)),
    close: connection.close.handler(({ input }) => connections.close(input.connectionId)),
    commands: connection.commands.handler(({ input, signal }) =>
      connections.commands(input.connectionId, input.filter, signal),
    ),
    watch: connection.watch.handler(({ input, signal }) => connections.watch(input.connectionId, signal)),
  }
}
