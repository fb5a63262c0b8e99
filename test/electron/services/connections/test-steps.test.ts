import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { HostKey } from '../../../../shared/model/host-key'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { describeUnless } from '../../../helpers/describe-unless'
import { requireBinary } from '../../../helpers/find-binary'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { startSentinels, PRIMARY_NAME, type TestSentinels } from '../../../helpers/redis-sentinel'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { freePort } from '../../../helpers/server-process'
import { makeSshKey, type SshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../../helpers/ssh-server'
import { makeTlsFiles, type TlsFiles } from '../../../helpers/tls-files'
import { createSshWorld, tunnel, type SshWorld, type TypedSecrets } from './ssh-kit'
import { trySteps, type Tried } from './try-steps'

let world: SshWorld
beforeEach(async () => {
  world = await createSshWorld({ connectTimeoutMs: 1_500, commandTimeoutMs: 1_500 })
})
afterEach(() => world.close())

const tryOut = (profile: ConnectionProfile, secrets: TypedSecrets = {}, signal?: AbortSignal): Promise<Tried> =>
  trySteps(world.connections, profile, secrets, signal)

describe('one server', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({
      password: 'secret',
      unixSocket: true,
      users: [
        'off off >pw ~* +@all',
        'looks on >pw ~* +@all -xclaim -xinfo|groups -@dangerous +info',
        'blind on >pw ~* +@all -scan',
        'some on >pw ~a* +@all',
      ],
    })
    await redis.cli('XADD', 'orders', '*', 'a', 'b')
  })
  afterAll(() => redis.stop())
  const at = (port: number, host = '127.0.0.1') => redis.connection({ endpoint: { kind: 'tcp', host, port } })
  const ALL = ['name good', 'socket good', 'login good', 'server good', 'topology good', 'rights good', 'streams good']

  test('each step is told as it begins and as it ends, with its time and finding; nothing is written', async () => {
    const writes = async () => /rdb_changes_since_last_save:\d+/.exec(await redis.cli('INFO', 'persistence'))?.[0]
    const before = await writes()
    const events: string[] = []
    for await (const event of world.connections.testSteps({
      profile: redis.connection(),
      secrets: { password: 'secret' },
    })) {
      events.push(event.kind === 'step' ? `${event.step.name} ${event.step.state}` : 'result')
    }
    expect(events).toEqual([...ALL.flatMap((each) => [each.replace('good', 'running'), each]), 'result'])
    const { steps, result, said } = await tryOut(redis.connection(), { password: 'secret' })
    expect(result).toBe(redis.version)
    expect(steps.every(({ ms }) => ms !== null && ms >= 0)).toBe(true)
    expect(said('server')).toMatch(new RegExp(`Redis ${redis.version}.*master.*round trip`))
    expect(said('streams')).toContain('1 stream')
    expect(await writes()).toBe(before)
    await expect.poll(async () => (await redis.cli('CLIENT', 'LIST')).includes('name=sluice')).toBe(false)
  })

  test('by its socket', async () => {
    const profile = redis.connection({ endpoint: { kind: 'unix', path: redis.unixSocket } })
    expect((await tryOut(profile, { password: 'secret' })).ended).toEqual(ALL.slice(1))
    const none = await tryOut(redis.connection({ endpoint: { kind: 'unix', path: '/nothing/here.sock' } }))
    expect(none.ended).toEqual(['socket failed'])
    expect(none.said('socket')).toContain('Nothing listens')
  })

  test('a host that there is not, a port where nobody listens, one that says nothing', async () => {
    const unknown = await tryOut(at(6379, 'no-such-host.invalid'))
    expect(unknown.ended).toEqual(['name failed'])
    expect(unknown.said('name')).toContain('No host of that name')
    const refused = await tryOut(at(await freePort()))
    expect(refused.ended).toEqual(['name good', 'socket failed'])
    expect(refused.said('socket')).toContain('Nothing listens')
    const silent = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const quiet = await tryOut(at((silent.address() as AddressInfo).port))
    silent.close()
    expect(quiet.ended).toEqual(['name good', 'socket good', 'login failed'])
    expect(quiet.said('login')).toContain('did not answer in time')
  })

  test('no password, a wrong one, a user who is off', async () => {
    expect((await tryOut(redis.connection())).said('login')).toContain('No password was given')
    const wrong = await tryOut(redis.connection(), { password: 'wrong-one' })
    expect(wrong.ended.at(-1)).toBe('login failed')
    expect(wrong.said('login')).toContain('The password of “default” is wrong')
    expect(wrong.result).toBeNull()
    expect(JSON.stringify(wrong.steps)).not.toContain('wrong-one')
    const off = await tryOut(redis.connection({ username: 'off' }), { password: 'pw' })
    expect(off.said('login')).toMatch(/“off” is wrong, or .* disabled/)
  })

  test('what the ACL denies is named, with how to allow it', async () => {
    const { said, result } = await tryOut(redis.connection({ username: 'looks' }), { password: 'pw' })
    expect(said('rights')).toMatch(/denied: XINFO GROUPS, XCLAIM/)
    expect(said('rights')).toContain('ACL SETUSER looks +xinfo|groups +xclaim')
    expect(result).toBe(redis.version)
    const readOnly = await tryOut(redis.connection({ username: 'looks', readOnly: true }), { password: 'pw' })
    expect(readOnly.said('rights')).not.toContain('XCLAIM')
    const blind = await tryOut(redis.connection({ username: 'blind' }), { password: 'pw' })
    expect(blind.said('streams')).toContain('SCAN is denied')
    expect(blind.result).toBe(redis.version)
    expect((await tryOut(redis.connection({ username: 'some' }), { password: 'pw' })).said('rights')).toContain(
      'some keys',
    )
  })

  test('a database that there is not; one without streams', async () => {
    expect((await tryOut(redis.connection({ db: 99 }), { password: 'secret' })).said('login')).toContain('no database')
    const empty = await tryOut(redis.connection({ db: 3 }), { password: 'secret' })
    expect(empty.ended.at(-1)).toBe('streams warn')
    expect(empty.said('streams')).toContain('none in database 3')
  })

  test.each([
    ['-DENIED Redis is running in protected mode because protected mode is enabled', 'protected mode'],
    ['-ERR max number of clients reached', 'maxclients'],
    ['-LOADING Redis is loading the dataset in memory', 'still loading'],
  ])('%s', async (reply, words) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.end(`${reply}\r\n`))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { said, ended } = await tryOut(at((server.address() as AddressInfo).port))
    server.close()
    expect(ended.at(-1)).toBe('login failed')
    expect(said('login')).toContain(words)
  })

  test('is stopped at once, whatever it waits for, and leaves nothing open', async () => {
    const proxy = await startFaultProxy(redis)
    try {
      const leave = new AbortController()
      const isStuck = proxy.fault('SCAN', { kind: 'delay', ms: 60_000 })
      const tried = tryOut(at(proxy.port), { password: 'secret' }, leave.signal)
      await isStuck
      leave.abort()
      const { ended, result } = await tried
      expect(ended.at(-1)).toMatch(/ running$/)
      expect(result).toBeNull()
      await expect.poll(() => proxy.connections).toBe(0)
    } finally {
      await proxy.stop()
    }
  })

  test('a replica tells its primary, and whether it hears of it', async () => {
    const replica = await startRedis({ config: ['masterauth secret'] })
    try {
      await replica.cli('REPLICAOF', redis.host, String(redis.port))
      await expect.poll(() => replica.cli('INFO', 'replication')).toContain('master_link_status:up')
      const { said, ended } = await tryOut(replica.connection())
      expect(ended).toContain('topology warn')
      expect(said('topology')).toMatch(/only read from.*link to the primary is up/)
    } finally {
      await replica.stop()
    }
  })
})

describe('TLS', () => {
  let redis: TestRedis
  let mutual: TestRedis
  let plain: TestRedis
  let own: TlsFiles
  let stranger: TlsFiles
  beforeAll(async () => {
    redis = await startRedis({ tls: true, config: ['tls-auth-clients no'] })
    mutual = await startRedis({ tls: true, config: ['tls-auth-clients yes'] })
    plain = await startRedis()
    own = redis.tls!
    stranger = await makeTlsFiles()
  })
  afterAll(async () => {
    await Promise.all([redis.stop(), mutual.stop(), plain.stop()])
  })
  const by = (server: TestRedis, tls: Partial<NonNullable<ConnectionProfile['tls']>> = {}) =>
    server.connection({ tls: { ca: own.ca, cert: '', serverName: '', verify: true, ...tls } })

  test('who it is, by whom, and for how long', async () => {
    const { said, ended } = await tryOut(by(redis))
    expect(ended).toContain('tls good')
    expect(said('tls')).toMatch(/TLSv1\.3, certificate of “localhost” by “Sluice test authority” \| valid for/)
  })

  test('an authority that is not known; a name that it is not for', async () => {
    const unknown = await tryOut(by(redis, { ca: stranger.ca }))
    expect(unknown.ended.at(-1)).toBe('tls failed')
    expect(unknown.said('tls')).toContain('which this system does not trust')
    const wrong = await tryOut(by(redis, { serverName: 'redis.example' }))
    expect(wrong.ended.at(-1)).toBe('tls failed')
    expect(wrong.said('tls')).toMatch(/not for redis\.example, but for DNS:localhost/)
  })

  test('unchecked it works, with a warning of what would be refused', async () => {
    const { said, ended, result } = await tryOut(by(redis, { ca: stranger.ca, verify: false }))
    expect(ended).toContain('tls warn')
    expect(said('tls')).toContain('not checked')
    expect(result).toBe(redis.version)
  })

  test('a certificate that has expired', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-expired-'))
    try {
      const openssl = (...args: string[]) => execFileSync(requireBinary('openssl'), args, { cwd: dir, stdio: 'pipe' })
      const times = ['-not_before', '20200101000000Z', '-not_after', '20200201000000Z']
      writeFileSync(join(dir, 'ca.cnf'), CA_CONFIG)
      writeFileSync(join(dir, 'index.txt'), '')
      writeFileSync(join(dir, 'serial'), '01')
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'ca.key',
        '-out',
        'ca.crt',
        '-subj',
        '/CN=old',
        '-days',
        '2',
      )
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=localhost')
      openssl(
        'ca',
        '-batch',
        '-config',
        'ca.cnf',
        '-in',
        'own.csr',
        '-out',
        'own.crt',
        '-startdate',
        times[1]!,
        '-enddate',
        times[3]!,
      )
      const read = (name: string) => readFileSync(join(dir, name), 'utf8')
      const server = createTlsServer({ cert: read('own.crt'), key: read('own.key') }).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      const endpoint = { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port } as const
      const tls = { ca: read('ca.crt'), cert: '', serverName: '', verify: true }
      const { said } = await tryOut(redis.connection({ endpoint, tls }))
      server.close()
      expect(said('tls')).toContain('The certificate has expired: 2020-02-01.')
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  test('TLS behind a plain connection, and the other way round', async () => {
    const tlsPort = await tryOut(redis.connection({ tls: null }))
    expect(tlsPort.ended.at(-1)).toBe('login failed')
    expect(tlsPort.said('login')).toContain('TLS is spoken at this port. | Switch TLS on.')
    const plainPort = await tryOut(by(plain))
    expect(plainPort.ended.at(-1)).toBe('tls failed')
    expect(plainPort.said('tls')).toContain('A Redis without TLS answers at this port.')
  })

  test('a server that asks for a certificate', async () => {
    const { ca, cert, key } = mutual.tls!
    const without = await tryOut(by(mutual, { ca }))
    expect(without.ended.at(-1)).toBe('login failed')
    expect(without.said('login')).toContain('client certificate')
    const wrongKey = await tryOut(by(mutual, { ca, cert }), { 'tls-key': stranger.key })
    expect(wrongKey.ended.at(-1)).toBe('tls failed')
    expect((await tryOut(by(mutual, { ca, cert }), { 'tls-key': key })).result).toBe(mutual.version)
  })
})

const CA_CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = IP:127.0.0.1
`

describe('a cluster', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())
  const nodes = (...ports: number[]) => ({
    kind: 'cluster' as const,
    nodes: ports.map((port) => ({ host: '127.0.0.1', port })),
  })
  const first = () => cluster.primaries[0]!

  test('the first node that answers tells of all; one that does not is shown', async () => {
    const dead = await freePort()
    const { ended, said, result } = await tryOut(first().connection({ endpoint: nodes(dead, first().port) }))
    expect(ended.slice(0, 3)).toEqual(['name good', 'socket failed', 'name good'])
    expect(said('topology')).toContain('3 primaries with all slots')
    expect(result).toBe(first().version)
  })

  test('a node that is no cluster says so', async () => {
    const alone = await startRedis()
    const { ended, said } = await tryOut(alone.connection({ endpoint: nodes(alone.port) }))
    await alone.stop()
    expect(ended.at(-1)).toBe('topology failed')
    expect(said('topology')).toContain('no node of a cluster')
  })

  test('opened as one server it says what it is part of', async () => {
    const { ended, said } = await tryOut(first().connection())
    expect(ended).toContain('topology warn')
    expect(said('topology')).toContain('one node of a cluster')
  })
})

describe('sentinels', () => {
  let world3: TestSentinels
  beforeAll(async () => {
    world3 = await startSentinels({ sentinels: 2 })
  })
  afterAll(() => world3.stop())

  test('each is asked, and the primary that they name is tried', async () => {
    const { ended, said, result } = await tryOut(world3.connection())
    const primary = await world3.primary()
    expect(ended.filter((each) => each.startsWith('topology'))).toEqual([
      'topology good',
      'topology good',
      'topology good',
    ])
    expect(said('topology')).toContain(`names 127.0.0.1:${primary.port}`)
    expect(result).toBe(primary.version)
  })

  test('a name that they do not know: they say whom they watch', async () => {
    const { ended, said, result } = await tryOut(world3.connection({ primary: 'other' }))
    expect(ended.at(-1)).toBe('topology failed')
    expect(said('topology')).toMatch(new RegExp(`knows no primary called “other”.*it watches ${PRIMARY_NAME}`))
    expect(result).toBeNull()
  })

  test('one that is no sentinel, beside one that is', async () => {
    const server = world3.servers[0]!
    const endpoint = {
      nodes: [
        { host: server.host, port: server.port },
        { host: '127.0.0.1', port: world3.sentinels[0]!.port },
      ],
    }
    const { ended, said, result } = await tryOut(world3.connection(endpoint))
    expect(ended).toContain('topology failed')
    expect(said('topology')).toContain('is no sentinel')
    expect(result).not.toBeNull()
  })
})

describeUnless(noSshd, 'through SSH', () => {
  let sshd: TestSshd
  let redis: TestRedis
  let key: SshKey
  beforeAll(async () => {
    key = await makeSshKey()
    ;[sshd, redis] = await Promise.all([startSshd({ authorized: [key] }), startRedis()])
  })
  afterAll(async () => {
    await Promise.all([sshd.stop(), redis.stop()])
  })
  const by = (changes: Partial<ConnectionProfile> = {}) => redis.connection({ ssh: tunnel(sshd.hop()), ...changes })
  const secrets = () => ({ 'ssh-key': key.private })
  const trust = async (): Promise<Tried> => {
    const asked = await tryOut(by(), secrets())
    const data = asked.steps[0]?.error?.data as { readonly hostKey: HostKey }
    await world.connections.acceptHostKey(data.hostKey)
    return asked
  }

  test('its key is a question first; then each step goes that way', async () => {
    expect((await trust()).ended).toEqual(['ssh failed'])
    const { ended, result } = await tryOut(by(), secrets())
    expect(ended.slice(0, 3)).toEqual(['ssh good', 'socket good', 'login good'])
    expect(result).toBe(redis.version)
    const dead = { kind: 'tcp', host: '127.0.0.1', port: await freePort() } as const
    expect((await tryOut(by({ endpoint: dead }), secrets())).ended).toEqual(['ssh good', 'socket failed'])
    await expect.poll(() => sshd.connections()).toBe(0)
  })

  test('a login that is refused', async () => {
    await trust()
    const other = await makeSshKey()
    const { ended, said } = await tryOut(by(), { 'ssh-key': other.private })
    expect(ended).toEqual(['ssh failed'])
    expect(said('ssh')).toContain('refused')
  })
})
