import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { findBinary } from './find-binary'

/** How long a server may take to load and listen. */
const READY_TIMEOUT_MS = 20_000

/**
 * Starts a server, and resolves once it says itself that it takes connections, so that a stranger on the same port can't be
 * mistaken for it. Rejects with what it said when it ends or dawdles. It ends with this process at the latest.
 */
export async function startServerProcess(
  path: string,
  args: readonly string[],
  onLog: (text: string) => void,
): Promise<ChildProcess> {
  // setpriv has the kernel end the server with this process, even when a test runner kills us without warning.
  const guard = process.platform === 'linux' ? findBinary('setpriv') : null
  const child = guard
    ? spawn(guard, ['--pdeathsig', 'KILL', path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const killOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killOnExit)
  child.once('exit', () => process.removeListener('exit', killOnExit))

  let said = ''
  const ready = new Promise<void>((resolve) => {
    const listen = (chunk: Buffer): void => {
      onLog(chunk.toString())
      if (said.length < 100_000) said += chunk.toString()
      if (/Ready to accept connections|Sentinel ID is|Server listening on/i.test(said)) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
  })
  const late = new AbortController()
  const trouble = Promise.race([
    once(child, 'exit', { signal: late.signal }).then(([code]) => `ended with ${String(code)}`),
    once(child, 'error', { signal: late.signal }).then(([error]) => `could not be started: ${String(error)}`),
    new Promise<string>((resolve) => setTimeout(resolve, READY_TIMEOUT_MS, 'was not ready in time').unref()),
  ])
  const reason = await Promise.race([ready.then(() => null), trouble])
  late.abort()
  if (reason === null) return child
  child.kill('SIGKILL')
  throw new Error(`${path} ${reason}. It said:\n${said}`)
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** What `start` gives on a free port. Between our asking and its binding another process may have got the port: then on another. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, log: () => string): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === 5 || !/already in use/i.test(log())) throw error
    }
  }
}
