import { parseConnectionUrl } from '../../services/connections/parse-url'
import type { Base } from '../base'
import type { Services } from '../services'

export function connectionHandlers({ reads: { connection } }: Base, { connections }: Services) {
  return {
    list: connection.list.handler(() => [...connections.list()]),
    parseUrl: connection.parseUrl.handler(({ input }) => parseConnectionUrl(input.url)),
    test: connection.test.handler(({ input }) => connections.test(input)),
    save: connection.save.handler(({ input }) => connections.save(input)),
    remove: connection.remove.handler(({ input }) => connections.remove(input.connectionId)),
    open: connection.open.handler(({ input }) => connections.open(input.connectionId, input.password)),
    close: connection.close.handler(({ input }) => connections.close(input.connectionId)),
    watch: connection.watch.handler(({ input, signal }) => connections.watch(input.connectionId, signal)),
  }
}
