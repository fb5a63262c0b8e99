import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { grantWritePermit } from '../../../../electron/redis/write-permit'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startSentinels, type TestSentinels } from '../../../helpers/redis-sentinel'
import { withRedis, type TestRedis } from '../../../helpers/redis-server'

let connections: Connections
let dataDir: string
let memory = createMemoryLog()
beforeEach(async () => {
  memory = createMemoryLog()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-sentinel-'))
  // No silence is long enough to be noticed: the sentinels have to tell.
  const timings = { connectTimeoutMs: 2_000, commandTimeoutMs: 2_000, silenceMs: 600_000, reconnectMs: 20 }
  connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: memory.log, timings })
})
afterEach(() => {
  connections.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const opened = async (profile: ConnectionProfile, secrets: Record<string, string> = {}): Promise<string> => {
  const { id } = await connections.save({ profile, secrets })
  await connections.open(id)
  return id
}
const KEY = Buffer.from('orders')
const add = (id: string) =>
  connections.topology(id).clientOf(KEY).writer(grantWritePermit()).write('XADD', KEY, '*', 'n', '1')
const length = async (id: string) => Number(await connections.source(id, 'orders').reader.call('XLEN', KEY))
/** Resolves once it is open, at this server. */
const leadsTo = async (id: string, server: TestRedis): Promise<void> => {
  const runId = /run_id:(\w+)/.exec(await server.cli('INFO', 'server'))?.[1]
  await expect
    .poll(() => state(id) === 'open' && connections.topology(id).clientOf(KEY).runId(), { timeout: 20_000 })
    .toBe(runId)
}
const at = ({ host, port }: Pick<TestRedis, 'host' | 'port'>) => ({ host, port })
const state = (id: string) => connections.status(id).state

describe('three sentinels', () => {
  let world: TestSentinels
  beforeAll(async () => {
    world = await startSentinels()
  })
  afterAll(() => world.stop())

  test('from one of them the primary is found, written to, and known as what it is', async () => {
    const id = await opened(world.connection({ nodes: [at(world.sentinels[1]!)] }))
    expect(connections.status(id)).toMatchObject({ state: 'open', server: { role: 'master', mode: 'standalone' } })
    await add(id)
    expect(await (await world.primary()).cli('XLEN', 'orders')).toBe('1')
  })

  test('a seed that is gone does no harm where another lives; nor does one that is no sentinel', async () => {
    await withRedis(async (redis) => {
      const nodes = [{ host: '127.0.0.1', port: 1 }, at(redis), at(world.sentinels[2]!)]
      const id = await opened(world.connection({ nodes }))
      expect(state(id)).toBe('open')
    })
  })

  test('a sentinel that has not heard of a failover is not believed before one that has', async () => {
    const primary = await world.primary()
    const other = world.servers.find((each) => each !== primary)!
    const proxy = await startFaultProxy(world.sentinels[0]!)
    const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`
    // Of before the first configuration.
    const fields = ['ip', other.host, 'port', String(other.port), 'config-epoch', '-1']
    const stale = `*${fields.length}\r\n${fields.map(bulk).join('')}`
    void proxy.fault((args) => args[0] === 'SENTINEL' && args[1] === 'MASTER', { kind: 'answer', reply: stale }, 1_000)
    const id = await opened(world.connection({ nodes: [at(proxy), at(world.sentinels[1]!)] }))
    await leadsTo(id, primary)
    await add(id)
    await proxy.stop()
  })

  describe('what can not be opened', () => {
    const failing = async (profile: ConnectionProfile, secrets: Record<string, string> = {}) => {
      const { id } = await connections.save({ profile, secrets })
      const error: unknown = await connections.open(id).catch((reason: unknown) => reason)
      expect(connections.status(id)).toMatchObject({ state: 'failed', server: null })
      expect(() => connections.topology(id)).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }))
      return error
    }
    const because = (reason: string) => ({ code: 'UNREACHABLE', data: { reason } })

    test('a name that they do not know', async () => {
      expect(await failing(world.connection({ primary: 'other' }))).toMatchObject(because('no-such-primary'))
    })

    test('no sentinel that answers; a server that is none', async () => {
      const nobody = { host: '127.0.0.1', port: 1 }
      expect(await failing(world.connection({ nodes: [nobody] }))).toMatchObject(because('refused'))
      const primary = await world.primary()
      expect(await failing(world.connection({ nodes: [at(primary)] }))).toMatchObject(because('not-sentinel'))
    })

    test.each([
      ['*2\r\n$2\r\nip\r\n$1\r\nx\r\n', 'not-sentinel'],
      ['$-1\r\n', 'not-sentinel'],
      ['-NOPERM this user has no permissions\r\n', 'sentinel-denied'],
      ['-ERR No such master with that name\r\n', 'no-such-primary'],
    ])('one that answers %j: %s', async (reply, reason) => {
      const proxy = await startFaultProxy(world.sentinels[0]!)
      void proxy.fault('SENTINEL', { kind: 'answer', reply }, 100)
      expect(await failing(world.connection({ nodes: [at(proxy)] }))).toMatchObject(because(reason))
      await proxy.stop()
    })

    test('whom they name is a replica', async () => {
      const primary = await world.primary()
      const replica = world.servers.find((each) => each !== primary)!
      const proxy = await startFaultProxy(world.sentinels[0]!)
      const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`
      const fields = ['ip', replica.host, 'port', String(replica.port), 'config-epoch', '0']
      const reply = `*${fields.length}\r\n${fields.map(bulk).join('')}`
      void proxy.fault('SENTINEL', { kind: 'answer', reply }, 100)
      const only = world.connection({ nodes: [at(proxy)] })
      // It names the others when asked: those say `SENTINEL SENTINELS` as well.
      expect(await failing(only)).toMatchObject(because('not-primary'))
      await proxy.stop()
    })
  })

  test('closed, it leaves no connection behind, at the servers and at the sentinels', async () => {
    const id = await opened(world.connection())
    connections.close(id)
    for (const each of [...world.sentinels, await world.primary()]) {
      await expect.poll(() => each.cli('CLIENT', 'LIST')).not.toContain('name=sluice ')
    }
  })

  test.each([0, 1, 5, 20, 60])(
    'closed %i ms after it began to open, it leaves none either, and opens again',
    async (ms) => {
      const { id } = await connections.add(world.connection(), null)
      const opening = connections.open(id).catch((error: unknown) => error)
      await new Promise((resolve) => setTimeout(resolve, ms))
      connections.close(id)
      await opening
      expect(state(id)).toBe('closed')
      for (const each of [...world.sentinels, await world.primary()]) {
        await expect.poll(() => each.cli('CLIENT', 'LIST')).not.toContain('name=sluice ')
      }
      expect(await connections.open(id)).toMatchObject({ state: 'open' })
    },
  )

  test('another primary that is chosen by an operator is followed, and nothing is lost', async () => {
    const id = await opened(world.connection({ nodes: [at(world.sentinels[0]!)] }))
    await add(id)
    const before = await length(id)
    const primary = await world.primary()
    for (const each of world.servers.filter((one) => one !== primary)) {
      await expect.poll(() => each.cli('XLEN', 'orders')).toBe(String(before))
    }
    const after = await world.failOver()
    await leadsTo(id, after)
    expect(connections.status(id).server?.role).toBe('master')
    await add(id)
    expect(Number(await after.cli('XLEN', 'orders'))).toBe(before + 1)
  })
})

describe('a primary that is lost', () => {
  test.each(['killed', 'standing still'] as const)(
    '%s: the next one is found, and written to',
    async (how) => {
      const world = await startSentinels()
      const id = await opened(world.connection({ nodes: [at(world.sentinels[0]!)] }))
      await add(id)
      const primary = await world.primary()
      const replica = world.servers.find((each) => each !== primary)!
      await expect.poll(() => replica.cli('XLEN', 'orders')).toBe('1')
      if (how === 'killed') await primary.kill()
      else primary.freeze()
      await expect.poll(() => replica.cli('ROLE'), { timeout: 20_000 }).toContain('master')
      await expect
        .poll(
          () =>
            add(id).then(
              () => true,
              () => false,
            ),
          { timeout: 20_000 },
        )
        .toBe(true)
      expect(await replica.cli('XLEN', 'orders')).toBe('2')
      expect(await connections.whenReady(id, 'orders')).toBe(true)
      if (how === 'standing still') primary.thaw()
      await world.stop()
    },
    60_000,
  )

  test('with every sentinel but one that was never named: it was learned from them', async () => {
    const world = await startSentinels({ sentinels: 3 })
    const id = await opened(world.connection({ nodes: [at(world.sentinels[0]!)] }))
    await expect
      .poll(async () => (await world.sentinels[2]!.cli('CLIENT', 'LIST')).includes('name=sluice '), { timeout: 10_000 })
      .toBe(true)
    await world.sentinels[0]!.kill()
    const after = await world.failOver()
    await leadsTo(id, after)
    await add(id)
    expect(await after.cli('XLEN', 'orders')).toBe('1')
    await world.stop()
  }, 60_000)
})

test('the sentinels’ own password, and the server’s: each where it belongs', async () => {
  const world = await startSentinels({
    server: { password: 'server-word' },
    sentinel: { password: 'sentinel-word' },
  })
  const both = { password: 'server-word', 'sentinel-password': 'sentinel-word' }
  const id = await opened(world.connection(), both)
  await add(id)
  expect((await connections.list()).find((each) => each.id === id)?.secrets).toEqual(['password', 'sentinel-password'])
  const fails = async (secrets: Record<string, string>) => {
    const { id: other } = await connections.save({ profile: world.connection(), secrets })
    return connections.open(other).catch((reason: unknown) => reason)
  }
  expect(await fails({ password: 'server-word' })).toMatchObject({ data: { reason: 'sentinel-denied' } })
  expect(await fails({ ...both, 'sentinel-password': 'wrong-word' })).toMatchObject({
    data: { reason: 'sentinel-denied' },
  })
  expect(await fails({ ...both, password: 'wrong-word' })).toMatchObject({ data: { reason: 'password-wrong' } })
  expect(await fails({ 'sentinel-password': 'sentinel-word' })).toMatchObject({ data: { reason: 'password-needed' } })
  for (const secret of ['server-word', 'sentinel-word', 'wrong-word']) expect(memory.text()).not.toContain(secret)
  await world.stop()
})

test('TLS to both, by their own authority', async () => {
  const world = await startSentinels({
    replicas: 0,
    sentinels: 1,
    server: { tls: true, config: ['tls-replication yes'] },
    sentinel: { tls: true, config: ['tls-replication yes'] },
  })
  const id = await opened(world.connection())
  await add(id)
  const distrusting = world.connection({ tls: { ca: '', serverName: '', verify: true } })
  const { id: other } = await connections.save({ profile: distrusting })
  await expect(connections.open(other)).rejects.toMatchObject({ data: { reason: 'tls' } })
  await world.stop()
})
