import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../../../electron/host/usage-error'
import { findAppBrowser } from '../../../electron/web/window/find-browser'

let home: string
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'sluice-browsers-'))))
afterEach(() => rmSync(home, { recursive: true }))

function program(path: string, text = '#!/bin/sh\n', mode = 0o755): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
  return file
}
const find = (env: NodeJS.ProcessEnv = {}, rest: { platform?: NodeJS.Platform; isRoot?: boolean } = {}) =>
  findAppBrowser({ platform: 'linux', isRoot: false, home, ...rest, env: { PATH: join(home, 'bin'), ...env } })

test('the first that is installed, by the order of the names and not of the folders', () => {
  expect(find()).toBeNull()
  const edge = program('bin/microsoft-edge')
  expect(find()).toEqual({ command: edge, isSnap: false })
  const chrome = program('other/google-chrome')
  expect(find({ PATH: `${join(home, 'bin')}:${join(home, 'other')}` })?.command).toBe(chrome)
})

test('no file that can’t be run, no folder, and nothing of where one stands', () => {
  program('bin/chromium', '#!/bin/sh\n', 0o644)
  mkdirSync(join(home, 'bin/google-chrome'))
  program('chromium')
  expect(find({ PATH: `${join(home, 'bin')}::.` })).toBeNull()
})

test('a snap is known as one, also behind a link and behind a script', () => {
  const snap = program('usr/bin/snap')
  mkdirSync(join(home, 'bin'))
  symlinkSync(snap, join(home, 'bin/chromium'))
  expect(find()).toEqual({ command: join(home, 'bin/chromium'), isSnap: true })
  rmSync(join(home, 'bin/chromium'))
  program('bin/chromium-browser', '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
  expect(find()?.isSnap).toBe(true)
})

test('root gets none but the one that is named', () => {
  const chromium = program('bin/chromium')
  expect(find({}, { isRoot: true })).toBeNull()
  expect(find({ SLUICE_BROWSER: 'chromium' }, { isRoot: true })?.command).toBe(chromium)
})

test('one that is named and not there is an error, not another one', () => {
  program('bin/chromium')
  for (const named of ['chrmium', join(home, 'nowhere'), join(home, 'bin')]) {
    expect(() => find({ SLUICE_BROWSER: named })).toThrow(UsageError)
    expect(() => find({ SLUICE_BROWSER: named })).toThrow(`SLUICE_BROWSER names no program that is here: ${named}`)
  }
})

test('where macOS and Windows have them', () => {
  const mac = program('Applications/Chromium.app/Contents/MacOS/Chromium')
  expect(find({}, { platform: 'darwin' })?.command).toBe(mac)
  const edge = program('Program Files (x86)/Microsoft/Edge/Application/msedge.exe')
  const env = { 'ProgramFiles(x86)': join(home, 'Program Files (x86)'), LOCALAPPDATA: join(home, 'Local') }
  expect(find(env, { platform: 'win32' })?.command).toBe(edge)
})
