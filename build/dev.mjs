// `npm run dev`: the page from Vite's dev server, its calls passed on to a real web host, which is rebuilt and started again when
// its sources change. Flags are the host's: `npm run dev -- --sandbox`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { createServer as createTcpServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBuilder, createServer } from 'vite'

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
let cookie = ''
let pageKey = ''

async function stopHost() {
  if (host === null || host.exitCode !== null || host.signalCode !== null) return
  host.kill('SIGTERM')
  await once(host, 'exit')
}

/** Builds and starts the host, and opens a session for the page by the launch link, as a browser would. */
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
  const launch = await new Promise((found) => {
    host.stdout.on('data', (chunk) => found(/http\S+\/launch\/\S+/.exec(chunk.toString())?.[0]))
    host.once('exit', () => found(undefined))
  })
  if (launch === undefined) throw new Error('The host did not start')
  const reply = await fetch(launch)
  cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? ''
  pageKey = /name="sluice-key" content="([\w-]+)"/.exec(await reply.text())?.[1] ?? ''
}

/** The host takes a socket from its own page alone; ours may speak for it, another site's may not. */
function passSessionOn(proxy) {
  proxy.on('proxyReqWs', (outgoing, incoming) => {
    if (incoming.headers.origin !== `http://${incoming.headers.host}`) return
    outgoing.setHeader('origin', origin)
    outgoing.setHeader('cookie', cookie)
    // As shared/page-key.ts has it; what the page itself may have kept is of another session.
    outgoing.setHeader('sec-websocket-protocol', `sluice, sluice.key.${pageKey}`)
  })
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
const server = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  root: join(ROOT, 'renderer'),
  server: {
    host: '127.0.0.1',
    proxy: { '/rpc': { target: origin, ws: true, changeOrigin: true, configure: passSessionOn } },
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
