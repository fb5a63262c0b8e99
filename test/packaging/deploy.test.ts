import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../helpers/server-process'
import { packLight, readText, ROOT, run, type Packed } from './packed'

const DOCKERFILE = readText(join(ROOT, 'build/Dockerfile'))
const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('\nFROM '))
/** The words of an instruction in its exec form, on whatever port. */
const words = (instruction: string): readonly string[] =>
  JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(last)?.[1] ?? '[]') as string[]
/** What the image sets, with its data where the test has them. */
const setEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    (/^ENV (.*)$/m.exec(last)?.[1] ?? '').split(' ').map((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return [name, value.replace('/data', join(dir, 'data'))]
    }),
  )
const [user = '', group = ''] = /^USER (\d+):(\d+)$/m.exec(last)?.slice(1) ?? []
const asUser = process.getuid?.() === 0 ? { uid: Number(user), gid: Number(group) } : {}

let packed: Packed
let dir: string
let child: ChildProcess | null = null
beforeAll(() => {
  packed = packLight('--npm')
  dir = mkdtempSync(join(tmpdir(), 'sluice-deploy-'))
  for (const path of [packed.dist, dir]) chmodSync(path, 0o755)
  mkdirSync(join(dir, 'data'), { mode: 0o700 })
  if (asUser.uid !== undefined) chownSync(join(dir, 'data'), asUser.uid, asUser.gid)
  writeFileSync(join(dir, 'password'), 'correct horse\n')
})
afterAll(() => {
  child?.kill('SIGKILL')
  packed.remove()
  rmSync(dir, { recursive: true, force: true })
})

/** As an engine runs it, but for the root file system. */
const placed = (all: readonly string[], port: number): readonly string[] =>
  all.map((word) =>
    word
      .replace('/app/', `${packed.app}/`)
      .replace('/run/secrets/password', join(dir, 'password'))
      .replace('8080', String(port))
      .replace(/^node$/, process.execPath),
  )

describe('the container', () => {
  test('serves as a user who may write to /data alone, is found well by its health check, and ends at SIGTERM', async () => {
    expect([user, /^VOLUME \/data$/m.test(last)]).toEqual(['10001', true])
    const port = await freePort()
    const check = placed(words('HEALTHCHECK .*\\\\\\n +CMD'), port)
    expect(check).not.toEqual([])
    const isWell = (): number | null => spawnSync(check[0] ?? '', check.slice(1), { ...asUser }).status
    expect(isWell()).toBe(1)
    const [command = '', ...args] = placed(
      [...words('ENTRYPOINT'), ...words('CMD')].filter((word) => word !== '0.0.0.0' && word !== '--host'),
      port,
    )
    child = spawn(command, args, {
      ...asUser,
      cwd: '/',
      env: setEnv(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout ?? child, 'data')
    expect(isWell()).toBe(0)
    expect(run('find', [packed.app, '-user', user])).toBe('')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(isWell()).toBe(1)
  })

  test('does not start open to all: without a password it says what is missing', () => {
    const [command = '', ...args] = placed([...words('ENTRYPOINT'), '--web', '--no-open', '--host', '0.0.0.0'], 0)
    const { status, stderr } = spawnSync(command, args, {
      ...asUser,
      env: setEnv(),
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([2, expect.stringContaining('needs users, or a password')])
  })

  test('is built of files that are there', () => {
    const named = readText(join(ROOT, 'build/Dockerfile.dockerignore'))
      .split('\n')
      .filter((line) => line.startsWith('!'))
    expect(named.filter((line) => !existsSync(join(ROOT, line.slice(1))))).toEqual([])
    expect(named.map((line) => line.slice(1))).toEqual(
      expect.arrayContaining(['build', 'electron', 'renderer', 'shared']),
    )
  })
})

test.each(['Dockerfile', 'deploy/compose.yml', 'deploy/kubernetes.yml', 'deploy/sluice.service'])(
  '%s names options that there are',
  (file) => {
    const help = spawnSync(process.execPath, [join(packed.app, 'bin/sluice.js'), '--help'], { encoding: 'utf8' }).stdout
    const text = readText(join(ROOT, 'build', file))
    const options =
      file === 'Dockerfile' ? words('CMD') : (text.match(/(?<=[\s'"])--[a-z][a-z-]*(?==|\s\S|',|$)/gm) ?? [])
    const known = options
      .filter((word) => word.startsWith('--'))
      .filter((word) => !['--build', '--from-literal'].includes(word))
    expect(known.length).toBeGreaterThan(2)
    expect(known.filter((word) => !help.includes(word))).toEqual([])
  },
)

test('what systemd can say of the unit without running it: it is right, and keeps to itself', () => {
  const unit = join(dir, 'sluice.service')
  writeFileSync(unit, readText(join(ROOT, 'build/deploy/sluice.service')).replace('/usr/bin/sluice', '/bin/true'))
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return
  expect(run('systemd-analyze', ['verify', unit])).toBe('')
  const exposure = run('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit])
  expect(exposure).toContain('Overall exposure level')
})
