import { spawnSync } from 'node:child_process'
import { builtinModules } from 'node:module'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractFile, listPackage, statFile } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileNamed, filesBelow, packStandIn, readText, ROOT, run, sha256, type Packed } from './packed'

let packed: Packed
let asar: string
beforeAll(() => {
  packed = packStandIn()
  asar = join(packed.app, 'resources/app.asar')
}, 60_000)
afterAll(() => packed.remove())

/** The files of the archive, without its directories. */
function packedFiles(): readonly string[] {
  return listPackage(asar, { isPack: false })
    .map((path) => path.replace(/^[\\/]/, ''))
    .filter((path) => !('files' in statFile(asar, path)))
    .sort()
}

describe('the archive', () => {
  test('holds the bundle of the desktop application as it was built, and nothing else', () => {
    const built = ['main', 'preload', 'decoder', 'renderer'].flatMap((part) =>
      filesBelow(join(ROOT, 'out', part)).map((file) => `out/${part}/${file}`),
    )
    const bundle = built.filter((file) => !file.endsWith('.map'))
    expect(packedFiles()).toEqual([...bundle, 'package.json'].sort())
    for (const file of bundle) {
      expect([file, sha256(extractFile(asar, file))]).toEqual([file, sha256(readFileSync(join(ROOT, file)))])
    }
  })

  test('is smaller than 6.5 MB', () => {
    expect(statSync(asar).size).toBeLessThan(6_500_000)
  })

  test('carries no source, map, library or part of the web host', () => {
    for (const file of packedFiles()) expect(file).not.toMatch(/\.(map|ts|vue)$|node_modules|^out\/server/)
  })

  test('has a hash of every file, by which Electron checks what it reads', () => {
    for (const file of packedFiles()) {
      const entry = statFile(asar, file)
      if (!('integrity' in entry)) throw new Error(`${file} has no hash`)
      expect([file, entry.integrity.hash]).toEqual([file, sha256(extractFile(asar, file))])
    }
  })

  test('names its main file, and says nothing about how it was made', () => {
    const manifest = JSON.parse(extractFile(asar, 'package.json').toString()) as Record<string, unknown>
    expect(manifest).toMatchObject({
      name: 'sluice',
      main: 'out/main/main.js',
      type: 'module',
      desktopName: 'sluice.desktop',
    })
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['scripts']))
    expect(manifest).not.toHaveProperty('devDependencies')
    expect(packedFiles()).toContain(manifest.main)
  })

  test('tells nothing of the machine it was made on', () => {
    for (const file of packedFiles()) expect(extractFile(asar, file).includes(ROOT)).toBe(false)
  })

  test('needs nothing but Node and Electron', () => {
    const main = extractFile(asar, 'out/main/main.js').toString()
    const imported = [...main.matchAll(/^import\s(?:[^'"]*?from\s*)?["']([^"']+)["']/gm)].map(([, name = '']) => name)
    const known = new Set(['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)])
    expect(imported).toContain('electron')
    expect(imported.filter((name) => !known.has(name) && !name.startsWith('./'))).toEqual([])
    const preload = extractFile(asar, 'out/preload/preload.cjs').toString()
    expect([...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name)).toEqual(['electron'])
  })
})

test('the fuses are blown as they should be', async () => {
  const { version, ...wire } = await getCurrentFuseWire(join(packed.app, 'sluice'))
  expect(version).toBe('1')
  const { ENABLE: on, DISABLE: off } = FuseState
  expect(wire).toEqual({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
    [FuseV1Options.WasmTrapHandlers]: on,
  })
})

test('the licences of all that goes into it go with it', () => {
  const notices = readText(join(packed.app, 'THIRD-PARTY-NOTICES.txt'))
  for (const name of ['vue', 'echarts', 'ioredis', '@orpc/server', 'zod', 'pino', 'reka-ui']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, `, 'm'))
  }
  expect(notices).toContain('Permission is hereby granted, free of charge')
  expect(notices).toContain('Apache License')
  for (const name of ['vite', 'electron', 'playwright-core'])
    expect(notices).not.toMatch(new RegExp(`^${name} \\d`, 'm'))
})

describe('what a stand-in went into can’t be taken for the real thing', () => {
  test('by its name, a file in it, and what it says when started', () => {
    expect(filesBelow(packed.dist).filter((file) => /\.(?:deb|tar\.gz)$/.test(file))).toEqual([
      expect.stringMatching(/^UNSHIPPABLE-.*\.deb$/),
      expect.stringMatching(/^UNSHIPPABLE-.*\.tar\.gz$/),
    ])
    expect(readText(join(packed.app, 'UNSHIPPABLE.txt'))).toContain('must not be given to anybody')
    const { status, stderr } = spawnSync(join(packed.app, 'sluice'), { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('UNSHIPPABLE.txt')])
  })
})

test('the .tar.gz holds the directory', () => {
  const archive = fileNamed(packed.dist, /\.tar\.gz$/)
  const listed = run('tar', ['-tzf', archive]).trim().split('\n')
  const files = listed.filter((path) => !path.endsWith('/')).map((path) => path.replace(/^[^/]+\//, ''))
  expect(files.sort()).toEqual(filesBelow(packed.app))
  expect(files).toEqual(expect.arrayContaining(['LICENSE.txt', 'LICENSE.electron.txt', 'UNSHIPPABLE.txt']))
})

test('the checksums are right', () => {
  const sums = run('sha256sum', ['--check', '--strict', 'SHA256SUMS-linux.txt'], packed.dist)
  expect(
    sums
      .trim()
      .split('\n')
      .map((line) => line.split(': ')[1]),
  ).toEqual(['OK', 'OK'])
})

test('a directory that holds something is not packed into', () => {
  const taken = mkdtempSync(join(tmpdir(), 'sluice-taken-'))
  writeFileSync(join(taken, 'letter.txt'), 'dear')
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'build/package.mjs'), '--output', taken], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([1, expect.stringContaining('is not empty')])
  expect(readText(join(taken, 'letter.txt'))).toBe('dear')
  rmSync(taken, { recursive: true })
})

describe('the .deb', () => {
  let deb: string
  let root: string
  beforeAll(() => {
    deb = fileNamed(packed.dist, /\.deb$/)
    root = mkdtempSync(join(tmpdir(), 'sluice-deb-test-'))
    run('dpkg-deb', ['--raw-extract', deb, root])
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test('says what it is', () => {
    const field = (name: string): string => run('dpkg-deb', ['--field', deb, name]).trim()
    expect(field('Package')).toBe('sluice-unshippable')
    expect(field('Version')).toBe((JSON.parse(readText(join(ROOT, 'package.json'))) as { version: string }).version)
    expect(field('Maintainer')).toMatch(/^The Sluice maintainers <.+@.+>$/)
    expect(field('Description')).toMatch(/^Redis Streams inspector\n /)
    expect(field('Depends')).toContain('libnss3')
    expect(field('Conflicts')).toBe('sluice')
    expect(Number(field('Installed-Size'))).toBeGreaterThan(1_000)
  })

  test('puts the application in place, with a menu entry and an icon in every size', () => {
    const files = filesBelow(root)
    const icons = [16, 24, 32, 48, 64, 128, 256, 512].map(
      (size) => `usr/share/icons/hicolor/${size}x${size}/apps/sluice.png`,
    )
    expect(files).toEqual(expect.arrayContaining([...icons, 'usr/share/applications/sluice.desktop']))
    expect(files.filter((file) => file.startsWith('opt/')).map((file) => file.replace(/^opt\/[^/]+\//, ''))).toEqual(
      filesBelow(packed.app),
    )
    const entry = readText(join(root, 'usr/share/applications/sluice.desktop'))
    expect(entry).toMatch(/^Exec="\/opt\/Sluice UNSHIPPABLE\/sluice" %U$/m)
    expect(entry).toMatch(/^Categories=Development;$/m)
    expect(entry).toMatch(/^StartupWMClass=sluice$/m)
    expect(entry).toMatch(/^Icon=sluice$/m)
  })

  test('has the right sums, and scripts that a shell can read', () => {
    run('md5sum', ['--check', '--strict', '--quiet', 'DEBIAN/md5sums'], root)
    expect(readText(join(root, 'DEBIAN/md5sums')).trim().split('\n')).toHaveLength(
      filesBelow(root).filter((file) => !file.startsWith('DEBIAN/')).length,
    )
    for (const script of ['postinst', 'postrm']) run('bash', ['-n', join(root, 'DEBIAN', script)])
  })

  test('belongs to root throughout', () => {
    const owners = run('dpkg-deb', ['--contents', deb])
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)[1])
    expect(new Set(owners)).toEqual(new Set(['root/root']))
  })
})

describe('the icons', () => {
  const icon = (name: string): Buffer => readFileSync(join(packed.dist, 'icons', name))
  const pngSize = (png: Buffer): number => {
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect(png.readUInt32BE(16)).toBe(png.readUInt32BE(20))
    return png.readUInt32BE(16)
  }

  test('PNGs of their sizes', () => {
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
      expect(pngSize(icon(`linux/${size}x${size}.png`))).toBe(size)
    }
  })

  test('an .ico whose small pictures are bitmaps, with clear corners and a drawn middle', () => {
    const ico = icon('icon.ico')
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1])
    const sizes: number[] = []
    for (let index = 0; index < ico.readUInt16LE(4); index += 1) {
      const at = 6 + index * 16
      const size = ico.readUInt8(at) || 256
      const data = ico.subarray(ico.readUInt32LE(at + 12), ico.readUInt32LE(at + 12) + ico.readUInt32LE(at + 8))
      sizes.push(size)
      if (size === 256) {
        expect(pngSize(data)).toBe(256)
        continue
      }
      expect([data.readUInt32LE(0), data.readInt32LE(4), data.readInt32LE(8)]).toEqual([40, size, size * 2])
      expect(data.length).toBe(40 + size * size * 4 + Math.ceil(size / 32) * 4 * size)
      const pixel = (x: number, y: number): readonly number[] => [
        ...data.subarray(40 + (y * size + x) * 4).subarray(0, 4),
      ]
      expect(pixel(0, 0)[3]).toBe(0)
      // #5cbde6, the gate, above the middle: rows are stored from the bottom, colours as BGRA.
      expect(pixel(size / 2, Math.floor(size * 0.6))).toEqual([0xe6, 0xbd, 0x5c, 255])
    }
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256])
  })

  test('an .icns with every size that macOS asks for', () => {
    const icns = icon('icon.icns')
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length])
    const found: Record<string, number> = {}
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      found[icns.toString('latin1', at, at + 4)] = pngSize(icns.subarray(at + 8))
    }
    expect(found).toEqual({
      icp4: 16,
      icp5: 32,
      ic07: 128,
      ic08: 256,
      ic09: 512,
      ic10: 1024,
      ic11: 32,
      ic12: 64,
      ic13: 256,
      ic14: 512,
    })
  })
})
