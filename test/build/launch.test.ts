import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fetchElectron } from '../../build/electron-binary.mjs'
import { describeUnless } from '../helpers/describe-unless'

const LAUNCH = resolve(import.meta.dirname, '../../build/launch.mjs')
/** Root gets no Electron at all. */
const NOBODY = 65_534

const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
const canRead = spawnSync(process.execPath, ['--check', LAUNCH], { ...asNobody, stdio: 'ignore' }).status === 0
const whyNot = canRead ? null : 'where this lies is closed to all but root, who gets no Electron'

let dir: string
let child: ChildProcess | null = null
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-launch-'))
  mkdirSync(join(dir, 'tmp'))
  for (const path of [dir, join(dir, 'tmp')]) chmodSync(path, 0o777)
})
afterEach(async () => {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  child = null
  rmSync(dir, { recursive: true, force: true })
})

/** `npm start` with a script in place of Electron, and one in place of what opens links. */
function launch(electron: string): { readonly said: () => string; readonly exit: Promise<unknown> } {
  const program = (name: string, script: string): void =>
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  program('electron', electron)
  program('no-browser', 'exit 1')
  program('xdg-open', `echo "$1" > ${dir}/tmp/opened`)
  child = spawn(process.execPath, [LAUNCH], {
    env: {
      ...{ PATH: `${dir}:${process.env.PATH ?? ''}`, HOME: join(dir, 'tmp'), TMPDIR: join(dir, 'tmp'), DISPLAY: ':99' },
      ...{ ELECTRON_OVERRIDE_DIST_PATH: dir, SLUICE_DATA_DIR: join(dir, 'tmp/data') },
      SLUICE_BROWSER: join(dir, 'no-browser'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...asNobody,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { said: () => text, exit: once(child, 'exit') }
}

describeUnless(whyNot, 'an Electron that dies before it is ready', () => {
  test.each([
    ['by its sandbox', 'kill -TRAP $$', /ended by SIGTRAP|AppArmor/],
    ['by its sandbox, told by a shell', 'exit 133', /by SIGTRAP/],
    ['for no display', 'echo "Missing X server" >&2; exit 1', /Electron ended with 1 before it was ready/],
    ['for a library', 'echo "libnss3.so: cannot open shared object file" >&2; exit 127', /lacks a library/],
    [
      'or hangs, with what it started',
      'trap "" TERM; sleep 600 & echo $! > "$TMPDIR/pid"; wait',
      /not ready within 4 s/,
    ],
  ])('%s: one line why, and the browser', async (_how, script, why) => {
    const { said } = launch(script)
    await vi.waitFor(() => expect(existsSync(join(dir, 'tmp/opened'))).toBe(true), 30_000)
    // What it says comes by a pipe, a little later.
    await vi.waitFor(() => expect(said()).toMatch(/^Sluice is at http:\S+\/launch\//m), 10_000)
    const lines = said()
      .split('\n')
      .filter((line) => line.includes('Sluice runs in the browser.'))
    expect(lines).toEqual([expect.stringMatching(why)])
    const pid = existsSync(join(dir, 'tmp/pid')) ? readFileSync(join(dir, 'tmp/pid'), 'utf8').trim() : '0'
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}/stat`)).toBe(false), 10_000)
  })
})

describeUnless(whyNot, 'an Electron that is let be', () => {
  test.each([
    ['was ready', 'touch "$SLUICE_READY_FILE"; exit 3', [3, null]],
    ['found another one running', 'exit 0', [0, null]],
  ])('one that %s: its end is the end', async (_how, script, outcome) => {
    const { said, exit } = launch(script)
    expect([await exit, said()]).toEqual([outcome, ''])
  })

  test('one that is ended while it starts starts no browser', async () => {
    const { said, exit } = launch('touch "$TMPDIR/there"; exec sleep 600')
    await vi.waitFor(() => expect(existsSync(join(dir, 'tmp/there'))).toBe(true), 20_000)
    child?.kill('SIGTERM')
    expect([await exit, said()]).toEqual([[143, null], ''])
  })
})

describe('a fetch of Electron', () => {
  const fetchBy = (script: string, timeoutMs = 20_000): string | null => {
    writeFileSync(join(dir, 'install.mjs'), script)
    return fetchElectron(() => undefined, { install: join(dir, 'install.mjs'), note: join(dir, 'note'), timeoutMs })
  }

  test('that fails keeps its reason, tells where, and is tried again after a day', () => {
    const why = fetchBy('throw new TypeError("fetch failed: github.com can’t be reached")')
    expect(why).toBe('Electron could not be fetched: TypeError: fetch failed: github.com can’t be reached')
    expect(fetchBy('')).toBe(
      `${why ?? ''} (${join(dir, 'note')} keeps that for a day; delete it to have Electron fetched now)`,
    )
    const yesterday = Date.now() / 1000 - 25 * 3_600
    utimesSync(join(dir, 'note'), yesterday, yesterday)
    expect(fetchBy('')).toBeNull()
  })

  test('that says nothing, or takes too long, is told as that', () => {
    expect(fetchBy('process.exitCode = 1')).toContain('gave no reason')
    rmSync(join(dir, 'note'))
    expect(fetchBy('setInterval(() => {}, 1000)', 300)).toContain('it took too long')
  })
})
