import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { createRouterClient } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { runCommandLine } from '../../../electron/cli/run-command-line'
import type { ConnectionProfile } from '../../../shared/model/connection'
import { AS_ADMIN } from '../../helpers/callers'
import { createTestBackend } from '../../helpers/test-backend'
import { startRedis, type RedisSetup, type TestRedis } from '../../helpers/redis-server'

const CLI = resolve(import.meta.dirname, '../../../out/server/cli.js')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Way {
  /** Of the terminal, in cells; null: it is a pipe. */
  readonly columns?: number | null
  readonly env?: NodeJS.ProcessEnv
  /** What a person types, an answer a question; null: Ctrl+D. */
  readonly answers?: readonly (string | null)[]
  /** Leave out where the connection is. */
  readonly nowhere?: boolean
  /** Leave out where everything is kept as well: the words are all there is. */
  readonly asTyped?: boolean
}

export interface CliKit {
  readonly redis: TestRedis
  /** Sluice knows nothing of it. */
  readonly direct: Redis
  readonly dataDir: string
  /** Runs a command line in this process, on the server of the test. */
  cli(words: readonly string[], way?: Way): Promise<Outcome>
  /** Saves a connection to the server, as in a window; one of that name is changed. */
  save(changes: Partial<ConnectionProfile> & { readonly name: string }): Promise<void>
  /** The same as a program reads it: one object a line. */
  json(words: readonly string[], way?: Way): Promise<Record<string, unknown>[]>
  /** Starts the built program. `script`: by another one. `inGroup`: as the first of a process group. `stdout`: a file's descriptor. */
  start(
    words: readonly string[],
    how?: { env?: NodeJS.ProcessEnv; script?: string; inGroup?: boolean; stdout?: number; nowhere?: boolean },
  ): ChildProcess
  /** What a program that was started came to. */
  ended(child: ChildProcess): Promise<Outcome>
  /** Entries of `orders`; worker-3 holds so many of them, worker-1 is alive. */
  seed(held: number, entries?: number): Promise<void>
}

/** The command line over a real server, with a fresh data directory for each test. */
export function useCli(setup: RedisSetup = {}): CliKit {
  let redis: TestRedis
  let direct: Redis
  let dataDir: string
  const children = new Set<ChildProcess>()
  beforeAll(async () => {
    redis = await startRedis(setup)
    direct = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
  })
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    }
    children.clear()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const parted = (words: readonly string[]): readonly [readonly string[], readonly string[]] => {
    const behind = words.indexOf('--')
    return behind < 0 ? [words, []] : [words.slice(0, behind), words.slice(behind)]
  }
  const at = (words: readonly string[], nowhere = false): readonly string[] => {
    const [before, names] = parted(words)
    return [...before, ...(nowhere ? [] : ['-p', String(redis.port)]), '--data-dir', dataDir, ...names]
  }
  const kit: CliKit = {
    get redis() {
      return redis
    },
    get direct() {
      return direct
    },
    get dataDir() {
      return dataDir
    },
    async cli(words, { columns = null, env = {}, answers, nowhere, asTyped = false } = {}) {
      const out = terminal(columns)
      const err = terminal(answers === undefined ? null : 200)
      const input = Object.assign(new PassThrough(), { isTTY: answers !== undefined })
      const left = [...(answers ?? [])]
      err.stream.on('data', (chunk: Buffer) => {
        if (/(: |\? \[y\/N\] )$/.test(chunk.toString())) {
          const answer = left.shift()
          input.write(answer === null ? '\u0004' : `${answer ?? ''}\n`)
        }
      })
      const never = new AbortController().signal
      const isText = ['help', 'man', 'completion'].includes(words[0] ?? 'help') || parted(words)[0].includes('--help')
      const code = await runCommandLine(isText || asTyped ? words : at(words, nowhere), {
        ...{ out: out.stream, err: err.stream, input: input as never, signal: never, stop: never },
        env: { NO_COLOR: '1', ...env },
      })
      return { code, stdout: out.text(), stderr: err.text() }
    },
    async save(changes) {
      const backend = await createTestBackend(dataDir)
      const api = createRouterClient(backend.router, { context: AS_ADMIN })
      const there = (await api.connection.list()).find(({ name }) => name === changes.name)
      const profile = redis.connection(changes)
      await api.connection.save({ profile, ...(there === undefined ? {} : { id: there.id }) })
      await backend.close()
    },
    async json(words, way) {
      const { stdout } = await kit.cli(words, way)
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    start(words, { env = {}, script = CLI, inGroup = false, stdout, nowhere } = {}) {
      const child = spawn(process.execPath, [script, ...at(words, nowhere)], {
        env: { ...process.env, NO_COLOR: '1', ...env },
        detached: inGroup,
        stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
      })
      children.add(child)
      return child
    },
    async ended(child) {
      let [stdout, stderr] = ['', '']
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, stdout, stderr }
    },
    async seed(held, entries = held) {
      const line = direct.pipeline()
      for (let n = 1; n <= entries; n += 1) line.xadd('orders', `${n}-0`, 'item', `thing ${n}`)
      await line.exec()
      await direct.xgroup('CREATE', 'orders', 'billing', '0')
      await direct.xgroup('CREATECONSUMER', 'orders', 'billing', 'worker-1')
      await direct.xreadgroup('GROUP', 'billing', 'worker-3', 'COUNT', held, 'STREAMS', 'orders', '>')
    },
  }
  return kit
}

function terminal(columns: number | null) {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const tty = columns === null ? { isTTY: false } : { isTTY: true, columns }
  return { stream: Object.assign(stream, tty) as unknown as NodeJS.WriteStream, text: () => text }
}
