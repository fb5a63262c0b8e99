import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findServer, NoServerError } from '../../../electron/sandbox/find-server'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sluice-test-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function program(folder: string, name: string, mode = 0o755): string {
  mkdirSync(join(dir, folder), { recursive: true })
  const path = join(dir, folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

const path = (...folders: readonly string[]): NodeJS.ProcessEnv => ({
  PATH: folders.map((folder) => join(dir, folder)).join(delimiter),
})

describe('the server to run on', () => {
  test('redis-server, wherever it is on PATH', () => {
    program('a', 'valkey-server')
    const redis = program('b', 'redis-server')
    expect(findServer(path('a', 'b'), 'linux', [])).toBe(redis)
  })

  test('else valkey-server', () => {
    const valkey = program('a', 'valkey-server')
    expect(findServer(path('none', 'a'), 'linux', [])).toBe(valkey)
  })

  test('also where packages put it, when PATH does not reach there', () => {
    const redis = program('sbin', 'redis-server')
    expect(findServer({}, 'darwin', [join(dir, 'sbin')])).toBe(redis)
  })

  test('not what can’t be run, and not what lies in the working directory', () => {
    program('a', 'redis-server', 0o644)
    expect(() => findServer({ ...path('a'), PATH: `.${delimiter}${path('a').PATH}` }, 'linux', [])).toThrow(
      NoServerError,
    )
  })
})

test.each([
  ['linux', 'sudo apt-get install redis-server'],
  ['darwin', 'brew install redis'],
  ['win32', 'WSL'],
] as const)('without one on %s it says what to do', (platform, remedy) => {
  expect(() => findServer(path(), platform, [])).toThrow(remedy)
})
