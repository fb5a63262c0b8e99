import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { takeConnectionArguments } from '../../../../electron/host/outside/connection-arguments'
import type { Given } from '../../../../electron/host/outside/given'
import { showsPassword } from '../../../../electron/host/outside/given-by-arguments'
import { readGiven } from '../../../../electron/host/outside/read-given'
import { UsageError } from '../../../../electron/host/usage-error'

const SECRET = 'hunter2'
const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
const dir = mkdtempSync(join(tmpdir(), 'sluice-outside-'))
afterAll(() => rmSync(dir, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}
const passwordFile = file('password', `${SECRET}\n`)
const ca = file('ca.pem', PEM)
const key = file('key.pem', '-----BEGIN PRIVATE KEY-----')

async function read(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Given> {
  const named = takeConnectionArguments(args)
  return readGiven({ arguments: named, addresses: named.rest, env })
}
const list = (...connections: readonly object[]) => ({ SLUICE_CONNECTIONS: JSON.stringify(connections) })
const value = (secret: string) => ({ kind: 'value', secret })
const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port })

describe('the command line', () => {
  test.each([
    [['redis://me:pw@h:7000/2'], { endpoint: tcp('h', 7000), username: 'me', db: 2, tls: null }, value('pw')],
    [['h:7000'], { endpoint: tcp('h', 7000), db: 0 }, undefined],
    [['-h', 'h', '-p', '7000', '-n', '3', '--user', 'me', '-a', 'pw'], { db: 3, username: 'me' }, value('pw')],
    [['-p', '7000'], { endpoint: tcp('127.0.0.1', 7000) }, undefined],
    // As for redis-cli, a value is whatever comes next.
    [['-a', '-p', '-p', '7000'], { endpoint: tcp('127.0.0.1', 7000) }, value('-p')],
    [['--pass=a=b'], { endpoint: tcp('127.0.0.1', 6379) }, value('a=b')],
    [['-s', '/run/redis.sock'], { endpoint: { kind: 'unix', path: '/run/redis.sock' } }, undefined],
    [['-u', 'rediss://h', '--sni', 'name'], { tls: { ca: '', cert: '', serverName: 'name', verify: true } }, undefined],
    [['redis://h:1', '-n', '4', '--pass', 'pw'], { endpoint: tcp('h', 1), db: 4 }, value('pw')],
    [['-c', '-p', '7000'], { endpoint: { kind: 'cluster', nodes: [{ host: '127.0.0.1', port: 7000 }] } }, undefined],
    [['redis-sentinel://a/m', '-a', 'pw'], { endpoint: { kind: 'sentinel', primary: 'm' } }, value('pw')],
    [['--pass-file', passwordFile], { endpoint: tcp('127.0.0.1', 6379) }, { kind: 'file', path: passwordFile }],
  ] as const)('%j', async (args, profile, password) => {
    const { connections, opens } = await read(args)
    expect(connections).toMatchObject([{ by: 'command-line', profile }])
    expect(connections[0]?.secrets.password).toEqual(password)
    expect(opens).toBe(connections[0]?.id)
  })

  test('takes certificates and a key from files, of which the key is a secret', async () => {
    const { connections } = await read(['--tls', '--cacert', ca, '--cert', ca, '--key', key, '--insecure'])
    expect(connections[0]?.profile.tls).toEqual({ ca: PEM, cert: PEM, serverName: '', verify: false })
    expect(connections[0]?.secrets['tls-key']).toEqual({ kind: 'file', path: key })
  })

  test('takes its password from REDISCLI_AUTH where it says none itself', async () => {
    const of = async (args: readonly string[]) =>
      (await read(args, { REDISCLI_AUTH: 'auth' })).connections[0]?.secrets.password
    expect(await of(['-h', 'h'])).toEqual(value('auth'))
    expect(await of(['-h', 'h', '-a', 'own'])).toEqual(value('own'))
    expect(await of(['redis://:own@h'])).toEqual(value('own'))
    expect((await read([], { REDISCLI_AUTH: 'auth' })).connections).toEqual([])
  })

  test.each([
    [['-p', '70000'], /^-p: The port is wrong/],
    [['-n', 'two'], /^-n: The database is wrong/],
    [['-s', 'relative'], /^-s: The path/],
    [['-u', `http://u:${SECRET}@h`], /^-u: This is no Redis URL/],
    [[`http://u:${SECRET}@h`], /^the address: This is no Redis URL/],
    [[`redis://u:${SECRET}#@h`], /^the address: /],
    [['h:1', 'h:2'], /only one address/],
    [['h:1', '-u', 'redis://h'], /either by itself or by -u/],
    [['-a'], /-a has no value\. Write it behind/],
    [['--pass-file'], /--pass-file has no value/],
    [['--cacert', ca], /--cacert is for TLS/],
    [['--tls', '--cert', ca], /--cert and --key go together/],
    [['--tls', '--key', key], /--cert and --key go together/],
    [['--tls', '--cacert', '/no/such'], /^--cacert: \/no\/such can’t be read \(ENOENT\)/],
    [['--tls', '--cacert', passwordFile], /^--cacert: .* holds no certificate/],
    [['--pass-file', '/no/such'], /^command line \(127\.0\.0\.1:6379\): \/no\/such can’t be read \(ENOENT\)/],
    [['--pass-file', passwordFile, '-a', SECRET], /^--pass-file: The password is given by -a as well/],
    [['--pass-file', passwordFile, `redis://:${SECRET}@h`], /given by its URL as well/],
  ] as const)('%j is a mistake, named with what to do instead', async (args, words) => {
    const error = await thrown(() => read(args))
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toMatch(words)
    expect((error as Error).message).not.toContain(SECRET)
  })

  test.each([
    [['-a', 'x'], true],
    [['redis://u:x@h'], true],
    [['-u', 'rediss://:x@h'], true],
    [['redis-cli -a x'], true],
    [['redis://u@h:1'], false],
    [['-h', 'h', '--pass-file', 'x'], false],
    [[], false],
  ] as const)('%j shows a password to others: %j', (args, shows) => {
    const named = takeConnectionArguments(args)
    expect(showsPassword(named, named.rest)).toBe(shows)
  })

  test('whatever is written, it is read or a mistake in words without the secret', async () => {
    const word = fc.oneof(
      fc.constantFrom('-h', '-p', '-a', '-u', '-s', '-n', '--user', '--pass', '--tls', '--key', '--pass-file', '-c'),
      fc.string({ maxLength: 6 }).map((text) => `${text}${SECRET}`),
      fc.constantFrom(`redis://u:${SECRET}@`, `--pass=${SECRET}`, `:${SECRET}@h:1`, `redis-sentinel://:${SECRET}@/`),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (args) => {
        // Files are named, so that whoever reads it knows which: a secret does not belong there.
        const named = args.filter((_, at) => !['-s', '--key', '--pass-file'].includes(args[at - 1] ?? ''))
        const error = await thrown(() => read(named))
        if (error === null) return
        expect(error).toBeInstanceOf(UsageError)
        if (!named.some((each) => ['--key', '--pass-file'].includes(each))) {
          expect((error as Error).message).not.toContain(SECRET)
        }
      }),
    )
  })
})

describe('variables', () => {
  test('REDIS_URL is opened by itself, unless the command line names another; both are there', async () => {
    const env = () => ({ REDIS_URL: `redis://app:${SECRET}@h:1/3` })
    const { connections, opens } = await read([], env())
    expect(connections).toMatchObject([{ by: 'REDIS_URL', secrets: { password: value(SECRET) }, profile: { db: 3 } }])
    expect(opens).toBe(connections[0]?.id)
    const both = await read(['-p', '7'], env())
    expect(both.connections.map(({ by }) => by)).toEqual(['command-line', 'REDIS_URL'])
    expect(both.opens).toBe(both.connections[0]?.id)
  })

  test('none of SLUICE_CONNECTIONS is opened by itself', async () => {
    const { connections, opens } = await read([], list({ url: 'h:1' }, { url: 'h:2' }))
    expect(connections.map(({ profile }) => profile.name)).toEqual(['h:1', 'h:2'])
    expect(opens).toBeNull()
  })

  test('they leave the environment, so that no child process gets a secret', async () => {
    const env = { REDIS_URL: 'h:1', REDIS_PASSWORD_FILE: passwordFile, REDISCLI_AUTH: SECRET, ...list(), PATH: '/bin' }
    await read([], env)
    expect(env).toEqual({ PATH: '/bin' })
  })

  test('empty ones are none', async () => {
    const none = { REDIS_URL: '', SLUICE_CONNECTIONS: ' ', REDIS_PASSWORD_FILE: '', REDISCLI_AUTH: '' }
    expect(await read([], none)).toEqual({ connections: [], opens: null })
  })

  test('a connection is the same whenever it is given, and given twice it is there once', async () => {
    const one = await read([], { REDIS_URL: 'redis://:a@h:1' })
    const again = await read(['redis://:b@h:1'], { REDIS_URL: 'redis://:a@h:1', ...list({ url: 'h:1' }) })
    expect(again.connections.map(({ id }) => id)).toEqual(one.connections.map(({ id }) => id))
    expect(again.connections[0]).toMatchObject({ by: 'command-line', secrets: { password: value('b') } })
    const named = await read(
      [],
      list({ url: 'h:1', name: 'a' }, { url: 'h:1', name: 'b' }, { url: 'redis://h:1/1', name: 'b' }),
    )
    expect(new Set(named.connections.map(({ id }) => id)).size).toBe(3)
  })

  test('the same address at the end of another way is another connection', async () => {
    const hop = { port: 22, username: 'ops', auth: 'agent' }
    const ways = ['a', 'b', 'a'].map((host) => ({ url: '10.0.0.1:1', ssh: { ...hop, host, jump: null } }))
    const { connections } = await read([], list({ url: '10.0.0.1:1' }, ...ways))
    expect(connections.map(({ profile }) => profile.ssh?.host)).toEqual([undefined, 'a', 'b'])
  })

  test.each([
    [{ REDIS_URL: `ftp://u:${SECRET}@h` }, /^REDIS_URL: This is no Redis URL\. Begin with redis:/],
    [{ REDIS_URL: 'h:1', REDIS_PASSWORD_FILE: '/no/such' }, /^REDIS_URL \(h:1\): \/no\/such can’t be read \(ENOENT\)/],
    [
      { REDIS_URL: 'redis://:x@h', REDIS_PASSWORD_FILE: passwordFile },
      /^REDIS_PASSWORD_FILE: The password is given by/,
    ],
    [{ SLUICE_CONNECTIONS: '/no/such.json' }, /^SLUICE_CONNECTIONS: \/no\/such\.json can’t be read \(ENOENT\)/],
    [{ SLUICE_CONNECTIONS: `[{"password": "${SECRET}"` }, /^SLUICE_CONNECTIONS: This is no JSON/],
    [{ SLUICE_CONNECTIONS: passwordFile }, /^SLUICE_CONNECTIONS: .*password holds no JSON/],
    [{ SLUICE_CONNECTIONS: `{"a": "${SECRET}"}` }, /^SLUICE_CONNECTIONS: There is no list/],
    [{ SLUICE_CONNECTIONS: '/dev/zero' }, /^SLUICE_CONNECTIONS: \/dev\/zero has more than/],
    [list({ url: 'h:1' }, { name: 'x' }), /^SLUICE_CONNECTIONS: connections\.1\.url: It says nowhere where/],
    [{ SLUICE_CONNECTIONS: `["redis://:${SECRET}@h"]` }, /connections\.0: It must be an object/],
    [list({ url: `http://u:${SECRET}@h` }), /connections\.0\.url: This is no Redis URL/],
    [list({ url: 'h:1', pasword: SECRET }), /connections\.0\.pasword: .*not known here/],
    [list({ url: 'h:1', environment: SECRET }), /connections\.0\.environment: .*one of: dev, test, prod/],
    [list({ url: 'h:1', password: 7 }), /connections\.0\.password: /],
    [list({ url: 'h:1', passwordFile: '' }), /connections\.0\.passwordFile: /],
    [list({ url: 'h:1', password: SECRET, passwordFile }), /connections\.0\.password: It is given twice/],
    [list({ url: `redis://:${SECRET}@h`, password: SECRET }), /connections\.0\.password: It is given twice/],
    [list({ url: 'h:1', passwordFile: '/no/such' }), /^SLUICE_CONNECTIONS \(h:1\): \/no\/such can’t be read/],
    [list({ url: 'h:1', passwordFile: '/dev/zero' }), /\/dev\/zero has more than 65536 bytes/],
    [list({ url: 'h:1', caFile: ca }), /connections\.0\.caFile: It is for TLS/],
    [list({ url: 'rediss://h', certFile: passwordFile }), /connections\.0\.certFile: .* holds no certificate/],
    [list({ endpoint: { kind: 'tcp', host: 'h', port: 0 } }), /connections\.0\.endpoint\.port/],
    [list({ endpoint: { kind: 'unix', path: 'relative' } }), /connections\.0\.endpoint/],
  ] as const)('%j is a mistake, named with what to do instead', async (env, words) => {
    const error = await thrown(() => read([], { ...env }))
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toMatch(words)
    expect((error as Error).message).not.toContain(SECRET)
  })
})

describe('a list', () => {
  test('has an end', async () => {
    const endless = list(...Array.from({ length: 1_001 }, () => ({ url: 'h:1' })))
    expect(await thrown(() => read([], endless))).toHaveProperty('message', expect.stringMatching(/more than 1000/))
  })

  test('says all of a connection, and where each secret is', async () => {
    const { connections } = await read(
      [],
      list({
        ...{ url: 'rediss://app@h:1/2', name: 'Orders', color: 'red', environment: 'prod', readOnly: true },
        ...{ caFile: ca, certFile: ca, tlsKeyFile: key, tlsPassphrase: 'phrase', passwordFile },
        tls: { serverName: 'name' },
      }),
    )
    expect(connections[0]?.profile).toEqual({
      ...{ name: 'Orders', color: 'red', environment: 'prod', readOnly: true, username: 'app', db: 2 },
      endpoint: tcp('h', 1),
      tls: { ca: PEM, cert: PEM, serverName: 'name', verify: true },
      ssh: null,
    })
    expect(connections[0]?.secrets).toEqual({
      password: { kind: 'file', path: passwordFile },
      'tls-key': { kind: 'file', path: key },
      'tls-passphrase': value('phrase'),
    })
  })

  test('may lie in a file, whose paths are those from where it lies', async () => {
    const connections = [{ endpoint: { kind: 'unix', path: '/run/redis.sock' }, passwordFile: 'password' }]
    const given = await read([], { SLUICE_CONNECTIONS: file('list.json', JSON.stringify({ connections })) })
    expect(given.connections).toMatchObject([
      { profile: { name: 'unix:/run/redis.sock' }, secrets: { password: { kind: 'file', path: passwordFile } } },
    ])
  })
})

async function thrown(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
    return null
  } catch (error) {
    return error
  }
}
