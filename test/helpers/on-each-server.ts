import { describe, expect } from 'vitest'
import { serversFor, type ServerBinary } from './available-servers'

/** Those of `serversFor` for the file that asks while it is read. */
export function serversHere(): readonly ServerBinary[] {
  return serversFor(expect.getState().testPath ?? '')
}

/** The same tests on every server that this file runs on (or on these). `%s` in the title is its name, which `startRedis` takes. */
export function onEachServer(title: string, define: (version: string) => void, servers = serversHere()): void {
  describe.each(servers.map(({ name }) => name))(title, define)
}
