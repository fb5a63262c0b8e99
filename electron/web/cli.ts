import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { webWords } from '../../shared/words/en/web-words'
import { outsideWords } from '../../shared/words/en/outside-words'
import { DECODER_FILE } from '../host/decoder-file'
import { openHostBackend } from '../host/host-backend'
import { readGiven } from '../host/outside/read-given'
import { showsPassword } from '../host/outside/given-by-arguments'
import { wipeArguments } from '../host/outside/wipe-arguments'
import { readPassphrase } from '../host/read-passphrase'
import { usualDirs } from '../host/data-dir'
import { inMemory, passphraseFile } from '../host/secrets-store'
import { UsageError } from '../host/usage-error'
import { createLogger } from '../host/logger'
import { readCliOptions, type CliOptions } from './cli-options'
import { createDownloads } from './downloads'
import { writeLaunchFile, type LaunchFile } from './launch-file'
import { hasDisplay, openBrowser } from './open-browser'
import { isLoopback } from './request-guard'
import { metricsText } from './metrics'
import { openOwnTls } from './own-tls'
import { digestSecret } from './secret'
import { startWebServer } from './server'
import { createSessionRoster } from './session-roster'
import { changeUsers } from './users/user-cli'
import { takeUsers } from './users/take-users'

const RENDERER_DIR = fileURLToPath(new URL('../renderer/', import.meta.url))
const STOP_LIMIT_MS = 8_000
/** A browser that starts cold takes its time. */
const LAUNCH_FILE_MS = 120_000

const log = createLogger({ to: 2 })
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'this should not have happened')
  process.exitCode = 1
  process.emit('SIGTERM')
})

try {
  const args = process.argv.slice(2)
  if (args[0] === 'user') await changeUsers(args.slice(1), { env: process.env, say })
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
  const given = await readGiven({ ...options, env: process.env })
  if (showsPassword(options.arguments, options.addresses)) {
    wipeArguments()
    complain(outsideWords.seenByOthers)
  }
  const { passphraseFile: file = null } = options.arguments.own
  const secrets = await readPassphrase({
    file,
    ask: options.keepSecrets ? toAsk(options.dataDir) : 'no',
    env: process.env,
  })
  const users = options.usersFile === null ? null : takeUsers(options.usersFile, log)
  const tls = options.tlsFiles === null ? null : await openOwnTls(options.tlsFiles, log)
  const stopped = stopSignal()
  const downloads = createDownloads()
  const roster = createSessionRoster()
  const backend = await openHostBackend({
    kind: 'web',
    sandbox: options.sandbox ? { static: options.static } : null,
    dataDir: options.dataDir,
    readOnly: options.readOnly,
    opens: options.connection,
    given,
    secrets: secrets ?? inMemory(),
    log,
    sessions: roster,
    saveFile: downloads.save,
    openFile: downloads.open,
    decoderFile: DECODER_FILE,
  })
  const entry = createEntry()
  try {
    const server = await startWebServer({
      ...{ ...options, users, tls, router: backend.router, rendererDir: RENDERER_DIR, downloads, roster, log },
      metrics:
        options.metricsToken === null
          ? null
          : {
              token: digestSecret(options.metricsToken),
              read: async () => metricsText(await backend.measured(), Date.now()),
            },
      onLaunch: () => void entry.close(),
      onNewLink: (url) => say(`${webWords.isAt(url)}\n`),
    })
    say(`${webWords.isAt(server.url)}\n`)
    if (!isLoopback(options.host) && tls === null && options.publicUrl?.protocol !== 'https:') {
      complain(webWords.inTheClear)
    }
    if (options.open) await entry.open(server.url, options.password === null && users === null)
    await stopped
    await server.close()
  } finally {
    users?.close()
    tls?.close()
    await entry.close()
    await backend.close()
  }
}

/** How the passphrase is asked for: see `readPassphrase`. */
function toAsk(dir: string | null): 'known' | 'new' {
  return existsSync(passphraseFile(dir ?? usualDirs().data)) ? 'known' : 'new'
}

/** Opens a browser; `isSecret`: by a file that is removed once it was used, or soon. */
function createEntry() {
  let file: LaunchFile | null = null
  const close = async (): Promise<void> => {
    await file?.remove().catch(() => complain(webWords.launchFileStays(file?.path ?? '')))
  }
  return {
    close,
    async open(url: string, isSecret: boolean): Promise<void> {
      try {
        file = isSecret ? await writeLaunchFile(url) : null
      } catch (error) {
        // The address has been told.
        return complain(webWords.noLaunchFile(errorCode(error) ?? ''))
      }
      setTimeout(() => void close(), LAUNCH_FILE_MS).unref()
      if (!(await openBrowser(file?.path ?? url))) complain(webWords.noBrowser)
    },
  }
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

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}

function say(text: string): void {
  process.stdout.write(text)
}

function complain(text: string): void {
  process.stderr.write(`sluice: ${text}\n`)
}
