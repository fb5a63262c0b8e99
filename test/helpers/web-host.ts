import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface WebHost {
  /** Where the page is, without a token: `http://127.0.0.1:PORT`. */
  readonly origin: string
  /** Single use: the first visit trades it for a cookie. */
  readonly launchUrl: string
  readonly dataDir: string
  readonly pid: number
  /** All that it has printed, both streams. */
  readonly output: string
  /** Ends it as a person would (SIGTERM), and gives the exit code; null when it had to be killed. */
  stop(): Promise<number | null>
}

const CLI = resolve(import.meta.dirname, '../../out/server/cli.js')
const START_TIMEOUT_MS = 50_000
const STOP_TIMEOUT_MS = 10_000

/**
 * Starts the built web host, as `npm start -- --web` would, with a data directory of its own and no browser, unless
 * `opening` says otherwise. `flags` are the host's: `--sandbox`, `--static`, `--port N`.
 */
export async function startWebHost(
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  opening: '--open' | '--no-open' = '--no-open',
): Promise<WebHost> {
  if (!existsSync(CLI)) throw new Error('There is no build. `npm test` makes one; by hand: npm run build')
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-data-'))
  const child = spawn(process.execPath, [CLI, opening, '--port', '0', ...flags], {
    env: { ...process.env, SLUICE_DATA_DIR: dataDir, SLUICE_NO_OPEN: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const killOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killOnExit)
  let output = ''

  let timer: NodeJS.Timeout | undefined
  const launchUrl = await new Promise<string>((found, failed) => {
    const fail = (reason: string): void => failed(new Error(`The web host ${reason}. It said:\n${output}`))
    const listen = (chunk: Buffer): void => {
      output += chunk.toString()
      const url = /Sluice is at (\S+)/.exec(output)?.[1]
      if (url !== undefined) found(url)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal ?? 'nothing'}`))
    timer = setTimeout(() => {
      fail('printed no address in time')
      child.kill('SIGKILL')
    }, START_TIMEOUT_MS)
  }).finally(() => clearTimeout(timer))

  return {
    origin: new URL(launchUrl).origin,
    launchUrl,
    dataDir,
    pid: child.pid ?? 0,
    get output() {
      return output
    },
    async stop() {
      const timer = setTimeout(killOnExit, STOP_TIMEOUT_MS)
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await exited
      clearTimeout(timer)
      process.removeListener('exit', killOnExit)
      rmSync(dataDir, { recursive: true, force: true })
      return child.exitCode
    },
  }
}
