import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findBinary } from './find-binary'

export interface ServerBinary {
  /** `redis-7.0.15`, `valkey-8.1.1`: what `startRedis({ version })` takes, whole or the beginning of it. */
  readonly name: string
  readonly product: 'redis' | 'valkey'
  readonly version: string
  readonly path: string
}

/**
 * Beside the machine's own. In CI a server that should be there and isn't is a failure. The others, and with them all that
 * came with Redis 8.2, come from suites of Debian that move: `npm test` says loudly at its end that they are missing.
 */
const REQUIRED = ['redis-8.0', 'valkey-8.1']

let known: readonly ServerBinary[] | null = null

/**
 * The machine's own server first, then those that `node build/fetch-servers.mjs` has unpacked. Empty when there is none.
 * SLUICE_TEST_SERVER, the beginning of a name, leaves one of them; throws where that one isn't here.
 */
export function availableServers(): readonly ServerBinary[] {
  known ??= chooseServers(findServers(), process.env['SLUICE_TEST_SERVER'] ?? '', Boolean(process.env['CI']))
  return known
}

/** Of all that are here, those that tests run on. Throws where one that is asked for, or required in CI, is missing. */
export function chooseServers(all: readonly ServerBinary[], only: string, isCi: boolean): readonly ServerBinary[] {
  const chosen = all.filter(({ name }) => name.startsWith(only))
  const wanted = only !== '' ? [only] : isCi ? ['', ...REQUIRED] : []
  const missing = wanted.filter((start) => !all.some(({ name }) => name.startsWith(start)))
  if (missing.length === 0) return chosen
  const here = all.map(({ name }) => name).join(', ') || 'none'
  throw new Error(
    `Not here: ${missing.join(', ') || 'any server'}. There is: ${here}. node build/fetch-servers.mjs tries again.`,
  )
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
