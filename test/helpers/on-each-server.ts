import { describe } from 'vitest'
import { availableServers } from './available-servers'

/** The same tests on every server there is here (or on these). `%s` in the title is its name, which `startRedis` takes. */
export function onEachServer(title: string, define: (version: string) => void, servers = availableServers()): void {
  describe.each(servers.map(({ name }) => name))(title, define)
}
