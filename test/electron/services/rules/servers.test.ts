import { expect, test } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import type { Topology } from '../../../../electron/redis/topology'
import type { ServerIdentity } from '../../../../electron/services/journal/identity'
import { judgeServers } from '../../../../electron/services/rules/servers'
import type { SavedConnection } from '../../../../shared/model/connection'

/** A server that says so of itself. */
function server(runId: string, history = '', offset = ''): Reader {
  const info = `run_id:${runId}\r\nmaster_replid:${history}\r\nmaster_repl_offset:${offset}\r\n`
  return {
    call: () => Promise.reject(new Error('not asked')),
    pipeline: (lines) => Promise.resolve(lines.map((_, at) => Buffer.from(at === 0 ? info : ''))),
  }
}
const connection = { endpoint: { kind: 'tcp', host: 'here', port: 1 }, db: 0 } as SavedConnection
const judge = (then: readonly ServerIdentity[], ...readers: readonly Reader[]) => {
  const primaries = () => readers.map((reader) => ({ reader }))
  return judgeServers(then, connection, { primaries } as unknown as Topology)
}
const known = (endpoint: string, runId: string): ServerIdentity => {
  return { endpoint, db: 0, runId, replicationId: 'h1', offset: '100' }
}

test('of several servers behind a connection each has to be one of those of then', async () => {
  const then = [known('here:1', 'r1'), known('here:1', 'r2')]
  expect(await judge(then, server('r1'), server('r2'))).toBeNull()
  expect(await judge(then, server('r2'), server('r1'))).toBeNull()
  expect(await judge(then, server('r1'), server('r3'))).toBe('unproven-server')
})

test('one that is another is told, though the next one may be that of then', async () => {
  const then = [known('there:1', 'r1')]
  expect(await judge(then, server('r3', 'h3', '1'), server('r4', 'h1', '50'))).toBe('other-server')
  expect(await judge(then, server('r4', 'h1', '50'), server('r5', 'h1', '60'))).toBe('unproven-server')
})
