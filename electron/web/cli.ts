import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { webWords } from '../../shared/words/en/web-words'
import { usualDirs } from '../host/data-dir'
import { createLogger } from '../host/logger'
import { errorCode } from '../host/outside/bounded-file'
import { UsageError } from '../host/usage-error'
import { readCliOptions, type CliOptions } from './cli-options'
import { createEntry } from './entry'
import { hasDisplay } from './open-browser'
import { isLoopback } from './request-guard'
import { digestSecret, newSecret } from './secret'
import { serve, type Served } from './serve'
import { changeTokens } from './tokens/token-cli'
import { changeUsers } from './users/user-cli'
import { findAppBrowser } from './window/find-browser'
import { sayEnded, startUnlessRunning } from './window/running-window'

/** Of the packages: it always has the same address, by which a desktop knows the window. */
const WINDOW_PAGE = fileURLToPath(new URL('../window.html', import.meta.url))
const STOP_LIMIT_MS = 8_000

const log = createLogger({ to: 2 })
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'this should not have happened')
  process.exitCode = 1
  process.emit('SIGTERM')
})

try {
  const args = process.argv.slice(2)
  if (args[0] === 'user') await changeUsers(args.slice(1), { env: process.env, say })
  else if (args[0] === 'token') await changeTokens(args.slice(1), { env: process.env, say, note })
  else {
    const options = readCliOptions(args, process.env, hasDisplay(process.env, process.platform))
    if (options === null) say(webWords.usage)
    else await run(options, log)
  }
} catch (error) {
  complain(describe(error))
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function run(options: CliOptions, log: Logger): Promise<void> {
  const secret = newSecret()
  const dataDir = options.dataDir ?? usualDirs().data
  const host: { served: Served | null; stopped: Promise<void> | null } = { served: null, stopped: null }
  const entry = createEntry({
    browser: options.window ? findBrowser() : null,
    profileDir: options.joins ? join(dataDir, 'window') : null,
    page: existsSync(WINDOW_PAGE) ? WINDOW_PAGE : null,
    pages: () => host.served?.server.pages ?? 0,
    url: () => host.served?.server.unusedUrl() ?? '',
    isSecret: () => host.served?.hasLogin === false,
    ...{ say, complain },
  })
  const start = async (): Promise<{ port: number; secret: string }> => {
    host.served ??= await serve(options, log, {
      // Until then Ctrl+C is for whoever is asked for a passphrase.
      onAsked: () => void (host.stopped = stopSignal()),
      onLaunch: entry.used,
      onNewLink: (url) => say(`${webWords.isAt(url)}\n`),
      windows: options.joins ? { secret: digestSecret(secret), open: () => void entry.open() } : null,
      complain,
    })
    return { port: host.served.server.port, secret }
  }
  try {
    if (options.joins && !(await startUnlessRunning(dataDir, start))) return say(`${webWords.anotherWindow}\n`)
    if (!options.joins) await start()
    if (options.open) await entry.open()
    else say(`${webWords.isAt(host.served?.server.url ?? '')}\n`)
    warn(options)
    await Promise.race([host.stopped, entry.closed])
  } finally {
    await entry.close()
    await host.served?.close()
    if (options.joins) await sayEnded(dataDir, secret)
  }
}

function warn({ host, tlsFiles, publicUrl }: CliOptions): void {
  if (!isLoopback(host) && tlsFiles === null && publicUrl?.protocol !== 'https:') complain(webWords.inTheClear)
}

function findBrowser() {
  const { env, platform } = process
  return findAppBrowser({ env, platform, home: homedir(), isRoot: platform === 'linux' && process.getuid?.() === 0 })
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. Whoever sends a second, or waits too long, gets the end at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = (): void => {
      if (asked) process.exit(process.exitCode ?? 130)
      asked = true
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // A library (conf) listens as well, and sends each signal on a second time: that would be somebody who can't wait.
      process.removeAllListeners(signal)
      process.on(signal, stop)
    }
  })
}

function describe(error: unknown): string {
  if (error instanceof UsageError) return webWords.optionsByHelp(error.message)
  const code = errorCode(error)
  if (code === 'EADDRINUSE') return webWords.portInUse
  if (code === 'EACCES') return webWords.portNotAllowed
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return webWords.noSuchAddress
  return error instanceof Error ? error.message : String(error)
}

function say(text: string): void {
  process.stdout.write(text)
}

/** Beside what was asked for, which may go to a file. */
function note(text: string): void {
  process.stderr.write(text)
}

function complain(text: string): void {
  process.stderr.write(`sluice: ${text}\n`)
}
