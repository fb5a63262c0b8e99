// `npm run dev`: the page from Vite's dev server, its calls passed on to a real web host, which is rebuilt and started again when
// its sources change. Flags are the host's: `npm run dev -- --sandbox`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { createServer as createTcpServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBuilder, createServer, runnerImport } from 'vite'
import { devProxy } from './dev-proxy.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const HOST_SOURCES = ['electron', 'shared']
const SETTLE_MS = 100

const say = (line) => process.stdout.write(`${line}\n`)

async function freePort() {
  const probe = createTcpServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  await new Promise((closed) => probe.close(closed))
  return port
}

const origin = `http://127.0.0.1:${await freePort()}`
let host = null
let session = { origin, cookie: '', pageKey: '' }

async function stopHost() {
  if (host === null || host.exitCode !== null || host.signalCode !== null) return
  host.kill('SIGTERM')
  await once(host, 'exit')
}

/** Builds and starts the host, and opens a session for the page. */
async function startHost() {
  const builder = await createBuilder({
    root: join(ROOT, 'renderer'),
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
  })
  await builder.build(builder.environments.server)
  await stopHost()
  const args = [join(ROOT, 'out/server/cli.js'), '--no-open', '--port', new URL(origin).port, ...process.argv.slice(2)]
  host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const opened = new Promise((open, fail) => {
    // Again, once the session was ended: the host prints another link then.
    host.stdout.on('data', (chunk) => {
      const launch = /http\S+\/launch\/\S+/.exec(chunk.toString())?.[0]
      if (launch !== undefined) void enter(launch).then(open, fail)
    })
    host.once('exit', () => fail(new Error('The host did not start')))
  })
  await opened
}

/** Opens a session by a launch link, as a browser would. */
async function enter(launch) {
  const reply = await fetch(launch)
  session = {
    origin,
    cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '',
    pageKey: /name="sluice-key" content="([\w-]+)"/.exec(await reply.text())?.[1] ?? '',
  }
}

let restarting = Promise.resolve()
let timer
/** One start at a time. A mistake in the sources is said, and the next change tries again. */
function restart() {
  restarting = restarting.then(startHost).catch((error) => say(`${error.message}\nTrying again at the next change.`))
  return restarting
}
function restartSoon() {
  clearTimeout(timer)
  timer = setTimeout(restart, SETTLE_MS)
}

await restart()
const { module: paths } = await runnerImport(join(ROOT, 'shared/web-paths.ts'))
const server = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  root: join(ROOT, 'renderer'),
  server: {
    host: '127.0.0.1',
    proxy: devProxy(paths.WEB_PATHS, () => session),
  },
})
await server.listen()
say(`Sluice is at ${server.resolvedUrls.local[0]}`)
const watchers = HOST_SOURCES.map((source) => watch(join(ROOT, source), { recursive: true }, restartSoon))

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    for (const watcher of watchers) watcher.close()
    clearTimeout(timer)
    await Promise.all([server.close(), restarting.then(stopHost)])
    process.exit(0)
  })
}
