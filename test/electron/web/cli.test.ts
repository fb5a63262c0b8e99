import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { enter, entered } from '../../helpers/enter'
import { request } from '../../helpers/raw-http'
import { startWebHost, type WebHost } from '../../helpers/web-host'

const CLI = resolve(import.meta.dirname, '../../../out/server/cli.js')
const LINE = /^Sluice is at http:\/\/127\.0\.0\.1:\d+\/launch\/[\w-]{43}\n$/

const hosts: WebHost[] = []
async function start(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<WebHost> {
  const host = await startWebHost(flags, env)
  hosts.push(host)
  return host
}
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
})

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end, which it has to come to by itself. */
async function runToEnd(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, SLUICE_NO_OPEN: '1', ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

describe('started', () => {
  test('it prints one line, and the link in it leads to the page', async () => {
    const host = await start()
    expect(host.output).toMatch(LINE)
    const port = Number(new URL(host.origin).port)
    const { cookie } = await enter(port, new URL(host.launchUrl).pathname)
    const page = await request(port, { headers: { cookie } })
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<div id="app">') as string })
  })

  test('a signal ends it, and what it began', async () => {
    const host = await start(['--sandbox', '--static'])
    const servers = childrenOf(host.pid)
    expect(servers.length).toBeGreaterThan(0)
    expect(await host.stop()).toBe(0)
    await vi.waitFor(() => expect(servers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]))
  })

  test('no process that it starts gets the password', async () => {
    const host = await start(['--sandbox', '--static'], { SLUICE_WEB_PASSWORD: 'correct horse' })
    expect(host.output).toMatch(/^Sluice is at http:\/\/127\.0\.0\.1:\d+\/\n$/)
    for (const pid of childrenOf(host.pid)) {
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('correct horse')
      expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain('correct horse')
    }
  })

  test('beyond this machine it says that the password travels in the clear', async () => {
    const host = await start(['--host', '0.0.0.0'], { SLUICE_WEB_PASSWORD: 'correct horse' })
    await vi.waitFor(() => expect(host.output).toContain('travels in the clear'))
  })
})

describe('the browser that it opens', () => {
  /** A stand-in for what opens a browser here: it notes what it was started with, and what others may see of it. */
  async function openedWith(env: Readonly<Record<string, string>> = {}) {
    const bin = mkdtempSync(join(tmpdir(), 'sluice-bin-'))
    const notes = join(bin, 'notes')
    const script = `#!/bin/sh\nprintf '%s\\n' "$*" "$(stat -c %a "$1" "$(dirname "$1")" 2>/dev/null | tr '\\n' ' ')" > ${notes}.part\nmv ${notes}.part ${notes}\n`
    writeFileSync(join(bin, 'xdg-open'), script, { mode: 0o755 })
    const host = await startWebHost([], { PATH: `${bin}:${process.env.PATH ?? ''}`, ...env }, '--open')
    hosts.push(host)
    await vi.waitFor(() => expect(existsSync(notes)).toBe(true), { timeout: 10_000 })
    const [args = '', modes = ''] = readFileSync(notes, 'utf8').split('\n')
    return { host, args, modes: modes.trim() }
  }

  test('is handed a file for this user only, and no link that lets one in; the file is gone once it was used', async () => {
    const { host, args, modes } = await openedWith()
    expect(args).toMatch(/^\/.*\/open\.html$/)
    expect(modes).toBe('600 700')
    const { pathname } = new URL(host.launchUrl)
    expect(readFileSync(args, 'utf8')).toContain(`content="0; url=${host.launchUrl}"`)
    expect(args).not.toContain(pathname.slice('/launch/'.length))
    await enter(Number(new URL(host.origin).port), pathname)
    await vi.waitFor(() => expect(existsSync(dirname(args))).toBe(false))
  })

  test('that never came leaves no file behind once Sluice has ended', async () => {
    const { host, args } = await openedWith()
    expect(existsSync(args)).toBe(true)
    await host.stop()
    expect(existsSync(dirname(args))).toBe(false)
  })

  test.each(['/nowhere/at/all', '/dev/null'])(
    'is none where no file can be handed to it, and that is all: %s',
    async (dir) => {
      const host = await startWebHost([], { TMPDIR: dir }, '--open')
      hosts.push(host)
      await vi.waitFor(() => expect(host.output).toContain('open the address yourself'))
      expect(host.output).toMatch(/^Sluice is at http:\S+$/m)
      await enter(Number(new URL(host.origin).port), new URL(host.launchUrl).pathname)
      expect(await host.stop()).toBe(0)
    },
  )

  test('is handed the address where it holds no secret', async () => {
    const { host, args } = await openedWith({ SLUICE_WEB_PASSWORD: 'correct horse' })
    expect(args).toBe(`${host.origin}/`)
  })
})

test('once the last session has logged out, a new address is printed, and it leads in', async () => {
  const host = await start()
  const port = Number(new URL(host.origin).port)
  const { cookie, pageKey } = await enter(port, new URL(host.launchUrl).pathname)
  const headers = { cookie, origin: host.origin, 'sluice-key': pageKey }
  expect((await request(port, { method: 'POST', path: '/log-out', headers })).status).toBe(200)
  await vi.waitFor(() => expect(host.output.match(/Sluice is at/g)).toHaveLength(2))
  const [, path = ''] = /(\/launch\/\S+)\n$/.exec(host.output) ?? []
  expect((await enter(port, path)).pageKey).not.toBe(pageKey)
})

describe('a connection from outside', () => {
  const AT = `redis://:s3cret@127.0.0.1:1`
  const shown = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1')

  test('its password is wiped from the arguments, and that others may have seen it is said', async () => {
    for (const args of [[AT], ['-u', AT], ['-p', '1', '-a', 's3cret']]) {
      const host = await start(args)
      await vi.waitFor(() => expect(host.output).toContain('can be seen by others'))
      await vi.waitFor(() => expect(shown(host.pid)).not.toContain('s3cret'))
      expect(host.output).not.toContain('s3cret')
    }
  })

  test('nothing is said where it is in the environment', async () => {
    const host = await start(['-p', '1'], { REDISCLI_AUTH: 's3cret', REDIS_URL: AT })
    expect(host.output).toMatch(LINE)
    expect(shown(host.pid)).toContain('-p')
  })

  test('a sandbox has none, nor do the processes that it starts know of one', async () => {
    const host = await start(['--sandbox', '--static'], { REDIS_URL: AT, REDISCLI_AUTH: 's3cret' })
    for (const pid of childrenOf(host.pid)) {
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('s3cret')
    }
  })

  test.each([
    [['ftp://u:s3cret@h'], {}, /^sluice: the address: This is no Redis URL/],
    [['-p', 'x', '-a', 's3cret'], {}, /^sluice: -p: The port is wrong/],
    [['--sandbox', AT], {}, /leave the address, and redis-cli’s options, out/],
    [[], { REDIS_URL: 'u:s3cret@h' }, /^sluice: REDIS_URL: /],
    [[], { SLUICE_CONNECTIONS: '[{"password":"s3cret"}]' }, /^sluice: SLUICE_CONNECTIONS: connections\.0\.url: /],
  ])('%j with %j starts nothing, and says why without the secret', async (args, env, words) => {
    const data = mkdtempSync(join(tmpdir(), 'sluice-nothing-'))
    const outcome = await runToEnd(args, { ...env, SLUICE_DATA_DIR: data })
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) as string })
    expect(outcome.stderr).not.toContain('s3cret')
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(readdirSync(data)).toEqual([])
  })
})

describe('where passwords are kept', () => {
  test('by a passphrase that no process it starts gets; another one ends it at once', async () => {
    const data = mkdtempSync(join(tmpdir(), 'sluice-kept-'))
    const host = await start([], { SLUICE_PASSPHRASE: 'correct horse', SLUICE_DATA_DIR: data })
    expect(host.output).toMatch(LINE)
    expect(readFileSync(join(data, 'secrets-passphrase.json'), 'utf8')).not.toContain('horse')
    const wrong = await runToEnd([], { SLUICE_PASSPHRASE: 'wrong horse', SLUICE_DATA_DIR: data })
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/not the passphrase/) as string })
    expect(wrong.stderr).not.toContain('horse')
  })

  test.each([
    [['--keep-secrets'], /there is no terminal/],
    [['--passphrase-file', '/etc/hostname'], /chmod 600|can’t be read/],
    [['--sandbox', '--keep-secrets'], /--sandbox keeps no passwords/],
  ])('%j is a mistake here', async (args, words) => {
    expect(await runToEnd(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(words) as string })
  })
})

describe('mistakes are said in a line, without a stack', () => {
  test.each([
    [['--prot', '1'], 2, /--prot/],
    [['--host', '0.0.0.0'], 2, /needs users, or a password/],
    [['--connection', 'Orders'], 2, /no connection named Orders/],
    [['--tls-cert', '/no.pem', '--tls-key', '/no.pem'], 2, /--tls-cert .*ENOENT/],
    [['--sandbox', '--data-dir', '/x'], 2, /leave --data-dir out/],
    [['--host', '203.0.113.7'], 1, /no such address/],
  ])('%j', async (args, code, words) => {
    const outcome = await runToEnd(args, code === 1 ? { SLUICE_WEB_PASSWORD: 'correct horse' } : {})
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) as string })
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
  })

  test('a port in use', async () => {
    const { port } = new URL((await start()).origin)
    const { code, stderr } = await runToEnd(['--port', port])
    expect([code, stderr]).toEqual([1, expect.stringContaining('choose another by --port')])
  })
})

test('--help tells every option', async () => {
  const { code, stdout } = await runToEnd(['--help'])
  expect(code).toBe(0)
  for (const flag of ['--sandbox', '--static', '--port', '--host', '--password-file', '--data-dir', '--no-open']) {
    expect(stdout).toContain(flag)
  }
})

/** The processes that it started, by what the kernel says. */
function childrenOf(pid: number): readonly number[] {
  const parent = (id: number): number => {
    // The name, in brackets, may hold anything; the parent is the second field after it.
    const stat = existsSync(`/proc/${id}/stat`) ? readFileSync(`/proc/${id}/stat`, 'latin1') : ''
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => parent(id) === pid)
}

describe('sluice user', () => {
  const data = mkdtempSync(join(tmpdir(), 'sluice-user-'))
  const file = join(data, 'users.json')
  /** With a password on its standard input. */
  async function user(args: readonly string[], input = 'correct horse\n'): Promise<Outcome> {
    const child = spawn(process.execPath, [CLI, 'user', ...args, '--data-dir', data])
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, stdout, stderr }
  }

  test('makes users in a file of one’s own, without their passwords; they log in, and are changed while it runs', async () => {
    expect(await user(['list'])).toMatchObject({ code: 0, stdout: expect.stringContaining('no users') as string })
    expect(await user(['add', 'anna', '--role', 'admin'])).toMatchObject({
      code: 0,
      stdout: 'anna was added.\n',
      stderr: '',
    })
    expect(await user(['add', 'ben', '--role', 'viewer', '--no-password'])).toMatchObject({ code: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain('horse')
    expect((await user(['list'])).stdout).toBe('anna  admin\nben  viewer  (by a proxy only)\n')

    const host = await start(['--data-dir', data])
    expect(host.launchUrl).toBe(`${host.origin}/`)
    const port = Number(new URL(host.origin).port)
    const logIn = async (password: string) =>
      request(port, {
        ...{ method: 'POST', path: '/login', headers: { origin: host.origin } },
        body: new URLSearchParams({ user: 'anna', password }).toString(),
      })
    const { cookie, pageKey } = entered(await logIn('correct horse'))
    const stands = async () =>
      (await request(port, { path: '/session', headers: { cookie, 'sluice-key': pageKey } })).status
    expect(await stands()).toBe(200)
    expect(await user(['passwd', 'anna'], 'battery staple')).toMatchObject({ code: 0 })
    expect(await stands()).toBe(401)
    expect((await logIn('correct horse')).status).toBe(401)
    expect((await logIn('battery staple')).status).toBe(200)
    // A field of a page holds no second line.
    expect(await user(['passwd', 'anna'], 'the first line\r\nand another\n')).toMatchObject({ code: 0 })
    expect((await logIn('the first line')).status).toBe(200)
    expect(await user(['role', 'anna', '--role', 'viewer'])).toMatchObject({ code: 0 })
    expect(await user(['remove', 'anna'])).toMatchObject({ code: 0 })
    expect((await logIn('the first line')).status).toBe(401)
  })

  test.each([
    [[], /add, role, passwd, remove or list/],
    [['promote', 'zoe'], /add, role, passwd, remove or list/],
    [['add'], /takes the name of a user/],
    [['add', 'zoe'], /one of viewer, operator, admin/],
    [['add', 'zoe', '--role', 'root'], /one of viewer, operator, admin/],
    [['add', 'zoe', 'yan', '--role', 'viewer'], /one user at a time/],
    [['add', '__proto__', '--role', 'viewer'], /begins with a letter/],
    [['add', 'z o', '--role', 'viewer'], /begins with a letter/],
    [['remove', 'zoe'], /no user zoe/],
    [['passwd', 'zoe', '--role', 'viewer'], /no user zoe|--role is for/],
    [['add', 'zoe', '--role', 'viewer', '--password', 's3cret'], /--password/],
  ])('%j changes nothing, and says why in a line', async (args, words) => {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : null
    const outcome = await user(args)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) as string })
    expect(outcome.stderr).not.toContain('s3cret')
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(before)
  })

  test('takes no short password, and none of a file that is not one’s own', async () => {
    expect(await user(['add', 'zoe', '--role', 'viewer'], 'short\n')).toMatchObject({ code: 2 })
    writeFileSync(file, '{"version":1,"users":{}}', { mode: 0o600 })
    chmodSync(file, 0o644)
    const spoiled = [await user(['add', 'zoe', '--role', 'viewer']), await runToEnd(['--data-dir', data])]
    for (const { code, stdout, stderr } of spoiled)
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('chmod 600')])
  })
})
