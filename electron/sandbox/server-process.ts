import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createWorkloadClient, type WorkloadTarget } from '../redis/workload-client'
import { DIRECTORY_PREFIX, claimDirectory } from './stale-sandboxes'

export interface SandboxServer {
  readonly target: WorkloadTarget
  /** Everything of this sandbox, and nothing else: removed when it ends. */
  readonly dir: string
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Runs the server and holds its leash: the pipe on standard input. When Sluice lets go of it (ends, crashes or is killed,
 * SIGKILL included), `read` meets the end of file, and the server and its directory go. Arguments: server, directory.
 */
const KEEPER = `
exec 3<&0
"$1" "$2/redis.conf" </dev/null 3<&- &
server=$!
( while read -r _ <&3; do :; done; kill -9 "$server" ) &
leash=$!
exec >/dev/null 2>&1 # a word to a pipe that nobody reads would end this shell before its work is done
wait "$server"
kill "$leash"
/bin/rm -rf "$2"
`
const HOST = '127.0.0.1'
const READY_TIMEOUT_MS = 10_000
const PORT_TRIES = 5

/**
 * A server of the sandbox's own: a free port of the loopback address, a random password, a private directory below
 * `parent`, nothing kept on disk, a bounded memory.
 */
export async function startServer(binary: string, parent: string): Promise<SandboxServer> {
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryToStart(binary, parent)
    if (!('said' in started)) return started
    // Between our asking for a free port and its binding, another process may have got it.
    if (!started.said.includes('already in use') || attempt === PORT_TRIES) {
      throw new Error(`${binary} did not start. It said:\n${started.said}`)
    }
  }
}

async function tryToStart(binary: string, parent: string): Promise<SandboxServer | { readonly said: string }> {
  const target = { host: HOST, port: await freePort(), password: randomBytes(24).toString('base64url') }
  const dir = mkdtempSync(join(parent, DIRECTORY_PREFIX))
  claimDirectory(dir)
  mkdirSync(join(dir, 'data'), { mode: 0o700 })
  writeFileSync(join(dir, 'redis.conf'), configuration(dir, target), { mode: 0o600 })

  // A session of its own: Ctrl-C in the terminal is for Sluice, which ends the server in its own time.
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sluice-sandbox', binary, dir], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: dir,
  })
  let said = ''
  for (const output of [keeper.stdout, keeper.stderr]) {
    output.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)))
  }
  keeper.stdin.on('error', () => undefined) // The keeper is gone already, which `ended` tells.
  const ended = new Promise((resolve) => {
    keeper.once('exit', resolve)
    keeper.once('error', resolve)
  }).then(() => rmSync(dir, { recursive: true, force: true }))
  const stop = async (): Promise<void> => {
    keeper.stdin.end()
    await ended
  }

  const late = new AbortController()
  const ready = await Promise.race([answers(target, late.signal), ended.then(() => false)])
  late.abort()
  if (ready) return { target, dir, ended, stop }
  await stop()
  return { said }
}

/** True once it takes our password: so it can't be a stranger who got the port first. */
async function answers(target: WorkloadTarget, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline && !signal.aborted) {
    const client = createWorkloadClient(target, 'sluice-sandbox')
    const open = await client.open().then(
      () => true,
      () => false,
    )
    client.close()
    if (open) return true
    await delay(20)
  }
  return false
}

function configuration(dir: string, { port, password }: WorkloadTarget): string {
  return [
    `bind ${HOST}`,
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir ${dir}`,
    `pidfile ${join(dir, 'redis.pid')}`,
    'logfile ""',
    'daemonize no',
    'save ""',
    'appendonly no',
    'rdbcompression no', // see last-seen.ts
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
    'maxclients 200',
    '',
  ].join('\n')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
