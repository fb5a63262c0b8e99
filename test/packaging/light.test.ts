import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { heldBy } from '../helpers/pel'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { fileNamed, filesBelow, packLight, readText, ROOT, run, sha256, type Packed } from './packed'

let packed: Packed
let tarball: string
let redis: TestRedis
/** Of whoever installs it: nothing here is the machine's own. */
let home: string
beforeAll(async () => {
  packed = packLight('--npm')
  tarball = fileNamed(packed.dist, /^sluice-\d+\.\d+\.\d+\.tgz$/)
  home = mkdtempSync(join(tmpdir(), 'sluice-home-'))
  redis = await startRedis()
}, 60_000)
afterAll(async () => {
  packed.remove()
  rmSync(home, { recursive: true, force: true })
  await redis.stop()
})

const manifest = (): Record<string, unknown> =>
  JSON.parse(readText(join(packed.app, 'package.json'))) as Record<string, unknown>
const own = (): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env.PATH, HOME: home, SLUICE_DATA_DIR: join(home, 'data'), SLUICE_NO_OPEN: '1', NO_COLOR: '1' },
  ...{ npm_config_cache: join(home, 'npm'), npm_config_update_notifier: 'false' },
})

describe('the staged folder', () => {
  test('holds the web host, the decoder and the page as they were built, the texts, and nothing else', () => {
    const built = ['server', 'decoder', 'renderer'].flatMap((part) =>
      filesBelow(join(ROOT, 'out', part)).map((file) => `${part}/${file}`),
    )
    const bundle = built.filter((file) => !file.endsWith('.map'))
    const rest = ['LICENSE', 'README.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.txt', 'package.json']
    expect(filesBelow(packed.app)).toEqual([...bundle, ...rest, 'bin/sluice.js', 'bin/node-range.js'].sort())
    const hashes = (root: string): readonly string[] => bundle.map((file) => sha256(readFileSync(join(root, file))))
    expect(hashes(packed.app)).toEqual(hashes(join(ROOT, 'out')))
  })

  test('has nothing to install with it, runs nothing when it is installed, and is not published by accident', () => {
    expect(Object.keys(manifest()).filter((key) => /depend|scripts|bundle/i.test(key))).toEqual([])
    expect(manifest()).toMatchObject({
      name: 'sluice',
      private: true,
      type: 'module',
      bin: { sluice: 'bin/sluice.js' },
      engines: (JSON.parse(readText(join(ROOT, 'package.json'))) as { engines: object }).engines,
    })
  })

  test('tells nothing of the machine it was made on', () => {
    const telling = filesBelow(packed.app).filter((file) => readFileSync(join(packed.app, file)).includes(ROOT))
    expect(telling).toEqual([])
  })

  test('a Node that is too old is told so, not shown an error of syntax', () => {
    const older = join(home, 'older.mjs')
    writeFileSync(older, "Object.defineProperty(process, 'versions', { value: { node: '18.19.0' } })\n")
    const bin = join(packed.app, 'bin/sluice.js')
    const { status, stderr } = spawnSync(process.execPath, ['--import', older, bin, 'help'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([
      1,
      'sluice: Node 20.19, or 22.12 or newer is needed; this is 18.19.0. See nodejs.org\n',
    ])
  })
})

describe('the tarball for npm', () => {
  test('holds the staged folder, may be run, and is smaller than 2.2 MB', () => {
    const listed = run('tar', ['-tvzf', tarball]).trim().split('\n')
    const names = listed.map((line) => line.replace(/^.* package\//, ''))
    expect(names.sort()).toEqual(filesBelow(packed.app))
    expect(listed.filter((line) => line.startsWith('-rwxr-xr-x')).join()).toMatch(/package\/bin\/sluice\.js$/)
    expect(statSync(tarball).size).toBeLessThan(2_200_000)
  })

  test('is the same to the byte when it is made again', () => {
    const again = packLight('--npm')
    expect(sha256(readFileSync(fileNamed(again.dist, /\.tgz$/)))).toBe(sha256(readFileSync(tarball)))
    again.remove()
  })
})

describe('installed by npm', () => {
  let bin: string
  const sluice = (...words: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(bin, words, { encoding: 'utf8', env: own() })
  beforeAll(async () => {
    const project = join(home, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{}')
    const npm = spawnSync('npm', ['install', '--offline', '--engine-strict', tarball], {
      ...{ cwd: project, encoding: 'utf8', env: own() },
    })
    expect(npm.stderr).toBe('')
    bin = join(project, 'node_modules/.bin/sluice')
    const direct = redis.client()
    for (let at = 0; at < 5; at += 1) await direct.xadd('orders', '*', 'n', at)
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'worker-3', 'COUNT', 5, 'STREAMS', 'orders', '>')
    await direct.xgroup('CREATECONSUMER', 'orders', 'billing', 'worker-1')
  })

  test('npx runs it from its file', () => {
    const { stdout, status } = spawnSync(
      'npx',
      ['--yes', '--offline', `./${basename(tarball)}`, 'streams', redis.url],
      {
        ...{ cwd: packed.dist, encoding: 'utf8', env: own() },
      },
    )
    expect([status, JSON.parse(stdout.split('\n')[0] ?? '')]).toEqual([
      0,
      expect.objectContaining({ key: 'orders', length: 5 }),
    ])
  })

  test('reassigns what a consumer holds, and takes it back by the line that it names', async () => {
    const direct = redis.client()
    const claim = [
      'claim',
      'orders',
      'billing',
      '--from',
      'worker-3',
      '--to',
      'worker-1',
      '--yes',
      '--table',
      redis.url,
    ]
    const claimed = sluice(...claim)
    expect(claimed.status).toBe(0)
    expect(await heldBy(direct, 'orders', 'billing')).toEqual({ 'worker-1': 5 })
    const [, words = ''] = /sluice (undo .*)/.exec(claimed.stdout + claimed.stderr) ?? []
    expect(sluice(...words.split(' '), '--yes').status).toBe(0)
    expect(await heldBy(direct, 'orders', 'billing')).toEqual({ 'worker-3': 5 })
  })

  test('decodes values in its own thread', async () => {
    await redis.client().xadd('packed', '*', 'body', gzipSync('{"ok":true}'))
    const { stdout } = sluice('export', 'packed', '--decoded', redis.url)
    expect(stdout).toContain('"by":["gzip","json"]')
  })

  test('has users, completions and a manual page, and refuses what it does not know', () => {
    const added = spawnSync(bin, ['user', 'add', 'anna', '--role', 'operator', '--data-dir', join(home, 'users')], {
      ...{ encoding: 'utf8', env: own(), input: 'a long password\n' },
    })
    expect([added.status, added.stderr]).toEqual([0, ''])
    for (const shell of ['bash', 'zsh', 'fish']) expect(sluice('completion', shell).stdout).toContain('sluice')
    expect(sluice('man').stdout).toMatch(/^\.TH SLUICE 1/)
    expect(sluice('reprot').status).toBe(2)
    expect(sluice('--no-such-option').status).toBe(2)
  })

  test('serves the page it came with', async () => {
    const child = spawn(bin, ['--web', redis.url], { env: own(), stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const url = /http\S+/.exec(said.toString())?.[0] ?? ''
    const page = readText(join(packed.app, 'renderer/index.html'))
    const [script = ''] = /assets\/index-[\w-]+\.js/.exec(page) ?? []
    const entered = await fetch(url)
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const served = await fetch(new URL(`/${script}`, url), { headers: { cookie } })
    expect([served.status, sha256(Buffer.from(await served.arrayBuffer()))]).toEqual([
      200,
      sha256(readFileSync(join(packed.app, 'renderer', script))),
    ])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
