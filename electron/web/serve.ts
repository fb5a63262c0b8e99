import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { outsideWords } from '../../shared/words/en/outside-words'
import { usualDirs } from '../host/data-dir'
import { DECODER_FILE } from '../host/decoder-file'
import { openHostBackend } from '../host/host-backend'
import { showsPassword } from '../host/outside/given-by-arguments'
import { readGiven } from '../host/outside/read-given'
import { wipeArguments } from '../host/outside/wipe-arguments'
import { readPassphrase } from '../host/read-passphrase'
import { inMemory, passphraseFile } from '../host/secrets-store'
import type { CliOptions } from './cli-options'
import { createDownloads } from './downloads'
import { inWords } from './in-words'
import { createUploads } from './uploads'
import { metricsText } from './metrics'
import { openOwnTls } from './own-tls'
import { digestSecret } from './secret'
import { startWebServer, type WebServer, type WebServerOptions } from './server'
import { createSessionRoster } from './session-roster'
import { openTokens } from './tokens/tokens'
import { openUsers } from './users/users'

const RENDERER_DIR = fileURLToPath(new URL('../renderer/', import.meta.url))

export interface Served {
  readonly server: WebServer
  /** People log in, and no launch link lets one in. */
  readonly hasLogin: boolean
  close(): Promise<void>
}

interface Listeners extends Pick<WebServerOptions, 'onLaunch' | 'onNewLink' | 'windows'> {
  /** Nobody is asked for anything any more. */
  onAsked(): void
  complain(text: string): void
}

/** Starts all of the web host. Throws `UsageError`, and as `listen` does; nothing of it stays then. */
export async function serve(options: CliOptions, log: Logger, listeners: Listeners): Promise<Served> {
  const given = await readGiven({ ...options, env: process.env })
  if (showsPassword(options.arguments, options.addresses)) {
    wipeArguments()
    listeners.complain(outsideWords.seenByOthers)
  }
  const { passphraseFile: file = null } = options.arguments.own
  const secrets = await readPassphrase({
    file,
    ask: options.keepSecrets ? toAsk(options.dataDir) : 'no',
    env: process.env,
  })
  listeners.onAsked()
  const { usersFile, tokensFile } = options
  // Nobody is let in by a file that can't be believed.
  const users = usersFile === null ? null : inWords(usersFile, 'user', () => openUsers(usersFile, log))
  const tokens = tokensFile === null ? null : inWords(tokensFile, 'token', () => openTokens(tokensFile, log))
  const tls = options.tlsFiles === null ? null : await openOwnTls(options.tlsFiles, log)
  const downloads = createDownloads()
  const uploads = createUploads()
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
    takeFile: uploads.take,
    pageUrl: options.publicUrl === null ? null : `${options.publicUrl.origin}${options.basePath}/`,
    decoderFile: DECODER_FILE,
  })
  const closeRest = async (): Promise<void> => {
    users?.close()
    tokens?.close()
    tls?.close()
    await backend.close()
  }
  const measured = async (): Promise<string> => metricsText(await backend.measured(), Date.now())
  try {
    const server = await startWebServer({
      ...{
        ...options,
        ...listeners,
        users,
        tokens,
        tls,
        router: backend.router,
        rendererDir: RENDERER_DIR,
        downloads,
        uploads,
        roster,
        log,
      },
      metrics: options.metricsToken === null ? null : { token: digestSecret(options.metricsToken), read: measured },
    })
    return {
      server,
      hasLogin: options.password !== null || users !== null,
      async close() {
        try {
          await server.close()
        } finally {
          await closeRest()
        }
      },
    }
  } catch (error) {
    await closeRest()
    throw error
  }
}

/** How the passphrase is asked for: see `readPassphrase`. */
function toAsk(dir: string | null): 'known' | 'new' {
  return existsSync(passphraseFile(dir ?? usualDirs().data)) ? 'known' : 'new'
}
