import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openAppWindow, targetOf } from '../../../electron/web/window/app-window'
import { keptProfile, passingProfile } from '../../../electron/web/window/profile'
import { digestSecret } from '../../../electron/web/secret'
import { enter } from '../../helpers/enter'
import { trySocket } from '../../helpers/page-socket'
import { request } from '../../helpers/raw-http'
import { startTinyWebHost } from '../../helpers/tiny-web-host'

const CLI = resolve(import.meta.dirname, '../../../out/server/cli.js')
/** Notes how it was started, and stays until it is ended. */
const STAYS = `printf '%s\\n' "$$" "$@" > "$NOTES/part.$$"; mv "$NOTES/part.$$" "$NOTES/$(date +%s%N)"; exec sleep 600`

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-window-test-'))
  mkdirSync(join(dir, 'notes'))
})
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  for (const { pid } of opened()) if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

function program(name: string, script: string): string {
  const path = join(dir, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

/** What the stand-in was started with, the first start first. */
function opened(): readonly { readonly pid: number; readonly args: readonly string[] }[] {
  const names = readdirSync(join(dir, 'notes')).filter((name) => !name.startsWith('part'))
  return names.sort().map((name) => {
    const [pid = '', ...args] = readFileSync(join(dir, 'notes', name), 'utf8')
      .trim()
      .split('\n')
    return { pid: Number(pid), args }
  })
}

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<unknown>
}

/** Sluice, as from a menu: with a display, and a stand-in for the browser. */
function start(args: readonly string[] = [], browser = STAYS, temporary = join(dir, 'tmp')): Started {
  mkdirSync(temporary, { recursive: true })
  program('xdg-open', `echo "$1" > "${dir}/elsewhere"`)
  const child = spawn(process.execPath, [CLI, ...args], {
    env: {
      ...{ PATH: `${dir}:${process.env.PATH ?? ''}`, HOME: dir, DISPLAY: ':99', SLUICE_DATA_DIR: join(dir, 'data') },
      ...{ SLUICE_BROWSER: program('browser', browser), NOTES: join(dir, 'notes'), TMPDIR: temporary },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text, exit: once(child, 'exit') }
}

const option = (args: readonly string[], name: string): string =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? ''

/** The page of the window that was opened `at`: as a browser comes to it. */
async function page(at: number): Promise<{ readonly socket: WebSocket; readonly pid: number; readonly file: string }> {
  await vi.waitFor(() => expect(opened().length).toBeGreaterThan(at), 20_000)
  const { pid, args } = opened()[at] ?? { pid: 0, args: [] }
  const file = new URL(option(args, 'app')).pathname
  const [, url = ''] = /url=(\S+?)"/.exec(readFileSync(file, 'utf8')) ?? []
  const { port, pathname, origin } = new URL(url)
  const { cookie, protocols } = await enter(Number(port), pathname)
  const { socket } = await trySocket(`ws://127.0.0.1:${port}/rpc`, { headers: { cookie, origin } }, protocols)
  if (socket === null) throw new Error('the page was not let in')
  return { socket, pid, file }
}

describe('a window of its own', () => {
  test('is opened by a file, with a profile of its own; all ends with it, and only the profile stays', async () => {
    const sluice = start()
    const { socket, pid, file } = await page(0)
    const { args = [] } = opened()[0] ?? {}
    expect(args.join(' ')).not.toMatch(/launch|http/)
    expect(args).toEqual(expect.arrayContaining([`--user-data-dir=${join(dir, 'data/window')}`, '--class=sluice']))
    expect(sluice.output()).toBe('Sluice opens in a window of its own, and ends with it.\n')
    await vi.waitFor(() => expect(existsSync(file)).toBe(false))
    expect(statSync(join(dir, 'data/window.json')).mode & 0o777).toBe(0o600)
    socket.terminate()
    process.kill(pid, 'SIGTERM')
    expect(await sluice.exit).toEqual([0, null])
    expect(readdirSync(join(dir, 'data'))).toEqual(expect.not.arrayContaining(['window.json']))
    expect(readdirSync(join(dir, 'tmp'))).toEqual([])
  })

  test('a second start opens another one of the same host, and ends', async () => {
    const first = start()
    await page(0)
    const second = start()
    expect(await second.exit).toEqual([0, null])
    expect(second.output()).toBe('Sluice runs already, and opens another window.\n')
    await page(1)
    expect(option(opened()[1]?.args ?? [], 'user-data-dir')).toBe(join(dir, 'data/window'))
    first.child.kill('SIGTERM')
    expect(await first.exit).toEqual([0, null])
  })

  test('of two that are started at once one has the window, and the other finds it', async () => {
    const both = [start(), start()]
    const isOver = Promise.race(both.map(async (each) => [await each.exit, each.output()]))
    expect(await isOver).toEqual([[0, null], 'Sluice runs already, and opens another window.\n'])
    await vi.waitFor(() => expect(opened()).toHaveLength(2), 20_000)
  })

  test('one that asks for a server is a host beside it, with a profile that goes with it', async () => {
    start()
    await page(0)
    const other = start(['127.0.0.1:1'])
    const { pid, socket } = await page(1)
    const profile = option(opened()[1]?.args ?? [], 'user-data-dir')
    expect([existsSync(profile), profile.startsWith(join(dir, 'tmp'))]).toEqual([true, true])
    socket.terminate()
    process.kill(pid, 'SIGTERM')
    expect(await other.exit).toEqual([0, null])
    expect(existsSync(profile)).toBe(false)
  })

  test('what another host has left of itself stands in nobody’s way', async () => {
    mkdirSync(join(dir, 'data'))
    for (const left of ['{"port":1,"secret":"of-one-that-is-gone"}', 'no JSON', '{"port":99999}']) {
      writeFileSync(join(dir, 'data/window.json'), left)
      const sluice = start()
      const at = opened().length
      await page(at)
      sluice.child.kill('SIGTERM')
      expect(await sluice.exit).toEqual([0, null])
    }
  })

  test('SIGTERM closes the window', async () => {
    const sluice = start()
    const { pid } = await page(0)
    sluice.child.kill('SIGTERM')
    expect(await sluice.exit).toEqual([0, null])
    expect(existsSync(`/proc/${pid}`)).toBe(false)
  })

  test.each([
    ['exit 1', '1'],
    ['kill -TRAP $$', 'SIGTRAP'],
    ['exit 127', '127'],
  ])('a browser that shows none (%s): one line why, and the user’s browser instead', async (script, how) => {
    const sluice = start([], script)
    await vi.waitFor(() => expect(existsSync(join(dir, 'elsewhere'))).toBe(true), 20_000)
    const said = sluice.output().split('\n')
    expect(said[0]).toBe('Sluice opens in a window of its own, and ends with it.')
    expect(said.join('\n')).toContain(`${join(dir, 'browser')} showed no window (it ended with ${how}).`)
    expect(said.join('\n')).toMatch(/^Sluice is at http:\S+\/launch\//m)
    sluice.child.kill('SIGTERM')
    expect(await sluice.exit).toEqual([0, null])
  })

  test('a browser that is named and not there is said before anything is started', async () => {
    const child = spawn(process.execPath, [CLI], {
      env: { PATH: dir, DISPLAY: ':99', SLUICE_DATA_DIR: join(dir, 'data'), SLUICE_BROWSER: 'nowhere' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [said] = (await once(child.stderr, 'data')) as [Buffer]
    expect(said.toString()).toContain('SLUICE_BROWSER names no program that is here: nowhere')
    expect(await once(child, 'exit')).toEqual([2, null])
    expect(existsSync(join(dir, 'data'))).toBe(false)
  })
})

describe('how it ends', () => {
  const soon = { lookMs: 5, awayMs: 20, comingMs: 30, shownMs: 0, patienceMs: 30, closingMs: 1_000 }
  async function shown(script: string, pages: () => number, times = soon, comesByItself = true) {
    process.env.NOTES = join(dir, 'notes')
    const browser = { command: program('browser', script), isSnap: false }
    const profile = await keptProfile(join(dir, 'profile'))
    return openAppWindow('file:///x', { browser, profile, pages, comesByItself, times })
  }

  test('a browser that hangs, and shows nothing, failed, and is ended', async () => {
    const window = await shown('trap "" TERM; while :; do sleep 1; done', () => 0)
    expect([await window.ended, window.exit]).toEqual(['failed', null])
    await window.close()
    expect(window.exit).toBe('SIGKILL')
  })

  test('where somebody has to log in first it may take as long as it takes', async () => {
    const window = await shown('sleep 0.3', () => 0, soon, false)
    expect(await window.ended).toBe('closed')
  })

  test('one that handed over to another, whose page comes and goes', async () => {
    let [there, looks] = [0, 0]
    const pages = (): number => {
      looks += 1
      return there
    }
    const window = await shown('exit 0', pages, { ...soon, comingMs: 60_000, shownMs: 60_000, patienceMs: 60_000 })
    const ended = vi.fn()
    void window.ended.then(ended)
    await vi.waitFor(() => expect(window.exit).toBe('0'))
    there = 1
    const before = looks
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 10))
    expect(ended).not.toHaveBeenCalled()
    there = 0
    expect(await window.ended).toBe('closed')
  })

  test('one that handed over to another, whose page never comes, failed', async () => {
    const window = await shown('exit 0', () => 0, { ...soon, shownMs: 60_000, patienceMs: 60_000 })
    expect(await window.ended).toBe('failed')
  })

  test('a program that can’t be started failed, and says why', async () => {
    const profile = await passingProfile(dir)
    const browser = { command: join(dir, 'nowhere'), isSnap: false }
    const window = openAppWindow('file:///x', { browser, profile, pages: () => 0, comesByItself: true, times: soon })
    expect([await window.ended, window.exit]).toEqual(['failed', 'ENOENT'])
    await window.close()
    await profile.remove()
    expect(existsSync(profile.dir)).toBe(false)
  })
})

test('the page of the packages is opened by the same address, whatever it leads on to', () => {
  const file = { path: '/tmp/s-1/open.html', script: '/tmp/s-1/öpen .js', remove: () => Promise.resolve() }
  expect(targetOf(file, null)).toBe('file:///tmp/s-1/open.html')
  expect(targetOf(file, '/usr/lib/sluice/window.html')).toBe(
    'file:///usr/lib/sluice/window.html#file:///tmp/s-1/%C3%B6pen%20.js',
  )
})

describe('one more window is opened', () => {
  const SECRET = 'a-secret-of-some-length'
  test('to whoever has the secret of this user’s file, and to no page', async () => {
    const open = vi.fn()
    const host = await startTinyWebHost({ windows: { secret: digestSecret(SECRET), open } })
    const ask = async (headers: Readonly<Record<string, string>>, method = 'POST'): Promise<number> =>
      (await request(host.port, { method, path: '/window', headers })).status
    const authorization = `Bearer ${SECRET}`
    expect(await ask({})).toBe(401)
    expect(await ask({ authorization: `${authorization}x` })).toBe(401)
    expect(await ask({ cookie: (await host.enter()).cookie })).toBe(401)
    expect(await ask({ authorization, origin: host.origin })).toBe(403)
    expect(await ask({ authorization, origin: 'https://evil.example' })).toBe(403)
    expect(await ask({ authorization, host: 'evil.example' })).toBe(403)
    expect(await ask({ authorization }, 'GET')).toBe(401)
    expect(open).not.toHaveBeenCalled()
    expect(await ask({ authorization })).toBe(200)
    expect(open).toHaveBeenCalledTimes(1)
    await host.stop()
  })

  test('by nobody where there is none', async () => {
    const host = await startTinyWebHost()
    const authorization = `Bearer ${SECRET}`
    expect((await request(host.port, { method: 'POST', path: '/window', headers: { authorization } })).status).toBe(405)
    await host.stop()
  })
})
