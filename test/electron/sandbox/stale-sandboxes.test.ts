import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimDirectory, DIRECTORY_PREFIX, sweepStaleSandboxes } from '../../../electron/sandbox/stale-sandboxes'
import { startRedis } from '../../helpers/redis-server'

let parent: string
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'sluice-test-'))))
afterEach(() => rmSync(parent, { recursive: true, force: true }))

function sandboxDir(name: string): string {
  const dir = join(parent, DIRECTORY_PREFIX + name)
  mkdirSync(dir)
  writeFileSync(join(dir, 'left-behind'), '')
  return dir
}

/** As an app would have left it that is no more. */
function abandon(dir: string): void {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(join(dir, 'owner.json'), JSON.stringify({ pid, birth: '1' }))
}

test('removes what belongs to an app that is gone, and ends its server', async () => {
  const redis = await startRedis()
  const dir = sandboxDir('gone')
  abandon(dir)
  writeFileSync(join(dir, 'redis.pid'), `${redis.pid}\n`)
  writeFileSync(join(dir, 'redis.conf'), `bind 127.0.0.1\nport ${redis.port}\n`)

  expect(sweepStaleSandboxes(parent)).toEqual([dir])
  expect(existsSync(dir)).toBe(false)
  await expect(redis.cli('PING')).rejects.toThrow()
  await redis.stop()
})

test('leaves a server alone that is not on the directory’s own port', async () => {
  const redis = await startRedis()
  const dir = sandboxDir('gone')
  abandon(dir)
  writeFileSync(join(dir, 'redis.pid'), `${redis.pid}\n`)
  writeFileSync(join(dir, 'redis.conf'), `port ${redis.port + 1}\n`)

  expect(sweepStaleSandboxes(parent)).toEqual([dir])
  expect(await redis.cli('PING')).toBe('PONG')
  await redis.stop()
})

test('leaves a process alone that is no Redis server, whatever the pid file says', () => {
  const dir = sandboxDir('gone')
  abandon(dir)
  writeFileSync(join(dir, 'redis.pid'), `${process.pid}\n`)
  writeFileSync(join(dir, 'redis.conf'), 'port 6379\n')
  expect(sweepStaleSandboxes(parent)).toEqual([dir])
})

test('keeps what is in use, being made, or not ours', () => {
  const inUse = sandboxDir('in-use')
  claimDirectory(inUse)
  const beingMade = sandboxDir('being-made')
  const foreign = join(parent, 'another-program')
  mkdirSync(foreign)
  const link = join(parent, `${DIRECTORY_PREFIX}link`)
  symlinkSync(foreign, link)

  expect(sweepStaleSandboxes(parent)).toEqual([])
  expect([inUse, beingMade, foreign, link].every((path) => existsSync(path))).toBe(true)
})

test('a process that has got the owner’s id since is not the owner', () => {
  const dir = sandboxDir('reused')
  claimDirectory(dir)
  const owner = JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')) as object
  writeFileSync(join(dir, 'owner.json'), JSON.stringify({ ...owner, birth: 'another' }))
  expect(sweepStaleSandboxes(parent)).toEqual([dir])
})

test('a directory that never got an owner goes once it is old', () => {
  const dir = sandboxDir('unfinished')
  const old = Date.now() / 1_000 - 120
  utimesSync(dir, old, old)
  expect(sweepStaleSandboxes(parent)).toEqual([dir])
})
