import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { outsideWords } from '../../shared/words/en/outside-words'
import { secretsWords } from '../../shared/words/en/secrets-words'
import { webWords } from '../../shared/words/en/web-words'
import { errorCode } from '../host/outside/bounded-file'
import { takeConnectionArguments, type ConnectionArguments } from '../host/outside/connection-arguments'
import { namesConnection } from '../host/outside/given-by-arguments'
import { usualDirs } from '../host/data-dir'
import { UsageError } from '../host/usage-error'
import { readBasePath } from './base-path'
import { isLoopback } from './request-guard'
import { readAuthHeader } from './users/proxy-login'
import { tokensFileOf } from './tokens/tokens-file'
import { usersFileOf } from './users/users-file'
import { trustedProxies, type TrustedProxies } from './who-asks'

export interface CliOptions {
  readonly sandbox: boolean
  /** The sandbox without its live workload. */
  readonly static: boolean
  readonly host: string
  readonly port: number
  /** Whether to open a browser. */
  readonly open: boolean
  /** In a window of its own, with which all of it ends. */
  readonly window: boolean
  /** Nothing is asked for that a host which has the window already may not have: that one will do. */
  readonly joins: boolean
  /** Null: the usual place. */
  readonly dataDir: string | null
  readonly password: string | null
  /** The file of the users there are; null: there are none. */
  readonly usersFile: string | null
  /** The file of the tokens by which programs call, which need not be there; null: none do. */
  readonly tokensFile: string | null
  readonly authHeader: string | null
  readonly publicUrl: URL | null
  readonly proxies: TrustedProxies
  readonly basePath: string
  /** Files of its own certificate. */
  readonly tlsFiles: { readonly cert: string; readonly key: string } | null
  /** It changes nothing, on any connection. */
  readonly readOnly: boolean
  /** Of what scrapes /metrics; null: it is not there. */
  readonly metricsToken: string | null
  /** The name or id of the one that is opened, of those that are saved or listed. */
  readonly connection: string | null
  /** What is said of a connection, not read yet. */
  readonly arguments: ConnectionArguments
  readonly addresses: readonly string[]
  /** Whether a passphrase for secrets is asked for, where none is given. */
  readonly keepSecrets: boolean
}

const FLAGS = {
  web: { type: 'boolean' },
  sandbox: { type: 'boolean', default: false },
  static: { type: 'boolean', default: false },
  port: { type: 'string' },
  host: { type: 'string' },
  'password-file': { type: 'string' },
  'public-url': { type: 'string' },
  'trusted-proxy': { type: 'string' },
  'auth-header': { type: 'string' },
  'base-path': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'metrics-token-file': { type: 'string' },
  'read-only': { type: 'boolean', default: false },
  connection: { type: 'string' },
  'data-dir': { type: 'string' },
  'keep-secrets': { type: 'boolean', default: false },
  open: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean', default: false },
} as const

const SHORTEST_PASSWORD = 8
/** What is for a host that others reach, or reach again: it does not end with a window. */
const OF_THE_WEB_HOST = [
  ...(['web', 'host', 'port', 'password-file', 'public-url', 'trusted-proxy', 'auth-header', 'base-path'] as const),
  ...(['tls-cert', 'tls-key', 'metrics-token-file', 'open'] as const),
]
const OF_THE_ENVIRONMENT = ['REDIS_URL', 'SLUICE_CONNECTIONS', 'SLUICE_PASSPHRASE', 'SLUICE_WEB_PASSWORD'] as const
/** As a header can hold it; long enough that nobody guesses it. */
const METRICS_TOKEN = /^[\w.~+/=-]{16,512}$/

/** Null when only help is asked for. Throws `UsageError`. Takes the password out of `env`, so no child process sees it. */
export function readCliOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hasDisplay: boolean,
): CliOptions | null {
  const named = takeConnectionArguments(args)
  const { values: flags, positionals: addresses } = parseFlags(named.rest)
  if (flags.help) return null
  if (flags.open && flags['no-open']) throw new UsageError(webWords.openOrNot)
  const { host = '127.0.0.1', port = '0', 'base-path': base = '' } = flags
  const isGiven = flags.sandbox || flags['read-only'] || flags['keep-secrets'] || flags.connection !== undefined
  const joins =
    !isGiven &&
    !namesConnection(named, addresses) &&
    named.own.passphraseFile === undefined &&
    OF_THE_ENVIRONMENT.every((variable) => !env[variable])
  if (flags.static && !flags.sandbox) throw new UsageError(webWords.staticIsForSandbox)
  if (flags['data-dir'] !== undefined && flags.sandbox) {
    throw new UsageError(webWords.sandboxHasItsOwn)
  }
  if (flags.sandbox && namesConnection(named, addresses)) throw new UsageError(outsideWords.notWithSandbox)
  if (flags.sandbox && (flags['keep-secrets'] || named.own.passphraseFile !== undefined)) {
    throw new UsageError(secretsWords.sandboxKeepsNone)
  }
  if (flags.connection !== undefined && flags.sandbox) throw new UsageError(outsideWords.notWithSandbox)
  if (flags.connection !== undefined && namesConnection(named, addresses)) {
    throw new UsageError(webWords.connectionOrAddress)
  }
  const dir = flags['data-dir'] === undefined ? null : resolve(flags['data-dir'])
  const password = readPassword(flags['password-file'], env)
  const dataDir = dir ?? usualDirs(env).data
  const usersFile = flags.sandbox ? null : findUsers(dataDir)
  if (usersFile !== null && password !== null) throw new UsageError(webWords.passwordOrUsers(usersFile))
  const hasLogin = usersFile !== null || password !== null
  if (!hasLogin && !isLoopback(host)) throw new UsageError(webWords.hostNeedsPassword(host))
  const wanted = hasDisplay && env.SLUICE_NO_OPEN !== '1'
  const open = flags['no-open'] ? false : (flags.open ?? wanted)
  const window = open && OF_THE_WEB_HOST.every((name) => flags[name] === undefined)
  return {
    sandbox: flags.sandbox,
    static: flags.static,
    host,
    port: readPort(port),
    open,
    window,
    joins: window && joins,
    dataDir: dir,
    password,
    usersFile,
    tokensFile: flags.sandbox ? null : tokensFileOf(dataDir),
    authHeader: readHeader(flags['auth-header'], flags['trusted-proxy'] !== undefined, usersFile !== null),
    publicUrl: readPublicUrl(flags['public-url'], hasLogin),
    proxies: readProxies(flags['trusted-proxy'], hasLogin),
    basePath: readBase(base),
    tlsFiles: readTlsFiles(flags['tls-cert'], flags['tls-key']),
    readOnly: flags['read-only'],
    metricsToken: readMetricsToken(flags['metrics-token-file'], env),
    connection: flags.connection ?? null,
    arguments: named,
    addresses,
    keepSecrets: flags['keep-secrets'],
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true })
  } catch (error) {
    // Node's own words name the flag; the sentence after the first is advice for programmers.
    const [first = ''] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(first)
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65_535)) throw new UsageError(webWords.portNumber(text))
  return port
}

function readPassword(file: string | undefined, env: NodeJS.ProcessEnv): string | null {
  const password = readSecret('--password-file', file, env, 'SLUICE_WEB_PASSWORD')
  if (password === null) return null
  if (password.length < SHORTEST_PASSWORD) {
    throw new UsageError(webWords.shortPassword(SHORTEST_PASSWORD))
  }
  return password
}

function readMetricsToken(file: string | undefined, env: NodeJS.ProcessEnv): string | null {
  const token = readSecret('--metrics-token-file', file, env, 'SLUICE_METRICS_TOKEN')
  if (token !== null && !METRICS_TOKEN.test(token)) throw new UsageError(webWords.metricsTokenShape)
  return token
}

/** Takes it out of `env`, so that no child process sees it. What the file holds goes before. */
function readSecret(flag: string, file: string | undefined, env: NodeJS.ProcessEnv, variable: string): string | null {
  const given = env[variable]
  Reflect.deleteProperty(env, variable)
  if (file === undefined) return given ?? null
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new UsageError(webWords.fileUnreadable(flag, file, errorCode(error)))
  }
}

function readPublicUrl(text: string | undefined, hasLogin: boolean): URL | null {
  if (text === undefined) return null
  if (!hasLogin) throw new UsageError(webWords.publicUrlNeedsPassword)
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (!isPlain) throw new UsageError(webWords.publicUrlWithoutPath)
  return url
}

function readProxies(text: string | undefined, hasLogin: boolean): TrustedProxies {
  if (text !== undefined && !hasLogin) throw new UsageError(webWords.trustProxyNeedsPassword)
  const proxies = trustedProxies(text?.split(',') ?? [])
  if (proxies === null) throw new UsageError(webWords.trustProxyAddresses)
  return proxies
}

/** There is one as soon as there was a user: without it, whoever has the launch link would be let in. */
function findUsers(dir: string): string | null {
  const file = usersFileOf(dir)
  return existsSync(file) ? file : null
}

function readHeader(text: string | undefined, hasProxy: boolean, hasUsers: boolean): string | null {
  if (text === undefined) return null
  const header = readAuthHeader(text)
  if (header === null) throw new UsageError(webWords.authHeaderName(text))
  if (!hasUsers) throw new UsageError(webWords.authHeaderNeedsUsers)
  if (!hasProxy) throw new UsageError(webWords.authHeaderNeedsProxy)
  return header
}

function readBase(text: string): string {
  const base = readBasePath(text)
  if (base === null) throw new UsageError(webWords.basePathPlain(text))
  return base
}

function readTlsFiles(cert: string | undefined, key: string | undefined): CliOptions['tlsFiles'] {
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined) throw new UsageError(webWords.certAndKey)
  return { cert: resolve(cert), key: resolve(key) }
}
