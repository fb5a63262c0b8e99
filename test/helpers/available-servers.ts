import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { findBinary } from './find-binary'
import { isSoak } from './soak'

export interface ServerBinary {
  /** `redis-7.0.15`, `valkey-8.1.1`: what `startRedis({ version })` takes, whole or the beginning of it. */
  readonly name: string
  readonly product: 'redis' | 'valkey'
  readonly version: string
  readonly path: string
}

/**
 * Beside the machine's own. In CI a server that should be there and isn't is a failure, not a smaller matrix: what came with
 * Redis 8.2 (XDELEX, XACKDEL) runs on nothing else. Which one that is moves with the suite of Debian that it comes from.
 * What else moves is left out loudly at the end of `npm test`.
 */
const REQUIRED: readonly { readonly title: string; readonly fits: (server: ServerBinary) => boolean }[] = [
  { title: 'any server', fits: () => true },
  ...['redis-8.0', 'valkey-8.1'].map((title) => ({ title, fits: named(title) })),
  { title: 'a Redis of 8.2 or newer', fits: isAtLeast(8, 2) },
]

function named(start: string): (server: ServerBinary) => boolean {
  return ({ name }) => name.startsWith(start)
}

function isAtLeast(major: number, minor: number): (server: ServerBinary) => boolean {
  return ({ product, version }) => {
    const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
    return product === 'redis' && (ownMajor > major || (ownMajor === major && ownMinor >= minor))
  }
}

const ASKED = process.env['SLUICE_TEST_SERVER'] ?? ''

let known: readonly ServerBinary[] | null = null

/**
 * The machine's own server first, then those that `node build/fetch-servers.mjs` has unpacked. Empty when there is none.
 * SLUICE_TEST_SERVER, the beginning of a name, leaves one of them; throws where that one isn't here.
 */
export function availableServers(): readonly ServerBinary[] {
  known ??= chooseServers(findServers(), ASKED === 'all' ? '' : ASKED, Boolean(process.env['CI']))
  return known
}

/** Of all that are here, those that tests run on. Throws where one that is asked for, or required in CI, is missing. */
export function chooseServers(all: readonly ServerBinary[], only: string, isCi: boolean): readonly ServerBinary[] {
  const chosen = all.filter(named(only))
  const wanted = only !== '' ? [{ title: only, fits: named(only) }] : isCi ? REQUIRED : []
  const missing = wanted.filter(({ fits }) => !all.some(fits)).map(({ title }) => title)
  if (missing.length === 0) return chosen
  const here = all.map(({ name }) => name).join(', ') || 'none'
  throw new Error(`Not here: ${missing.join(', ')}. There is: ${here}. node build/fetch-servers.mjs tries again.`)
}

/** Where the servers differ, every test runs on each: Redis's own words and scripts, and every action once. */
const ON_EACH = [/test\/electron\/redis\//, /every-action\/every-action\.test/, /connections\/capabilities\.test/]

/**
 * What the tests of a file run on. What is built on `electron/redis` runs on the newest Redis, which has the most commands, and file by
 * file in turn on the machine's own, which has the fewest, or another. All on each takes a machine per server, as in `.github/`, or
 * SLUICE_TEST_SERVER=all.
 */
export function serversFor(file: string): readonly ServerBinary[] {
  const all = availableServers()
  return isSoak || ASKED === 'all' || ON_EACH.some((place) => place.test(file)) ? all : inTurn(all, basename(file))
}

/** Of all that are here the newest Redis and one more that depends on the name: of every other name the first, else any of the others. */
export function inTurn(all: readonly ServerBinary[], name: string): readonly ServerBinary[] {
  const newest = newestOf(all)
  const [own, ...others] = all.filter((server) => server !== newest)
  const turn = createHash('sha256').update(name).digest().readUInt32BE()
  const more = turn % 2 === 0 || others.length === 0 ? own : others[(turn >>> 1) % others.length]
  return all.filter((server) => server === more || server === newest)
}

/** The server whose name begins with `version`; the machine's own when none is asked for. */
export function serverBinary(version?: string): ServerBinary {
  const servers = availableServers()
  const found = version === undefined ? servers[0] : servers.find(({ name }) => name.startsWith(version))
  if (found) return found
  const names = servers.map(({ name }) => name).join(', ') || 'none'
  throw new Error(`No ${version ?? 'redis or valkey'} server here. There is: ${names}.`)
}

/** The newest Redis here: what others lack, it has the most of. The machine's own server where there is no Redis. */
export function newestRedis(): ServerBinary {
  return newestOf(availableServers()) ?? serverBinary()
}

/** The machine's own, and the newest Redis: what there is no time for on every server runs on these. */
export function ownAndNewest(): readonly ServerBinary[] {
  return availableServers().filter(({ name }) => name === serverBinary().name || name === newestRedis().name)
}

export function newestOf(servers: readonly ServerBinary[]): ServerBinary | undefined {
  const redis = servers.filter(({ product }) => product === 'redis')
  return redis.toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))[0]
}

function findServers(): readonly ServerBinary[] {
  const cache = join(homedir(), '.cache', 'sluice-test-servers')
  const unpacked = existsSync(cache)
    ? readdirSync(cache)
        .sort()
        .map((name) => join(cache, name, 'bin'))
    : []
  const paths = [
    findBinary('redis-server', 'valkey-server'),
    ...unpacked.map((bin) => findBinary(join(bin, 'redis-server'), join(bin, 'valkey-server'))),
  ]
  return paths.filter((path) => path !== null).map(describeServer)
}

function describeServer(path: string): ServerBinary {
  const banner = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  const [, name, version] = /^(Redis|Valkey) server v=(\S+)/.exec(banner) ?? []
  if (name === undefined || version === undefined) throw new Error(`${path} --version says: ${banner}`)
  const product = name === 'Valkey' ? 'valkey' : 'redis'
  return { name: `${product}-${version}`, product, version, path }
}
