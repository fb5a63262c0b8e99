import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findBinary } from '../helpers/find-binary'
import { heldBy } from '../helpers/pel'
import { startRedis } from '../helpers/redis-server'
import { isSoak } from '../helpers/soak'
import { fileNamed, filesBelow, packLight, readText, ROOT, run, sha256, type Packed } from './packed'

let packed: Packed
let deb: string
let rpm: string | null
/** Where each is unpacked or installed: the machine's own stays as it is. */
let dir: string
beforeAll(() => {
  packed = packLight('--light')
  deb = fileNamed(packed.dist, /\.deb$/)
  rpm = findBinary('rpmbuild') && fileNamed(packed.dist, /\.rpm$/)
  dir = mkdtempSync(join(tmpdir(), 'sluice-installed-'))
  run('dpkg-deb', ['--extract', deb, join(dir, 'tree')])
}, 60_000)
afterAll(() => {
  packed.remove()
  rmSync(dir, { recursive: true, force: true })
})

const inTree = (path: string): string => join(dir, 'tree', path)
const unzipped = (path: string): string => gunzipSync(readFileSync(inTree(path))).toString()
/** Owned by root, and the files of a package's own: nothing of them is left when it goes. */
const isRoot = process.getuid?.() === 0

describe('the light .deb', () => {
  test('says what it is, and what it needs', () => {
    const field = (name: string): string => run('dpkg-deb', ['--field', deb, name]).trim()
    const { version } = JSON.parse(readText(join(ROOT, 'package.json'))) as { version: string }
    expect([field('Package'), field('Version'), field('Architecture')]).toEqual(['sluice', `${version}-1`, 'all'])
    expect(field('Depends')).toMatch(/^nodejs \(>= 20\.19\), chromium \| .*google-chrome-stable/)
    expect(field('Conflicts')).toBe('sluice-desktop')
  })

  test('has what the npm package has, in the places of a system, and runs nothing when it comes or goes', () => {
    const texts = ['LICENSE', 'README.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.txt']
    const program = filesBelow(packed.app).filter((file) => !texts.includes(file))
    expect(filesBelow(inTree('usr/lib/sluice'))).toEqual([...program, 'window.html'].sort())
    const same = program.filter((file) => file !== 'bin/sluice.js')
    const hashes = (root: string): readonly string[] => same.map((file) => sha256(readFileSync(join(root, file))))
    expect(hashes(inTree('usr/lib/sluice'))).toEqual(hashes(packed.app))
    expect(readText(inTree('usr/lib/sluice/bin/sluice.js'))).toMatch(/^#!\/usr\/bin\/node\n/)
    expect(realpathSync(inTree('usr/bin/sluice'))).toBe(realpathSync(inTree('usr/lib/sluice/bin/sluice.js')))
    run('dpkg-deb', ['--control', deb, join(dir, 'control')])
    expect(readdirSync(join(dir, 'control')).sort()).toEqual(['control', 'md5sums'])
  })

  test('has manual page, completions that their shells can read, menu entry, icons and licences', () => {
    expect(unzipped('usr/share/man/man1/sluice.1.gz')).toMatch(/^\.TH SLUICE 1/)
    const completions = {
      bash: 'usr/share/bash-completion/completions/sluice',
      zsh: 'usr/share/zsh/vendor-completions/_sluice',
      fish: 'usr/share/fish/vendor_completions.d/sluice.fish',
    }
    for (const [shell, path] of Object.entries(completions)) {
      expect(readText(inTree(path))).toContain('dead-letter')
      if (findBinary(shell)) run(shell, ['-n', inTree(path)])
    }
    const icons = [16, 24, 32, 48, 64, 128, 256, 512].map((size) => `${size}x${size}/apps/sluice.png`)
    expect(filesBelow(inTree('usr/share/icons/hicolor'))).toEqual([...icons, 'scalable/apps/sluice.svg'].sort())
    expect(unzipped('usr/share/doc/sluice/changelog.Debian.gz')).toMatch(/^sluice \(\S+-1\) unstable/)
    expect(unzipped('usr/share/doc/sluice/THIRD-PARTY-NOTICES.txt.gz')).toContain('ioredis')
    expect(readText(inTree('usr/share/doc/sluice/copyright'))).toContain('Permission is hereby granted')
  })

  test.each([
    ['lintian', () => ['--allow-root', '--fail-on', 'error', deb]],
    ['desktop-file-validate', () => [inTree('usr/share/applications/sluice.desktop')]],
    ['appstreamcli', () => ['validate', '--no-net', inTree('usr/share/metainfo/app.sluice.Sluice.metainfo.xml')]],
  ] as const)('%s finds no error', (program, args) => {
    const path = findBinary(program)
    if (path !== null) run(path, args())
  })

  test('has no time in it but the one of the commit', () => {
    const listed = run('dpkg-deb', ['--contents', deb]).trim().split('\n')
    expect(new Set(listed.map((line) => line.split(/\s+/).slice(3, 5).join(' '))).size).toBe(1)
    expect(new Set(listed.map((line) => line.split(/\s+/)[1]))).toEqual(new Set(['root/root']))
    for (const file of filesBelow(dir).filter((name) => name.endsWith('.gz')))
      expect([file, readFileSync(join(dir, file)).readUInt32LE(4)]).toEqual([file, 0])
  })

  // Ten seconds more of the processor: what makes a difference is looked for above.
  test('is the same to the byte when it is made again, and so is the .rpm', () => {
    const again = isSoak ? packLight('--light') : packed
    for (const file of [deb, ...(rpm === null ? [] : [rpm])]) {
      const hash = (dist: string): string => sha256(readFileSync(file.replace(packed.dist, dist)))
      expect([file, hash(again.dist)]).toEqual([file, hash(packed.dist)])
    }
    if (isSoak) again.remove()
  })
})

test('the list of what is bundled is that of package.json and the lock file, without tools', () => {
  const bom = JSON.parse(readText(fileNamed(packed.dist, /\.cdx\.json$/))) as {
    bomFormat: string
    metadata: { component: { name: string } }
    components: readonly { name: string; version: string }[]
  }
  const names = bom.components.map(({ name }) => name)
  const { dependencies } = JSON.parse(readText(join(ROOT, 'package.json'))) as { dependencies: object }
  // What has a scope is named without it there, or with.
  const missing = Object.keys(dependencies).filter(
    (name) => !names.some((one) => name === one || name.endsWith(`/${one}`)),
  )
  expect(bom.metadata.component.name).toBe('sluice')
  expect([bom.bomFormat, missing, names.filter((name) => /^(?:vite|vitest|electron)$/.test(name))]).toEqual([
    'CycloneDX',
    [],
    [],
  ])
})

test('the checksums are right', () => {
  const sums = run('sha256sum', ['--check', '--strict', 'SHA256SUMS-linux.txt'], packed.dist).trim().split('\n')
  expect(sums.filter((line) => line.endsWith(': OK'))).toHaveLength(rpm === null ? 3 : 4)
})

describe('the .rpm', () => {
  test('holds the same program, and goes whole', ({ skip }) => {
    if (rpm === null || !isRoot) return skip('rpmbuild and root are needed')
    const root = join(dir, 'rpm-root')
    const own = (...args: readonly string[]): string => run('rpm', ['--root', root, '--nodeps', ...args])
    own('--install', rpm)
    const files = filesBelow(root).filter((file) => file.startsWith('usr/lib/sluice/'))
    expect(files).toEqual(filesBelow(inTree('usr/lib/sluice')).map((file) => `usr/lib/sluice/${file}`))
    expect(existsSync(join(root, 'usr/share/zsh/site-functions/_sluice'))).toBe(true)
    own('--verify', 'sluice')
    own('--erase', 'sluice')
    expect(run('find', [root, '-iname', '*sluice*']).trim()).toBe('')
    expect(run('rpm', ['-qp', '--requires', rpm])).toMatch(/^\(nodejs >= 1:20\.19 or /m)
  })
})

describe('installed', () => {
  test('it opens a window from its menu entry, recovers, ends with the window, and is purged', async ({ skip }) => {
    const engine = findBinary('chromium', 'google-chrome-stable', 'chromium-headless-shell')
    if (!isRoot || engine === null) return skip('root and a browser are needed')
    const root = join(dir, 'root')
    const dpkg = (...args: readonly string[]): string =>
      run('dpkg', [`--root=${root}`, '--force-depends', '--force-script-chrootless', ...args])
    for (const path of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers', 'var/log'])
      run('mkdir', ['-p', join(root, path)])
    writeFileSync(join(root, 'var/lib/dpkg/status'), '')
    dpkg('--install', deb)

    const redis = await startRedis()
    const direct = redis.client()
    for (let at = 0; at < 20; at += 1) await direct.xadd('orders', '*', 'n', at)
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'worker-3', 'COUNT', 20, 'STREAMS', 'orders', '>')
    await direct.xgroup('CREATECONSUMER', 'orders', 'billing', 'worker-1')

    const home = join(dir, 'home')
    const browser = join(dir, 'browser')
    // Without a window system, and by the port that a test can look through.
    const flags = '--headless --no-sandbox --disable-gpu --remote-debugging-port=0'
    const shell = engine.endsWith('shell') ? '"${1#--app=}"' : ''
    writeFileSync(browser, `#!/bin/sh\nexec ${engine} ${flags} "$@" ${shell}\n`)
    chmodSync(browser, 0o755)
    const env = {
      ...{ PATH: `${join(root, 'usr/bin')}:${process.env.PATH ?? ''}`, HOME: home, DISPLAY: ':0', TMPDIR: dir },
      ...{ SLUICE_BROWSER: browser, REDIS_URL: redis.url, SLUICE_DATA_DIR: join(home, 'data') },
    }
    const entry = readText(join(root, 'usr/share/applications/sluice.desktop'))
    const [, command = ''] = /^Exec=(.*)$/m.exec(entry) ?? []
    // The Node of the system may be elsewhere than where a Debian has it.
    const [file, ...args] = existsSync('/usr/bin/node') ? [command] : [process.execPath, join(root, 'usr/bin', command)]
    const sluice = spawn(file ?? '', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [sluice.stdout, sluice.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))

    const portFile = (): string => {
      const profile = readdirSync(dir).find((name) => name.startsWith('sluice-window-')) ?? ''
      return join(dir, profile, 'profile/DevToolsActivePort')
    }
    await vi.waitFor(() => expect([said, existsSync(portFile())]).toEqual([said, true]), 30_000)
    const [port] = readText(portFile()).split('\n')
    const shown = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    const page = shown.contexts()[0]?.pages()[0]
    await page?.getByText('orders').first().waitFor({ timeout: 30_000 })
    expect(said).toBe('Sluice opens in a window of its own, and ends with it.\n')

    const words = ['claim', 'orders', 'billing', '--from', 'worker-3', '--to', 'worker-1', '--yes']
    const claimed = spawnSync(process.execPath, [join(root, 'usr/bin/sluice'), ...words], { env, encoding: 'utf8' })
    expect([claimed.status, claimed.stderr]).toEqual([0, ''])
    expect(await heldBy(direct, 'orders', 'billing')).toEqual({ 'worker-1': 20 })

    const ended = once(sluice, 'exit')
    const session = await shown.newBrowserCDPSession()
    await session.send('Browser.close').catch(() => undefined)
    expect([await ended, said.split('\n').length]).toEqual([[0, null], 2])
    await redis.stop()
    dpkg('--purge', 'sluice')
    expect(run('find', [root, '-iname', '*sluice*']).trim()).toBe('')
    // The browser's own are of no package.
    expect(run('find', [home, '-iname', '*sluice*']).trim()).toBe('')
    expect(readdirSync(home)).toContain('data')
  })
})
