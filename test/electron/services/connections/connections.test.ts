import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile, ConnectionStatus } from '../../../../shared/model/connection'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets, type Secrets } from '../../../../electron/services/connections/secrets'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'
import { freePort } from '../../../helpers/server-process'

const SECRET = 'never-on-disk-%&'
let redis: TestRedis
let locked: TestRedis
let proxy: FaultProxy
let dataDir: string
let secrets: Secrets
let memory = createMemoryLog()
let connections: Connections

beforeAll(async () => {
  redis = await startRedis()
  locked = await startRedis({ password: SECRET })
})
afterAll(async () => {
  await redis.stop()
  await locked.stop()
})
beforeEach(async () => {
  proxy = await startFaultProxy(redis)
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-connections-'))
  secrets = createMemorySecrets()
  memory = createMemoryLog()
  connections = await load()
})
afterEach(async () => {
  connections.close()
  await proxy.stop()
  rmSync(dataDir, { recursive: true })
})

const load = () => createConnections({ dataDir, secrets, log: memory.log })
const through = (target: FaultProxy, changes: Partial<ConnectionProfile> = {}) =>
  redis.connection({ endpoint: { kind: 'tcp', host: target.host, port: target.port }, ...changes })
const onDisk = () => readFileSync(join(dataDir, 'connections.json'), 'utf8')
/** Resolves with the first status that is so. */
async function until(id: string, so: (status: ConnectionStatus) => boolean): Promise<ConnectionStatus> {
  const leave = new AbortController()
  for await (const status of connections.watch(id, leave.signal)) {
    if (!so(status)) continue
    leave.abort()
    return status
  }
  throw new Error('the watch ended')
}
const untilState = (id: string, state: ConnectionStatus['state']) => until(id, (status) => status.state === state)

describe('saved connections', () => {
  test('are there after a restart, without their passwords', async () => {
    const profile = locked.connection({ name: 'Orders', color: 'red', environment: 'prod', readOnly: true })
    const saved = await connections.save({ profile, secrets: { password: SECRET } })
    expect(saved).toEqual({ ...profile, id: saved.id, secrets: ['password'], givenBy: null })
    secrets = createMemorySecrets()
    expect(await (await load()).list()).toEqual([{ ...profile, id: saved.id, secrets: [], givenBy: null }])
    expect(readdirSync(dataDir)).toEqual(['connections.json'])
    expect(statSync(join(dataDir, 'connections.json')).mode & 0o777).toBe(0o600)
    expect(onDisk()).not.toContain('never-on-disk')
  })

  test('change, keep their order, and go', async () => {
    const a = await connections.save({ profile: redis.connection({ name: 'a' }) })
    const b = await connections.save({ profile: redis.connection({ name: 'b' }) })
    await connections.save({ id: a.id, profile: redis.connection({ name: 'A' }) })
    expect((await connections.list()).map(({ name }) => name)).toEqual(['A', 'b'])
    await connections.remove(b.id)
    expect((await (await load()).list()).map(({ name }) => name)).toEqual(['A'])
  })

  test('keep the password unless another, or none, is given', async () => {
    const profile = locked.connection()
    const { id } = await connections.save({ profile, secrets: { password: SECRET } })
    expect((await connections.save({ id, profile })).secrets).toEqual(['password'])
    expect((await connections.save({ id, profile, secrets: { password: null } })).secrets).toEqual([])
    expect(await secrets.get(id, 'password')).toBeNull()
    await connections.save({ id, profile, secrets: { password: SECRET } })
    await connections.remove(id)
    expect(await secrets.get(id, 'password')).toBeNull()
  })

  test('of this session only are never on disk', async () => {
    const { id } = await connections.add(redis.connection({ name: 'sandbox' }), null, 'sandbox')
    expect(id).toBe('sandbox')
    await connections.save({ id, profile: redis.connection({ name: 'renamed' }) })
    expect((await connections.list()).map(({ name }) => name)).toEqual(['renamed'])
    expect(readdirSync(dataDir)).toEqual([])
    await connections.open(id)
    await connections.save({ profile: redis.connection({ name: 'other' }) })
    expect(onDisk()).not.toContain('renamed')
    expect((await (await load()).list()).map(({ name }) => name)).toEqual(['other'])
  })

  test('that can not be understood are kept aside, and the others hold', async () => {
    const { id } = await connections.save({ profile: redis.connection({ name: 'good' }) })
    const content = JSON.parse(onDisk()) as { connections: unknown[] }
    content.connections.push({ id: 'bad', name: 1 })
    writeFileSync(join(dataDir, 'connections.json'), JSON.stringify(content))
    expect(await (await load()).list()).toMatchObject([{ id, name: 'good' }])
    expect(readdirSync(dataDir)).toHaveLength(2)
    expect(await (await load()).list()).toHaveLength(1)
    expect(readdirSync(dataDir)).toHaveLength(2)
  })

  test('unknown ids are NOT_FOUND everywhere', async () => {
    const gone = { code: 'NOT_FOUND', data: { what: 'connection', name: 'gone' } }
    const uses: readonly (() => unknown)[] = [
      () => connections.get('gone'),
      () => connections.save({ id: 'gone', profile: redis.connection() }),
      () => connections.save({ secretsOf: 'gone', profile: redis.connection() }),
      () => connections.remove('gone'),
      () => connections.close('gone'),
      () => connections.status('gone'),
      () => connections.topology('gone'),
      () => connections.source('gone', 'orders').reader,
      () => connections.server('gone', 'orders'),
    ]
    for (const use of uses) await expect((async () => use())()).rejects.toMatchObject(gone)
    await expect(connections.open('gone')).rejects.toMatchObject(gone)
    await expect(connections.test({ id: 'gone', profile: redis.connection() })).rejects.toMatchObject(gone)
    expect(await connections.list()).toEqual([])
  })
})

describe('a test of a draft', () => {
  test('tells what the server is, and leaves nothing open or saved', async () => {
    const began = performance.now()
    const { server, latencyMs } = await connections.test({ profile: through(proxy) })
    expect(server).toMatchObject({ product: 'redis', role: 'master', mode: 'standalone' })
    expect(latencyMs).toBeGreaterThan(0)
    expect(latencyMs).toBeLessThan(performance.now() - began)
    await expect.poll(() => proxy.connections).toBe(0)
    expect(await connections.list()).toEqual([])
  })

  test('takes the known secrets of another connection; a typed one, or none, goes before', async () => {
    const profile = locked.connection()
    const { id } = await connections.save({ profile, secrets: { password: SECRET } })
    await expect(connections.test({ secretsOf: id, profile })).resolves.toHaveProperty('server.product')
    for (const password of [null, 'wrong']) {
      const other = connections.test({ secretsOf: id, profile, secrets: { password } })
      await expect(other).rejects.toMatchObject({
        data: { reason: password === null ? 'password-needed' : 'password-wrong' },
      })
    }
    const { id: copy, secrets } = await connections.save({ secretsOf: id, profile })
    expect([copy === id, secrets]).toEqual([false, ['password']])
    await connections.remove(id)
    await expect(connections.open(copy)).resolves.toMatchObject({ state: 'open' })
  })

  test('takes the known password of what is being changed', async () => {
    const profile = locked.connection()
    const { id } = await connections.save({ profile, secrets: { password: SECRET } })
    await expect(connections.test({ id, profile })).resolves.toHaveProperty('server.product')
    const none = connections.test({ id, profile, secrets: { password: null } })
    await expect(none).rejects.toMatchObject({ data: { reason: 'password-needed' } })
    expect((await connections.list()).find((each) => each.id === id)?.secrets).toEqual(['password'])
  })
})

describe('opening', () => {
  test('tells what the server is; a second one joins the first', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    expect(connections.status(id)).toMatchObject({
      connectionId: id,
      state: 'closed',
      latencyMs: null,
      server: null,
      replica: null,
      error: null,
      nodes: [],
    })
    const [first, second] = await Promise.all([connections.open(id), connections.open(id)])
    expect(first).toMatchObject({ state: 'open', server: { product: 'redis' } })
    expect(second).toEqual(first)
    await connections.open(id)
    expect(proxy.connections).toBe(1)
    expect(String(await connections.source(id, 'orders').reader.call('PING'))).toBe('PONG')
  })

  test('with a password that is kept in memory, and written nowhere', async () => {
    const { id } = await connections.save({ profile: locked.connection() })
    await expect(connections.open(id)).rejects.toMatchObject({ data: { reason: 'password-needed' } })
    expect(connections.status(id)).toMatchObject({ state: 'failed', error: { code: 'UNREACHABLE' } })
    await connections.open(id, SECRET)
    connections.close(id)
    expect(await connections.open(id)).toMatchObject({ state: 'open', error: null })
    expect((await connections.list()).find((each) => each.id === id)?.secrets).toEqual(['password'])
    const statuses = JSON.stringify(connections.status(id))
    for (const text of [memory.text(), onDisk(), statuses]) expect(text).not.toContain('never-on-disk')
  })

  test('fails with the reason, and can be tried again', async () => {
    const port = await freePort()
    const { id } = await connections.save({
      profile: redis.connection({ endpoint: { kind: 'tcp', host: redis.host, port } }),
    })
    await expect(connections.open(id)).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'refused' } })
    expect(() => connections.source(id, 'orders').reader).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ reason: 'not-open' }) as object }),
    )
    await connections.save({ id, profile: redis.connection() })
    expect(await connections.open(id)).toMatchObject({ state: 'open' })
  })

  test('what is closed gives nothing to send with', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    const reader = connections.source(id, 'orders').reader
    connections.close(id)
    expect(() => connections.topology(id).primaries()[0]!).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }))
    expect(() => connections.server(id, 'orders')).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }))
    await expect(reader.call('PING')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect.poll(() => proxy.connections).toBe(0)
  })

  test('closed while it opens stays closed', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    const struck = proxy.fault('INFO', { kind: 'delay', ms: 100 })
    const opening = connections.open(id)
    await struck
    connections.close(id)
    await expect(opening).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(connections.status(id)).toMatchObject({ state: 'closed', error: null })
    await expect.poll(() => proxy.connections).toBe(0)
  })

  test('a change of name or colour keeps it open, a change of server closes it', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    await connections.save({
      id,
      profile: through(proxy, { name: 'other', color: 'red', readOnly: true, environment: 'prod' }),
    })
    expect(connections.status(id).state).toBe('open')
    await connections.save({ id, profile: through(proxy, { db: 1 }) })
    expect(connections.status(id).state).toBe('closed')
    await connections.open(id)
    await connections.remove(id)
    await expect.poll(() => proxy.connections).toBe(0)
  })
})

describe('a lost connection', () => {
  test('comes back by itself, and what the server has is read again', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    proxy.refuse()
    proxy.cut()
    const lost = await untilState(id, 'reconnecting')
    expect(lost).toMatchObject({ server: { product: 'redis' }, error: { code: 'UNREACHABLE' } })
    await expect(connections.source(id, 'orders').reader.call('PING')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await redis.cli('CONFIG', 'SET', 'notify-keyspace-events', 'Ex')
    const ready = connections.whenReady(id, 'orders')
    proxy.accept()
    await ready
    expect(connections.status(id)).toMatchObject({ state: 'open', error: null, server: { keyspaceEvents: 'xE' } })
    expect(String(await connections.source(id, 'orders').reader.call('PING'))).toBe('PONG')
    await redis.cli('CONFIG', 'SET', 'notify-keyspace-events', '')
  })

  test('is not open again while the server still loads', () =>
    withRedis(
      async (loading) => {
        const { id } = await connections.save({ profile: loading.connection() })
        await connections.open(id)
        await loading.client().eval("for i = 1, 3000 do redis.call('SET', 'key:' .. i, i) end", 0)
        const restarting = loading.restart({ keepData: true })
        const seen: string[] = []
        await until(id, ({ state, error }) => {
          seen.push(`${state} ${(error?.data as { reason?: string } | undefined)?.reason ?? ''}`)
          return state === 'open' && seen.some((text) => text.startsWith('reconnecting'))
        })
        await restarting
        expect(seen).toContain('reconnecting loading')
        expect(await connections.source(id, 'orders').reader.call('DBSIZE')).toBe('3000')
      },
      { config: ['key-load-delay 500', 'loading-process-events-interval-bytes 1024'] },
    ))

  test('is given up when the password is wrong by now', () =>
    withRedis(async (changed) => {
      const { id } = await connections.save({ profile: changed.connection() })
      await connections.open(id)
      await changed.cli('CONFIG', 'SET', 'requirepass', 'new')
      const failed = untilState(id, 'failed')
      await changed.cli('-a', 'new', 'CLIENT', 'KILL', 'TYPE', 'normal')
      expect(await failed).toMatchObject({ error: { data: { reason: 'password-needed' } } })
      await expect(connections.whenReady(id, 'orders')).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(await connections.open(id, 'new')).toMatchObject({ state: 'open' })
    }))

  test.each(['-ping', '-ping -time'])('comes back to a user with the rules %s', async (rules) => {
    const refused = rules.split(' ')
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', ...refused)
    const { id } = await connections.save({ profile: through(proxy, { username: 'lim' }), secrets: { password: 'pw' } })
    await connections.open(id)
    proxy.refuse()
    proxy.cut()
    await untilState(id, 'reconnecting')
    proxy.accept()
    expect(await untilState(id, 'open')).toMatchObject({ error: null })
  })

  test('does not while a replica has lost its primary', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    void proxy.fault('PING', { kind: 'answer', reply: '-MASTERDOWN Link with MASTER is down\r\n' })
    proxy.cut()
    const told = await until(id, ({ state, error }) => state === 'reconnecting' && error?.code === 'REDIS')
    expect(told).toMatchObject({ error: { data: { prefix: 'MASTERDOWN' } } })
    expect(await untilState(id, 'open')).toMatchObject({ error: null })
  })

  test('who waits for it hears when it is closed, and can stop waiting', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    await connections.whenReady(id, 'orders')
    proxy.refuse()
    proxy.cut()
    await untilState(id, 'reconnecting')
    const waiting = connections.whenReady(id, 'orders')
    const stop = new AbortController()
    const stopped = connections.whenReady(id, 'orders', stop.signal)
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    connections.close(id)
    await expect(waiting).rejects.toMatchObject({ data: { reason: 'not-open' } })
  })
})

describe('the round trip', () => {
  test('is measured while somebody watches, and only then', async () => {
    const { id } = await connections.save({ profile: through(proxy) })
    await connections.open(id)
    const before = proxy.commands.filter((name) => name === 'PING').length
    void proxy.fault('PING', { kind: 'delay', ms: 60 })
    const { latencyMs } = await until(id, (status) => status.latencyMs !== null)
    expect(latencyMs).toBeGreaterThan(50)
    expect(proxy.commands.filter((name) => name === 'PING')).toHaveLength(before + 1)
  })

  test('is measured by TIME where PING is refused, which is asked for once', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', '-ping')
    const { id } = await connections.save({ profile: through(proxy, { username: 'lim' }), secrets: { password: 'pw' } })
    await connections.open(id)
    for (const _ of [1, 2, 3]) await connections.topology(id).primaries()[0]?.ping()
    void proxy.fault('TIME', { kind: 'delay', ms: 60 })
    const { latencyMs } = await until(id, (status) => status.latencyMs !== null && status.latencyMs > 50)
    expect(latencyMs).toBeGreaterThan(50)
    expect(proxy.commands.filter((name) => name === 'PING')).toHaveLength(1)
  })

  test('is not known where nothing is left to measure by, and nothing is sent for it', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all', '-ping', '-time')
    const profile = through(proxy, { username: 'lim' })
    const { id } = await connections.save({ profile, secrets: { password: 'pw' } })
    await connections.open(id)
    const sent = () => proxy.commands.filter((name) => name === 'PING' || name === 'TIME')
    const before = sent().length
    expect(await connections.topology(id).primaries()[0]?.ping()).toBeNull()
    expect(sent()).toHaveLength(before)
    expect(await connections.test({ profile, secrets: { password: 'pw' } })).toMatchObject({ latencyMs: null })
  })
})
