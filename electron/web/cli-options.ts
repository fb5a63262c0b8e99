import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { outsideWords } from '../../shared/words/en/outside-words'
import { secretsWords } from '../../shared/words/en/secrets-words'
import { webWords } from '../../shared/words/en/web-words'
import { takeConnectionArguments, type ConnectionArguments } from '../host/outside/connection-arguments'
import { namesConnection } from '../host/outside/given-by-arguments'
import { UsageError } from '../host/usage-error'
import { isLoopback } from './request-guard'
import { trustedProxies, type TrustedProxies } from './who-asks'

export interface CliOptions {
  readonly sandbox: boolean
  /** The sandbox without its live workload. */
  readonly static: boolean
  readonly host: string
  readonly port: number
  /** Whether to open a browser. */
  readonly open: boolean
  /** Null: the usual place. */
  readonly dataDir: string | null
  readonly password: string | null
  readonly publicUrl: URL | null
  readonly proxies: TrustedProxies
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
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  'password-file': { type: 'string' },
  'public-url': { type: 'string' },
  'trust-proxy': { type: 'string' },
  'data-dir': { type: 'string' },
  'keep-secrets': { type: 'boolean', default: false },
  open: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean', default: false },
} as const

const SHORTEST_PASSWORD = 8

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
  if (flags.static && !flags.sandbox) throw new UsageError(webWords.staticIsForSandbox)
  if (flags['data-dir'] !== undefined && flags.sandbox) {
    throw new UsageError(webWords.sandboxHasItsOwn)
  }
  if (flags.sandbox && namesConnection(named, addresses)) throw new UsageError(outsideWords.notWithSandbox)
  if (flags.sandbox && (flags['keep-secrets'] || named.own.passphraseFile !== undefined)) {
    throw new UsageError(secretsWords.sandboxKeepsNone)
  }
  const password = readPassword(flags['password-file'], env)
  if (password === null && !isLoopback(flags.host)) {
    throw new UsageError(webWords.hostNeedsPassword(flags.host))
  }
  const wanted = hasDisplay && env.SLUICE_NO_OPEN !== '1'
  return {
    sandbox: flags.sandbox,
    static: flags.static,
    host: flags.host,
    port: readPort(flags.port),
    open: flags['no-open'] ? false : (flags.open ?? wanted),
    dataDir: flags['data-dir'] === undefined ? null : resolve(flags['data-dir']),
    password,
    publicUrl: readPublicUrl(flags['public-url'], password),
    proxies: readProxies(flags['trust-proxy'], password),
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
  const fromEnv = env.SLUICE_WEB_PASSWORD
  delete env.SLUICE_WEB_PASSWORD
  const password = file === undefined ? fromEnv : readPasswordFile(file)
  if (password === undefined) return null
  if (password.length < SHORTEST_PASSWORD) {
    throw new UsageError(webWords.shortPassword(SHORTEST_PASSWORD))
  }
  return password
}

function readPasswordFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : webWords.unreadable
    throw new UsageError(webWords.unreadablePassword(file, code))
  }
}

function readPublicUrl(text: string | undefined, password: string | null): URL | null {
  if (text === undefined) return null
  if (password === null) throw new UsageError(webWords.publicUrlNeedsPassword)
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (!isPlain) throw new UsageError(webWords.publicUrlWithoutPath)
  return url
}

function readProxies(text: string | undefined, password: string | null): TrustedProxies {
  if (text !== undefined && password === null) throw new UsageError(webWords.trustProxyNeedsPassword)
  const proxies = trustedProxies(text?.split(',') ?? [])
  if (proxies === null) throw new UsageError(webWords.trustProxyAddresses)
  return proxies
}
