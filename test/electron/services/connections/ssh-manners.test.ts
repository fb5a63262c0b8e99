import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeUnless } from '../../../helpers/describe-unless'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { startScriptedSsh, type ScriptedSsh, type ScriptedSshSetup } from '../../../helpers/scripted-ssh-server'
import { noSshd } from '../../../helpers/ssh-server'
import { createSshWorld, tunnel, type SshWorld } from './ssh-kit'

const SECRET = 'a-password "of" the SSH %&'

describeUnless(noSshd, 'servers with passwords, and with bad manners', () => {
  let redis: TestRedis
  let world: SshWorld
  const running: ScriptedSsh[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    world = await createSshWorld({ connectTimeoutMs: 2_000 })
  })
  afterEach(async () => {
    world.close()
    await Promise.all(running.splice(0).map((each) => each.stop()))
  })
  const start = async (setup: ScriptedSshSetup): Promise<ScriptedSsh> => {
    const server = await startScriptedSsh({ hosts: { 'inner.invalid': redis }, ...setup })
    running.push(server)
    await world.connections.acceptHostKey(server.hostKey)
    return server
  }
  const inner = { endpoint: { kind: 'tcp', host: 'inner.invalid', port: 6379 } } as const
  const through = (server: ScriptedSsh) => redis.connection({ ...inner, ssh: tunnel(server.hop()) })
  const length = async (id: string) =>
    Number(await world.connections.source(id, 'none').reader.call('XLEN', Buffer.from('none')))

  test('a password opens; the name of the Redis is looked up on the other side', async () => {
    const server = await start({ password: SECRET })
    const id = await world.open(through(server), { 'ssh-password': SECRET })
    expect(await length(id)).toBe(0)
  })

  test('a server that asks for it as a question is given it, once', async () => {
    const server = await start({ password: SECRET, by: ['keyboard-interactive'] })
    world.connections.close(await world.open(through(server), { 'ssh-password': SECRET }))
    expect(await world.refusal(through(server), { 'ssh-password': 'another' })).toMatchObject({ reason: 'ssh-auth' })
    expect(server.tries.filter((way) => way === 'keyboard-interactive')).toHaveLength(2)
  })

  test('a wrong password is sent once, and not again by itself', async () => {
    const server = await start({ password: SECRET, by: ['password', 'keyboard-interactive'] })
    expect(await world.refusal(through(server), { 'ssh-password': 'another' })).toMatchObject({
      ...{ reason: 'ssh-auth', endpoint: `ada@127.0.0.1:${server.hostKey.port}` },
    })
    expect(server.tries).toEqual(['none', 'password'])
  })

  test('through a jump host whose password is another', async () => {
    const behind = await start({ password: SECRET })
    const { port } = behind.hop()
    const before = await start({ password: 'the-first', hosts: { 'second.invalid': { host: '127.0.0.1', port } } })
    const second = behind.hop({ host: 'second.invalid', port: 6379 })
    await world.connections.acceptHostKey({ ...behind.hostKey, host: second.host, port: second.port })
    const ssh = tunnel(second, before.hop())
    const secrets = { 'ssh-password': SECRET, 'jump-password': 'the-first' }
    const id = await world.open(redis.connection({ ...inner, ssh }), secrets)
    expect(await length(id)).toBe(0)
    const lost = world.trouble(id)
    await before.stop()
    running.splice(running.indexOf(before), 1)
    expect(await lost).toMatchObject({ data: { reason: 'ssh-closed', endpoint: `ada@127.0.0.1:${before.hop().port}` } })
  })

  test('a password that has to be changed first', async () => {
    const server = await start({
      onLogin: (context) => {
        if (context.method === 'password') context.requestChange('Change it', () => undefined)
        else context.reject(['password'])
      },
    })
    expect(await world.refusal(through(server), { 'ssh-password': SECRET })).toMatchObject({
      ...{ reason: 'ssh-auth', detail: { code: 'ssh.password-expired' } },
    })
  })

  test('a server that repeats the password tells it to nobody', async () => {
    const server = await start({ password: SECRET, refusal: `no way for "${SECRET}"\u0000\u001b[31m` })
    const elsewhere = { kind: 'tcp', host: 'nowhere.invalid', port: 6379 } as const
    const refused = await world.refusal({ ...through(server), endpoint: elsewhere }, { 'ssh-password': SECRET })
    expect(refused).toMatchObject({ reason: 'ssh-unreached', detail: { params: { text: 'no way for "•••" [31m' } } })
    const wrong = await world.refusal(through(server), { 'ssh-password': `${SECRET}!` })
    const noKey = await world.refusal(redis.connection({ ...inner, ssh: tunnel(server.hop({ auth: 'key' })) }), {
      'ssh-key': `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n-----END OPENSSH PRIVATE KEY-----`,
      'ssh-passphrase': SECRET,
    })
    const list = await world.connections.list()
    expect(list.at(-1)?.secrets).toEqual(['ssh-key', 'ssh-passphrase'])
    const files = readdirSync(world.dataDir).map((name) => readFileSync(join(world.dataDir, name), 'latin1'))
    const told = [JSON.stringify([refused, wrong, noKey, list]), world.log(), ...files].join('\n')
    for (const spelling of [SECRET, JSON.stringify(SECRET).slice(1, -1), 'a-password'])
      expect(told).not.toContain(spelling)
  })

  test('one that never answers a question for a stream holds nobody for ever', async () => {
    const server = await start({ password: SECRET, forwards: false })
    expect(await world.refusal(through(server), { 'ssh-password': SECRET })).toMatchObject({
      ...{ reason: 'timeout', endpoint: `inner.invalid:6379 from ada@127.0.0.1:${server.hostKey.port}` },
    })
  })

  test('one that never says whether the login is right', async () => {
    const server = await start({ onLogin: () => undefined })
    expect(await world.refusal(through(server), { 'ssh-password': SECRET })).toMatchObject({ reason: 'ssh-timeout' })
  })

  test('one that asks without end', async () => {
    const ask = (context: Parameters<NonNullable<ScriptedSshSetup['onLogin']>>[0]): void => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      const again = (): void => void context.prompt([{ prompt: 'And now?', echo: false }], () => setImmediate(again))
      again()
    }
    const server = await start({ onLogin: ask })
    expect(await world.refusal(through(server), { 'ssh-password': SECRET })).toMatchObject({ reason: 'ssh-timeout' })
  })

  describe('what answers is no SSH server', () => {
    const sockets = new Set<Socket>()
    const manners: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
      ['silence', () => undefined, /^ssh-timeout$/],
      ['it hangs up at once', (socket) => socket.destroy(), /^ssh-closed$/],
      ['it hangs up politely', (socket) => socket.end(), /^ssh-closed$/],
      ['a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /^(ssh-closed|not-ssh)$/],
      ['a banner without end', (socket) => endless(socket, 'x'.repeat(10_000)), /^not-ssh$/],
      ['lines without end', (socket) => endless(socket, 'be patient\r\n'.repeat(1_000)), /^not-ssh$/],
      ['a huge packet', (socket) => socket.write(Buffer.from(`SSH-2.0-x\r\n\xff\xff\xff\xf0`, 'latin1')), /^not-ssh$/],
      [
        'noise',
        (socket) => socket.write(Buffer.from(`SSH-2.0-x\r\n${'\x00\x00\x00\x0c\x0a'.repeat(50)}`, 'latin1')),
        /^not-ssh$/,
      ],
      ['an old SSH', (socket) => socket.write('SSH-1.5-old\r\n'), /^not-ssh$/],
      ['half a handshake', (socket) => socket.write('SSH-2.0-x\r\n'), /^ssh-timeout$/],
      ['nothing after half of it', (socket) => socket.end('SSH-2.0-x\r\n'), /^ssh-closed$/],
      ['a drip that never becomes a line', (socket) => drip(socket), /^ssh-timeout$/],
    ]
    test.each(manners)('%s', async (_, behave, reason) => {
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => undefined)
        behave(socket)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const hop = { host: '127.0.0.1', port, username: 'ada', auth: 'password' } as const
      const refused = await world.refusal(redis.connection({ ...inner, ssh: tunnel(hop) }), { 'ssh-password': SECRET })
      expect(refused.reason).toMatch(reason)
      expect(refused.endpoint).toBe(`ada@127.0.0.1:${port}`)
      for (const socket of sockets) socket.destroy()
      server.close()
    })
  })
})

function endless(socket: Socket, text: string): void {
  const more = (): void => {
    while (socket.writable && socket.write(text));
    socket.once('drain', more)
  }
  more()
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('S'), 20)
  socket.once('close', () => clearInterval(timer))
}
