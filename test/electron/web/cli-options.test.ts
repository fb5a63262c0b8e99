import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../electron/host/usage-error'
import { readCliOptions } from '../../../electron/web/cli-options'
import { hasDisplay } from '../../../electron/web/open-browser'

const nowhere = mkdtempSync(join(tmpdir(), 'sluice-cli-none-'))
const read = (args: readonly string[], env: NodeJS.ProcessEnv = {}, display = false) => {
  env.SLUICE_DATA_DIR ??= nowhere
  return readCliOptions(args, env, display)
}

test('without flags: this machine only, any port, the usual place', () => {
  expect(read([])).toEqual({
    sandbox: false,
    static: false,
    host: '127.0.0.1',
    port: 0,
    open: false,
    window: false,
    joins: false,
    dataDir: null,
    password: null,
    usersFile: null,
    tokensFile: expect.stringMatching(/tokens\.json$/),
    authHeader: null,
    publicUrl: null,
    proxies: { has: expect.any(Function) as unknown },
    basePath: '',
    tlsFiles: null,
    readOnly: false,
    metricsToken: null,
    connection: null,
    arguments: { flags: {}, own: {}, rest: [] },
    addresses: [],
    keepSecrets: false,
  })
})

test('all flags', () => {
  const flags = ['--web', '--port', '4000', '--host', '0.0.0.0', '--data-dir', '/data', '--open']
  const env = { SLUICE_WEB_PASSWORD: 'long enough' }
  const options = read([...flags, '--public-url', 'https://sluice.example.com'], env)
  expect(options).toMatchObject({ host: '0.0.0.0', port: 4000, open: true, dataDir: '/data', password: 'long enough' })
  expect(options?.publicUrl?.origin).toBe('https://sluice.example.com')
  expect(read(['--sandbox', '--static'])).toMatchObject({ sandbox: true, static: true })
  expect(read(['--help'])).toBeNull()
})

test('a window of its own, which ends all of it, is for who asks for nothing that a web host is', () => {
  expect(read([], {}, true)).toMatchObject({ open: true, window: true, joins: true })
  expect(read(['127.0.0.1:6379', '--read-only'], {}, true)).toMatchObject({ window: true, joins: false })
  for (const flags of [
    ['--web'],
    ['--open'],
    ['--no-open'],
    ['--port', '0'],
    ['--host', '127.0.0.1'],
    ['--base-path', '/x'],
  ]) {
    expect([flags, read(flags, {}, true)]).toEqual([flags, expect.objectContaining({ window: false, joins: false })])
  }
  expect(read([], { SLUICE_NO_OPEN: '1' }, true)).toMatchObject({ window: false })
})

test.each([
  [['redis://127.0.0.1'], {}],
  [['-p', '6380'], {}],
  [['--sandbox'], {}],
  [['--read-only'], {}],
  [['--connection', 'Orders'], {}],
  [['--passphrase-file', '/phrase'], {}],
  [[], { REDIS_URL: 'redis://127.0.0.1' }],
  [[], { SLUICE_CONNECTIONS: '[]' }],
  [[], { SLUICE_PASSPHRASE: 'a phrase' }],
  [[], { SLUICE_WEB_PASSWORD: 'long enough' }],
])('%j %j: a host that runs already may not have it, so that another one is started', (flags, env) => {
  expect(read(flags, env, true)).toMatchObject({ window: true, joins: false })
})

test('the password leaves the environment, so that no child process gets it', () => {
  const env = { SLUICE_WEB_PASSWORD: 'long enough' }
  expect(read([], env)?.password).toBe('long enough')
  expect(env).toEqual({ SLUICE_DATA_DIR: nowhere })
})

test('the password may come from a file, less its last line end', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-cli-')), 'password')
  writeFileSync(file, ' pass word \n\n')
  expect(read(['--password-file', file], { SLUICE_WEB_PASSWORD: 'another one' })?.password).toBe(' pass word \n')
})

test('a browser is opened where there is a display, unless told otherwise', () => {
  expect(read([], {}, true)?.open).toBe(true)
  expect(read(['--no-open'], {}, true)?.open).toBe(false)
  expect(read([], { SLUICE_NO_OPEN: '1' }, true)?.open).toBe(false)
  expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true)
  expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
  expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false)
  expect(hasDisplay({}, 'darwin')).toBe(true)
  expect(hasDisplay({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin')).toBe(false)
})

test.each([
  [['--prot', '1'], /--prot/],
  [['--port'], /port/],
  [['--port', '65536'], /0 to 65535, not 65536/],
  [['--port', '1e3'], /1e3/],
  [['--port', '-1'], /port/],
  [['--static'], /for --sandbox/],
  [['--sandbox', '--data-dir', '/x'], /leave --data-dir out/],
  [['--open', '--no-open'], /exclude/],
  [['--host', '0.0.0.0'], /needs users, or a password/],
  [['--host', 'example.com'], /needs users, or a password/],
  [['--password-file', '/no/such/file'], /ENOENT/],
  [['--public-url', 'https://a.example'], /needs users, or a password/],
  [['--trusted-proxy', '127.0.0.1'], /needs users, or a password/],
  [['--base-path', 'sluice'], /plain letters/],
  [['--base-path', '/a/../b'], /plain letters/],
  [['--tls-cert', '/c.pem'], /go together/],
  [['--tls-key', '/k.pem'], /go together/],
  [['--auth-header', 'X-Forwarded-User'], /sluice user add/],
  [['--auth-header', 'Cookie'], /the name of a header/],
  [['--auth-header', 'X-Forwarded-For'], /the name of a header/],
  [['--auth-header', 'x user'], /the name of a header/],
  [['--connection', 'Orders', 'redis://h'], /not both/],
  [['--connection', 'Orders', '--sandbox'], /leave/],
  [['--read-only=yes'], /read-only/],
])('%j is a mistake, said in words', (args, words) => {
  expect(() => read(args)).toThrow(UsageError)
  expect(() => read(args)).toThrow(words)
})

test.each(['ftp://a.example', 'a.example', 'https://a.example/path', 'https://user@a.example', 'https://a.example/?q'])(
  '--public-url %s is a mistake',
  (url) =>
    expect(() => read(['--public-url', url], { SLUICE_WEB_PASSWORD: 'long enough' })).toThrow(/--public-url takes/),
)

test('--trusted-proxy takes addresses and networks, nothing else; without it nobody is trusted', () => {
  const env = () => ({ SLUICE_WEB_PASSWORD: 'long enough' })
  const proxies = read(['--trusted-proxy', '127.0.0.1,10.0.0.0/8'], env())?.proxies
  expect(['127.0.0.1', '10.1.2.3', '192.0.2.1'].map((address) => proxies?.has(address))).toEqual([true, true, false])
  expect(read([], env())?.proxies.has('127.0.0.1')).toBe(false)
  for (const text of ['', 'proxy.example', '127.0.0.1,', '10.0.0.0/40']) {
    expect(() => read(['--trusted-proxy', text], env())).toThrow(/--trusted-proxy takes addresses/)
  }
})

test('a short password is refused, and not said', () => {
  const short = (): unknown => read([], { SLUICE_WEB_PASSWORD: 'hunter2' })
  expect(short).toThrow('at least 8 characters')
  expect(short).not.toThrow('hunter2')
})

describe('once there are users', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-cli-users-'))
  const at = ['--data-dir', dir]
  writeFileSync(join(dir, 'users.json'), '{}')

  test('they log in, from elsewhere too', () => {
    expect(read([...at, '--host', '0.0.0.0'])).toMatchObject({ usersFile: join(dir, 'users.json'), password: null })
    expect(read([], { SLUICE_DATA_DIR: dir })?.usersFile).toBe(join(dir, 'users.json'))
    expect(read(['--sandbox'], { SLUICE_DATA_DIR: dir })).toMatchObject({ usersFile: null, tokensFile: null })
    const proxied = [...at, '--trusted-proxy', '10.0.0.1', '--auth-header', 'X-Forwarded-User']
    expect(read(proxied)?.authHeader).toBe('x-forwarded-user')
  })

  test.each([
    [[], { SLUICE_WEB_PASSWORD: 'long enough' }, /leave SLUICE_WEB_PASSWORD/],
    [['--auth-header', 'X-Forwarded-User'], {}, /name it by --trusted-proxy/],
  ])('%j with %j is a mistake', (args, env, words) => {
    expect(() => read([...at, ...args], env)).toThrow(words)
  })
})

describe('the token of /metrics', () => {
  const TOKEN = 'a-token-of-some-length'
  test('is taken out of the environment, or read from a file', () => {
    const env = { SLUICE_METRICS_TOKEN: TOKEN }
    expect(read([], env)?.metricsToken).toBe(TOKEN)
    expect(Object.keys(env)).not.toContain('SLUICE_METRICS_TOKEN')
    const file = join(mkdtempSync(join(tmpdir(), 'sluice-cli-')), 'token')
    writeFileSync(file, `${TOKEN}2\n`)
    expect(read(['--metrics-token-file', file], env)?.metricsToken).toBe(`${TOKEN}2`)
  })

  test.each(['short', 'with a space in the midst', 'a-token-of-some-length\n\n', ''])('%j is none', (token) => {
    const refused = () => read([], { SLUICE_METRICS_TOKEN: token })
    expect(refused).toThrow(/16 letters or more/)
  })

  test('a file that is not there is told', () => {
    expect(() => read(['--metrics-token-file', '/no/such'])).toThrow(/--metrics-token-file .*ENOENT/)
  })
})
