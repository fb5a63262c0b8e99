import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTunnel } from '../../../../electron/redis/ssh/tunnel'
import { grantWritePermit } from '../../../../electron/redis/write-permit'
import { range } from '../../../../electron/redis/xrange'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { describeUnless } from '../../../helpers/describe-unless'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startCluster } from '../../../helpers/redis-cluster'
import { startSentinels } from '../../../helpers/redis-sentinel'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { freePort } from '../../../helpers/server-process'
import { makeSshKey, type SshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../../helpers/ssh-server'
import { createSshWorld, tunnel, type SshWorld } from './ssh-kit'

const KEY = Buffer.from('orders')

describeUnless(noSshd, 'a connection through SSH', () => {
  let redis: TestRedis
  let sshd: TestSshd
  let bastion: TestSshd
  let key: SshKey
  let bastionKey: SshKey
  let world: SshWorld
  beforeAll(async () => {
    redis = await startRedis({ unixSocket: true })
    ;[key, bastionKey] = await Promise.all([makeSshKey(), makeSshKey()])
    sshd = await startSshd({ authorized: [key] })
    bastion = await startSshd({ authorized: [bastionKey] })
  })
  afterAll(async () => {
    await sshd.stop()
    await bastion.stop()
    await redis.stop()
  })
  beforeEach(async () => {
    world = await createSshWorld()
  })
  afterEach(() => world.close())

  const secrets = () => ({ 'ssh-key': key.private, 'jump-key': bastionKey.private })
  const profile = (changes: Partial<ConnectionProfile> = {}) =>
    redis.connection({ ssh: tunnel(sshd.hop()), ...changes })
  const opened = (changes?: Partial<ConnectionProfile>) => world.trustAndOpen(profile(changes), secrets())
  const length = async (id: string) =>
    Number(await world.connections.source(id, 'orders').reader.call('XLEN', Buffer.from('none')))
  const state = (id: string) => world.connections.status(id).state
  const name = (at: TestSshd) => `${at.hop().username}@127.0.0.1:${at.port}`
  const nobody = async (): Promise<ConnectionProfile['endpoint']> => ({
    kind: 'tcp',
    host: '127.0.0.1',
    port: await freePort(),
  })

  test('one SSH connection serves all of it, and ends when it is closed', async () => {
    const id = await opened()
    const beside = [1, 2, 3].map(() => world.connections.topology(id).beside(KEY, 'blocking'))
    await Promise.all(beside.map((each) => each.open()))
    expect(sshd.connections()).toBe(1)
    for (const each of beside) each.close()
    world.connections.close(id)
    await expect.poll(() => sshd.connections()).toBe(0)
    await world.connections.open(id)
    expect(await length(id)).toBe(0)
    await world.connections.remove(id)
    await expect.poll(() => sshd.connections()).toBe(0)
  })

  test('a trial leaves no SSH connection behind, be it refused', async () => {
    await opened()
    const draft = { profile: profile(), secrets: secrets() }
    expect(await world.connections.test(draft)).toMatchObject({ server: { version: redis.version } })
    const elsewhere = { ...draft, profile: profile({ endpoint: await nobody() }) }
    await expect(world.connections.test(elsewhere)).rejects.toMatchObject({ data: { reason: 'ssh-unreached' } })
    await expect.poll(() => sshd.connections()).toBe(1)
  })

  test('through a jump host, which has a login of its own', async () => {
    const ssh = tunnel(sshd.hop(), bastion.hop())
    const id = await opened({ ssh })
    expect(await length(id)).toBe(0)
    expect(bastion.log).toContain(`target ${sshd.host} port ${sshd.port}`)
    world.connections.close(id)
    await expect.poll(() => sshd.connections() + bastion.connections()).toBe(0)
    const { 'ssh-key': only } = secrets()
    expect(await world.refusal(profile({ ssh }), { 'ssh-key': only })).toMatchObject({
      ...{ reason: 'ssh-key', endpoint: name(bastion) },
    })
    const swapped = { 'ssh-key': key.private, 'jump-key': key.private }
    expect(await world.refusal(profile({ ssh }), swapped)).toMatchObject({
      reason: 'ssh-auth',
      endpoint: name(bastion),
    })
    const second = { 'ssh-key': bastionKey.private, 'jump-key': bastionKey.private }
    expect(await world.refusal(profile({ ssh }), second)).toMatchObject({ reason: 'ssh-auth', endpoint: name(sshd) })
    await expect.poll(() => sshd.connections() + bastion.connections()).toBe(0)
  })

  test('a jump host that leads nowhere is told from one that may not lead on', async () => {
    await opened({ ssh: tunnel(sshd.hop(), bastion.hop()) })
    const gone = tunnel(sshd.hop({ port: await freePort() }), bastion.hop())
    const refused = await world.refusal(profile({ ssh: gone }), secrets())
    expect(refused).toMatchObject({ reason: 'ssh-unreached', endpoint: `127.0.0.1:${gone.port} from ${name(bastion)}` })
    await bastion.restart({ config: ['AllowTcpForwarding no'] })
    expect(await world.refusal(profile({ ssh: tunnel(sshd.hop(), bastion.hop()) }), secrets())).toMatchObject({
      ...{ reason: 'ssh-forward-denied', endpoint: `127.0.0.1:${sshd.port} from ${name(bastion)}` },
    })
    await bastion.restart({ config: [] })
  })

  test('nothing listens behind it: the SSH server says so, and where', async () => {
    await opened()
    const endpoint = await nobody()
    const refused = await world.refusal(profile({ endpoint }), secrets())
    const port = endpoint.kind === 'tcp' && endpoint.port
    expect(refused).toMatchObject({
      ...{ reason: 'ssh-unreached', endpoint: `127.0.0.1:${port} from ${name(sshd)}` },
      detail: { code: 'verbatim', params: { text: 'Connection refused' } },
    })
    const unknown = await world.refusal(
      profile({ endpoint: { kind: 'tcp', host: 'no-host.invalid', port: 1 } }),
      secrets(),
    )
    expect(unknown).toMatchObject({ reason: 'ssh-unreached', endpoint: `no-host.invalid:1 from ${name(sshd)}` })
  })

  test('no SSH server there, and none of that name', async () => {
    const at = (changes: object) => profile({ ssh: tunnel(sshd.hop(changes)) })
    expect(await world.refusal(at({ port: await freePort() }), secrets())).toMatchObject({ reason: 'ssh-refused' })
    expect(await world.refusal(at({ host: 'no-host.invalid' }), secrets())).toMatchObject({
      ...{ reason: 'ssh-not-found', endpoint: `${sshd.hop().username}@no-host.invalid:${sshd.port}` },
    })
  })

  test('secrets are asked for once the server is reached, and not over and over while it is down', async () => {
    let asked = 0
    let port = await freePort()
    const through = createTunnel({
      way: () => tunnel({ ...sshd.hop(), port }),
      secrets: () => {
        asked += 1
        return Promise.resolve({ password: null, key: key.private, passphrase: null })
      },
      known: () => Promise.resolve({ keys: [], revoked: [], authority: null }),
      log: createMemoryLog().log,
    })
    for (const _ of [1, 2]) await expect(through.connect()).rejects.toMatchObject({ data: { reason: 'ssh-refused' } })
    expect(asked).toBe(0)
    port = sshd.port
    await expect(through.connect()).rejects.toMatchObject({ data: { reason: 'ssh-host-unknown' } })
    expect(asked).toBe(1)
  })

  test('a server that goes while the secrets are asked for', async () => {
    const going = await startSshd({ authorized: [key] })
    const through = createTunnel({
      way: () => tunnel(going.hop()),
      async secrets() {
        await going.stop()
        return { password: null, key: key.private, passphrase: null }
      },
      known: () => Promise.resolve({ keys: [], revoked: [], authority: null }),
      log: createMemoryLog().log,
    })
    await expect(through.connect()).rejects.toMatchObject({ data: { reason: 'ssh-closed' } })
  })

  test('a Redis that wants a password, and one that speaks TLS, tell the same as without a tunnel', async () => {
    await opened()
    const locked = await startRedis({ password: 'sesame' })
    const through = { ssh: tunnel(sshd.hop()) }
    expect(await world.refusal(locked.connection(through), secrets())).toMatchObject({ reason: 'password-needed' })
    await world.open(locked.connection(through), { ...secrets(), password: 'sesame' })
    const secure = await startRedis({ tls: true, config: ['tls-auth-clients yes'] })
    const { tls } = secure.connection()
    expect(await world.refusal(secure.connection({ ...through, tls: null }), secrets())).toMatchObject({
      reason: 'closed',
    })
    expect(await world.refusal(secure.connection(through), secrets())).toMatchObject({ reason: 'tls-client' })
    const distrusting = { ...tls!, ca: '' }
    expect(await world.refusal(secure.connection({ ...through, tls: distrusting }), secrets())).toMatchObject({
      reason: 'tls',
    })
    const proven = { ...through, tls: { ...tls!, cert: secure.tls!.cert } }
    const id = await world.open(secure.connection(proven), { ...secrets(), 'tls-key': secure.tls!.key })
    expect(await length(id)).toBe(0)
    const misnamed = { ...proven, tls: { ...proven.tls, serverName: 'other.invalid' } }
    const keys = { ...secrets(), 'tls-key': secure.tls!.key }
    expect(await world.refusal(secure.connection(misnamed), keys)).toMatchObject({ reason: 'tls' })
    await secure.stop()
    await locked.stop()
  })

  test('to a Unix socket on the other side', async () => {
    const id = await opened({ endpoint: { kind: 'unix', path: redis.unixSocket } })
    expect(await length(id)).toBe(0)
    expect(
      await world.refusal(profile({ endpoint: { kind: 'unix', path: '/nothing/here' } }), secrets()),
    ).toMatchObject({
      reason: 'ssh-unreached',
    })
  })

  test('a large reply and many small ones come through whole', async () => {
    const id = await opened()
    const client = redis.client()
    await client.xadd('large', '*', 'body', 'x'.repeat(20_000_000))
    const from = world.connections.source(id, 'large').reader
    const large = await range(from, Buffer.from('large'), { from: '-', to: '+', count: 1 })
    expect(large[0]?.fields[1]?.length).toBe(20_000_000)
    const { reader } = world.connections.source(id, 'orders')
    const many = await Promise.all(Array.from({ length: 2_000 }, () => reader.call('XLEN', KEY)))
    expect(many.map(Number)).toEqual(many.map(() => 0))
    await client.del('large')
  })

  test('an SSH connection that is lost is made anew; what was lost says why', async () => {
    const id = await opened()
    const told = world.trouble(id)
    sshd.drop()
    expect(await told).toMatchObject({ data: { reason: 'ssh-closed', endpoint: name(sshd) } })
    await expect.poll(() => state(id)).toBe('open')
    expect(await length(id)).toBe(0)
    expect(sshd.connections()).toBe(1)
  })

  test('while the SSH server is down it is tried again and again, and works once that is back', async () => {
    const id = await opened()
    await sshd.kill()
    await expect
      .poll(() => world.connections.status(id))
      .toMatchObject({
        ...{ state: 'reconnecting', error: { data: { reason: 'ssh-refused' } } },
      })
    await sshd.restart()
    expect(await world.connections.whenReady(id, 'orders')).toBe(true)
    expect(await length(id)).toBe(0)
  })

  test('one that comes back with another key, or lets nobody in, is not tried again by itself', async () => {
    const id = await opened()
    await sshd.restart({ hostKeys: [await makeSshKey()] })
    await expect
      .poll(() => world.connections.status(id))
      .toMatchObject({
        ...{ state: 'failed', error: { data: { reason: 'ssh-host-changed' } } },
      })
    await sshd.restart({ hostKeys: [sshd.hostKey], authorized: [] })
    await expect(world.connections.open(id)).rejects.toMatchObject({ data: { reason: 'ssh-auth' } })
    await sshd.restart({ authorized: [key] })
    await world.connections.open(id)
  })

  test('an SSH connection that stands still is given up, and made anew', async () => {
    const quick = await createSshWorld({ sshKeepAliveMs: 100 })
    const own = await startSshd({ authorized: [key] })
    const id = await quick.trustAndOpen(redis.connection({ ssh: tunnel(own.hop()) }), secrets())
    const told = quick.trouble(id)
    own.freeze()
    expect(await told).toMatchObject({ data: { reason: 'ssh-timeout', endpoint: name(own) } })
    expect(await quick.connections.whenReady(id, 'orders')).toBe(true)
    quick.close()
    await own.stop()
  })

  test('a Redis that goes and comes back costs no further login', async () => {
    const own = await startRedis()
    await opened()
    const id = await world.open(own.connection({ ssh: tunnel(sshd.hop()) }), secrets())
    const logins = () => sshd.log.split('Accepted publickey').length
    const before = logins()
    await own.kill()
    await expect.poll(() => world.connections.status(id).error).toMatchObject({ data: { reason: 'ssh-unreached' } })
    await own.restart()
    await world.connections.whenReady(id, 'orders')
    expect(logins()).toBe(before)
    await own.stop()
  })

  test('other settings of the way take another one at once', async () => {
    const id = await opened()
    const second = await startSshd({ authorized: [key] })
    const changed = profile({ ssh: tunnel(second.hop()) })
    const again = { 'ssh-key': key.private }
    await world.connections.save({ id, profile: changed, secrets: again })
    expect(state(id)).toBe('closed')
    await expect(world.connections.open(id)).rejects.toMatchObject({ data: { reason: 'ssh-host-unknown' } })
    await world.connections.acceptHostKey({ host: second.host, port: second.port, ...second.hostKey })
    await world.connections.open(id)
    await expect.poll(() => [sshd.connections(), second.connections()]).toEqual([0, 1])
    await second.stop()
  })

  test('every node of a cluster is reached through it', async () => {
    const cluster = await startCluster()
    const [first] = cluster.primaries
    const seed = { host: first!.host, port: first!.port }
    const id = await opened({ endpoint: { kind: 'cluster', nodes: [seed] } })
    for (const { host, port } of cluster.primaries) {
      await expect.poll(() => sshd.log).toContain(`target ${host} port ${port}`)
    }
    for (const each of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const at = Buffer.from(each)
      await world.connections.topology(id).clientOf(at).writer(grantWritePermit()).write('XADD', at, '*', 'n', '1')
    }
    expect(sshd.connections()).toBe(1)
    sshd.drop()
    await expect.poll(() => world.connections.status(id).nodes.map((node) => node.state)).toContain('reconnecting')
    await expect
      .poll(() => world.connections.status(id).nodes.map((node) => node.state))
      .toEqual(['open', 'open', 'open'])
    expect(sshd.connections()).toBe(1)
    await cluster.stop()
  })

  test('the sentinels and the primary they name are reached through it; a failover is followed', async () => {
    const ha = await startSentinels({ sentinels: 1 })
    const made = ha.connection()
    const id = await world.trustAndOpen({ ...made, ssh: tunnel(sshd.hop()) }, secrets())
    for (const { host, port } of [...ha.sentinels, await ha.primary()]) {
      expect(sshd.log).toContain(`target ${host} port ${port}`)
    }
    const after = await ha.failOver()
    await expect.poll(() => sshd.log).toContain(`target ${after.host} port ${after.port}`)
    await world.connections.whenReady(id, 'orders')
    expect(sshd.connections()).toBe(1)
    await ha.stop()
  })
})
