import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { startWebServer, type WebServer, type WebServerOptions } from '../../electron/web/server'
import { enter, type Entered } from './enter'
import { tinyRouter, type TinyRouter } from './tiny-router'

export const PAGE = '<!doctype html><title>page</title><link rel="icon" href="data:,">'
/** What a made-up renderer holds, and what lies around it. */
const FILES: Readonly<Record<string, string>> = {
  'renderer/index.html': PAGE,
  'renderer/assets/index-AbCd1234.js': 'export {}',
  'renderer/favicon.svg': '<svg/>',
  'renderer/.env': 'SECRET=hidden-file',
  'secret.html': 'outside-the-renderer',
  'server/cli.js': 'outside-the-renderer',
}

export interface TinyWebHost {
  readonly server: WebServer
  readonly port: number
  readonly origin: string
  readonly tiny: TinyRouter
  /** All that was logged, at every level. */
  readonly logged: () => string
  /** Spends the launch token and returns what opens the session. */
  enter(): Promise<Entered>
  stop(): Promise<void>
}

/** The real web server on a free port, over a made-up renderer and a small router. */
export async function startTinyWebHost(options: Partial<WebServerOptions> = {}): Promise<TinyWebHost> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-web-test-'))
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const tiny = tinyRouter()
  const server = await startWebServer({
    router: tiny.router,
    rendererDir: join(dir, 'renderer'),
    host: '127.0.0.1',
    port: 0,
    password: null,
    publicUrl: null,
    log,
    ...options,
  })
  return {
    server,
    port: server.port,
    origin: `http://127.0.0.1:${server.port}`,
    tiny,
    logged: () => lines.join(''),
    enter: () => enter(server.port, new URL(server.url).pathname),
    async stop() {
      await server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
