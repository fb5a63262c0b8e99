import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { together, type DataDirs } from '../../../electron/host/data-dir'
import { openHostBackend } from '../../../electron/host/host-backend'
import { moveSettings, type MovedSettings } from '../../../electron/host/move-settings'
import { NOTHING_GIVEN } from '../../../electron/host/outside/given'
import { inMemory } from '../../../electron/host/secrets-store'
import { openJsonFile } from '../../../electron/services/lib/json-file'
import type { Api } from '../api/backend-kit'
import { AS_ADMIN } from '../../helpers/callers'
import { createMemoryLog } from '../../helpers/memory-log'
import { builtDecoder } from '../../helpers/built-decoder'

const OLD = fileURLToPath(new URL('../../fixtures/data-0.1.0/data/', import.meta.url))
const { log } = createMemoryLog()
let root: string
let dirs: DataDirs
let moved: MovedSettings[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-move-'))
  dirs = { data: join(root, 'share/sluice'), config: join(root, 'config/sluice') }
})
afterEach(() => {
  for (const each of moved) each.close()
  moved = []
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

async function move(to = dirs): Promise<DataDirs> {
  const done = await moveSettings(to, log)
  moved.push(done)
  return done.dirs
}
interface Kept {
  connections?: { id: string; name?: string; color?: string }[]
  [field: string]: unknown
}
const read = (dir: string, name = 'connections'): Kept =>
  JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) as Kept
function write(dir: string, content: Kept, name = 'connections'): void {
  mkdirSync(dir, { recursive: true })
  rmSync(join(dir, `${name}.json`), { force: true })
  writeFileSync(join(dir, `${name}.json`), JSON.stringify(content))
}
const of = (...names: string[]): Kept => ({ version: 1, connections: names.map((name) => ({ id: name, name })) })
const names = (dir = dirs.config) => read(dir).connections?.map(({ name }) => name)
const isLink = (name: string) => lstatSync(join(dirs.data, name)).isSymbolicLink()
/** An earlier Sluice, as it changes the file. */
async function earlier(): Promise<{ save(name: string): Promise<void>; remove(id: string): Promise<void> }> {
  const file = await openJsonFile({ dataDir: dirs.data, name: 'connections', log })
  const listOf = (content: Kept) => content.connections ?? []
  return {
    save: (name) => file.update((content) => ({ ...content, connections: [...listOf(content), { id: name, name }] })),
    remove: (gone) =>
      file.update((content) => ({ ...content, connections: listOf(content as Kept).filter(({ id }) => id !== gone) })),
  }
}

describe('settings and connections move', () => {
  test('out of the data directory, which keeps all the rest; a link stays', async () => {
    cpSync(OLD, dirs.data, { recursive: true })
    const before = { connections: read(dirs.data), settings: read(dirs.data, 'settings') }
    expect(await move()).toEqual(dirs)
    expect(read(dirs.config)).toEqual(before.connections)
    expect(read(dirs.config, 'settings')).toEqual(before.settings)
    expect(statSync(join(dirs.config, 'connections.json')).mode & 0o777).toBe(0o600)
    expect(readlinkSync(join(dirs.data, 'connections.json'))).toBe(join(dirs.config, 'connections.json'))
    expect(readdirSync(join(dirs.data, 'journal'))).toEqual(readdirSync(join(OLD, 'journal')))
    expect(readdirSync(join(dirs.data, 'backups'))).toEqual(readdirSync(join(OLD, 'backups')))
    const files = readdirSync(dirs.config)
    expect(await move()).toEqual(dirs)
    expect([readdirSync(dirs.config), read(dirs.config)]).toEqual([files, before.connections])
  })

  test('not where there are none', async () => {
    expect(await move()).toEqual(dirs)
    expect(readdirSync(dirs.config)).toEqual([])
    expect(existsSync(dirs.data)).toBe(false)
  })

  // Often: of all the ways in which they may meet, each run is one.
  test.each(Array.from({ length: 30 }, (_, at) => at))('by several processes that start at once, time %i', async () => {
    write(dirs.data, of('a', 'b'))
    write(dirs.data, { delimiter: '/' }, 'settings')
    const all = await Promise.all(Array.from({ length: 8 }, () => move()))
    expect(all).toEqual(all.map(() => dirs))
    expect(names()).toEqual(['a', 'b'])
    expect(read(dirs.config, 'settings')).toEqual({ delimiter: '/' })
    expect(readdirSync(join(dirs.data, 'moved')).sort()).toEqual(['connections.json', 'settings.json'])
    expect(readdirSync(dirs.config).sort()).toEqual(['connections.json', 'settings.json'])
  })

  test('while an earlier Sluice writes: nothing of it is lost', async () => {
    write(dirs.data, of('first'))
    const old = await earlier()
    const writing = (async () => {
      for (let at = 0; at < 30; at += 1) await old.save(`old-${at}`)
    })()
    for (let at = 0; at < 6; at += 1) await move()
    await writing
    await move()
    const expected = ['first', ...Array.from({ length: 30 }, (_, at) => `old-${at}`)]
    expect(new Set(names())).toEqual(new Set(expected))
    expect(names()).toHaveLength(expected.length)
  })

  test('and what an earlier Sluice that runs on adds, changes or removes is taken over by the next start', async () => {
    write(dirs.data, of('kept', 'gone', 'renamed', 'both'))
    const old = await earlier()
    await move()
    const ours = read(dirs.config)
    write(dirs.config, {
      ...ours,
      connections: [
        ...(ours.connections ?? []).map((each) => (each.id === 'both' ? { ...each, color: 'red' } : each)),
        { id: 'new', name: 'new' },
      ],
    })
    await old.save('added')
    await old.remove('gone')
    const theirs = read(dirs.data)
    write(dirs.data, {
      ...theirs,
      connections:
        theirs.connections?.map((each) =>
          ['renamed', 'both'].includes(each.id) ? { ...each, name: `${each.id}!` } : each,
        ) ?? [],
    })
    expect(isLink('connections.json')).toBe(false)
    await move()
    expect(isLink('connections.json')).toBe(true)
    expect(read(dirs.config).connections).toEqual([
      ...[
        { id: 'kept', name: 'kept' },
        { id: 'renamed', name: 'renamed!' },
        { id: 'both', name: 'both!', color: 'red' },
      ],
      ...[
        { id: 'new', name: 'new' },
        { id: 'added', name: 'added' },
      ],
    ])
  })

  test('also while Sluice runs', async () => {
    write(dirs.data, of('a'))
    const old = await earlier()
    await move()
    await old.save('b')
    await expect.poll(() => names(), { timeout: 15_000 }).toEqual(['a', 'b'])
  })

  test('what was removed here does not come back by an earlier Sluice that knows it still', async () => {
    write(dirs.data, of('a', 'b'))
    const old = await earlier()
    await move()
    write(dirs.config, of('a'))
    await old.save('c')
    await move()
    expect(names()).toEqual(['a', 'c'])
  })

  test.each([
    ['before anything was taken away', () => write(dirs.config, of('a'))],
    [
      'with the old file aside',
      () => {
        mkdirSync(join(dirs.data, 'moved'))
        renameSync(join(dirs.data, 'connections.json'), join(dirs.data, 'moved', 'connections.json.taken-1'))
      },
    ],
    [
      'before the link was made',
      () => {
        write(dirs.config, of('a', 'b'))
        mkdirSync(join(dirs.data, 'moved'))
        renameSync(join(dirs.data, 'connections.json'), join(dirs.data, 'moved', 'connections.json'))
        cpSync(join(dirs.data, 'moved', 'connections.json'), join(dirs.data, 'moved', 'connections.json.taken-1'))
      },
    ],
  ])('to the end after a process was killed %s', async (_when, leave) => {
    write(dirs.data, of('a', 'b'))
    leave()
    await move()
    expect(names()).toEqual(['a', 'b'])
    expect(readdirSync(join(dirs.data, 'moved'))).toEqual(['connections.json'])
  })
})

describe('nothing moves', () => {
  const still = async (to: DataDirs, used: DataDirs = together(to.data)) => {
    write(to.data, of('a'))
    expect(await move(to)).toEqual(used)
    expect(names(to.data)).toEqual(['a'])
    expect(lstatSync(join(to.data, 'connections.json')).isFile()).toBe(true)
    const moved = join(to.data, 'moved')
    expect(existsSync(moved) ? readdirSync(moved) : []).toEqual([])
  }
  test('where everything is to be together', () => still(together(dirs.data)))

  test('where the one directory is a link to the other', async () => {
    mkdirSync(dirs.data, { recursive: true })
    mkdirSync(join(root, 'config'))
    symlinkSync(dirs.data, dirs.config)
    await still(dirs)
  })

  test('where the new place can’t be made', async () => {
    writeFileSync(join(root, 'config'), 'a file')
    await still(dirs)
  })

  test('where it can’t be written to', async () => {
    mkdirSync(join(dirs.config, 'connections.json'), { recursive: true })
    await still(dirs)
  })

  test('where the file there is no JSON: it is left for a person, and all is used where it was', async () => {
    mkdirSync(dirs.config, { recursive: true })
    writeFileSync(join(dirs.config, 'connections.json'), 'not json')
    await still(dirs)
    expect(readFileSync(join(dirs.config, 'connections.json'), 'utf8')).toBe('not json')
  })

  test('where the new file is a link to the old one', async () => {
    write(dirs.data, of('a'))
    mkdirSync(dirs.config, { recursive: true })
    symlinkSync(join(dirs.data, 'connections.json'), join(dirs.config, 'connections.json'))
    expect(await move()).toEqual(dirs)
    expect([names(), names(dirs.data)]).toEqual([['a'], ['a']])
    expect(lstatSync(join(dirs.data, 'connections.json')).isFile()).toBe(true)
  })
})

test('an old file that is no JSON is kept', async () => {
  mkdirSync(dirs.data, { recursive: true })
  writeFileSync(join(dirs.data, 'connections.json'), 'half a li')
  expect(await move()).toEqual(dirs)
  const [kept = ''] = readdirSync(dirs.data).filter((name) => name.startsWith('connections.json.damaged-'))
  expect(readFileSync(join(dirs.data, kept), 'utf8')).toBe('half a li')
})

test('a directory that is a link elsewhere is followed', async () => {
  const real = join(root, 'elsewhere')
  write(real, of('a'))
  mkdirSync(join(root, 'share'))
  symlinkSync(real, dirs.data)
  expect(await move()).toEqual(dirs)
  expect([names(), names(real)]).toEqual([['a'], ['a']])
})

test('what 0.1.0 left behind opens from both places with all it holds', async () => {
  vi.stubEnv('SLUICE_DATA_DIR', '')
  vi.stubEnv('XDG_DATA_HOME', join(root, 'share'))
  vi.stubEnv('XDG_CONFIG_HOME', join(root, 'config'))
  cpSync(OLD, dirs.data, { recursive: true })
  const open = async () => {
    const host = await openHostBackend({
      ...{ kind: 'web', sandbox: null, dataDir: null, given: NOTHING_GIVEN, secrets: inMemory(), log },
      saveFile: () => Promise.reject(new Error('no file')),
      decoderFile: builtDecoder,
    })
    const api: Api = createRouterClient(host.router, { context: AS_ADMIN })
    return { host, api }
  }
  const first = await open()
  expect(await first.api.host.info()).toMatchObject({ dataDir: dirs.data, configDir: dirs.config })
  expect(await first.api.connection.list()).toMatchObject(read(OLD).connections ?? [])
  expect((await first.api.connection.list()).length).toBeGreaterThan(1)
  const [one] = await first.api.connection.list()
  await first.api.connection.save({ id: one?.id, profile: { ...one!, name: 'renamed' } })
  await first.host.close()
  const again = await open()
  expect((await again.api.connection.list())[0]).toMatchObject({ id: one?.id, name: 'renamed' })
  await again.host.close()
  // Together, as an earlier Sluice sees it by the link.
  expect(names(dirs.data)?.[0]).toBe('renamed')
})
