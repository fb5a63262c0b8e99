import { execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis, type RedisOptions } from 'ioredis'
import type { ConnectionProfile } from '../../shared/model/connection'
import { serverBinary } from './available-servers'
import { struck } from './faults-struck'
import { requireBinary } from './find-binary'
import { onFreePort, startServerProcess } from './server-process'
import { sharedTlsFiles, type TlsFiles } from './tls-files'

export interface RedisSetup {
  /** A name of `availableServers()`, or how it begins: `redis-8.6`, `valkey`. The machine's own by default. */
  readonly version?: string
  /** More lines of redis.conf: `maxmemory 5mb`. */
  readonly config?: readonly string[]
  /** TLS only; the plain port is off. */
  readonly tls?: boolean
  /** The default user's password. */
  readonly password?: string
  /** ACL lines, without the word `user`: `reader on >secret ~* +@read`. */
  readonly users?: readonly string[]
  /** Is a sentinel, not a server: `config` says of what. */
  readonly sentinel?: boolean
  /** Listens on a socket too: `unixSocket`. */
  readonly unixSocket?: boolean
}

export type ClientOptions = Pick<
  RedisOptions,
  'port' | 'path' | 'username' | 'password' | 'db' | 'connectionName' | 'stringNumbers' | 'protocol'
>

export interface TestRedis {
  readonly host: string
  readonly port: number
  /** With the password, if there is one; rediss:// when TLS. */
  readonly url: string
  readonly dir: string
  readonly pid: number
  readonly version: string
  readonly unixSocket: string
  /** The authority to trust; null when plain. */
  readonly tls: TlsFiles | null
  /** What the server has logged since it was first started. */
  readonly log: string
  /** Runs redis-cli, and gives what it prints. Rejects when the server answers with an error. */
  cli(...args: readonly string[]): Promise<string>
  /** A client for preparing and asserting, closed by `stop`. Connects by itself; nothing is ever sent twice. */
  client(options?: ClientOptions): Redis
  /** As a person would fill in the form; the password travels beside it. */
  connection(changes?: Partial<ConnectionProfile>): ConnectionProfile
  /** Ends it without warning; the directory stays, so `restart` is possible. */
  kill(): Promise<void>
  /** Ends it if it still runs, and starts it on the same port. Data go unless `keepData`; 'as saved': what no file has does. */
  restart(options?: { readonly keepData?: boolean | 'as saved' }): Promise<void>
  /** Stands still (SIGSTOP): sockets stay open, nothing is answered. Until `thaw`. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

/** Never sends a command twice, and never lets one wait for ever. */
const SAFE_OPTIONS = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 20_000,
  retryStrategy: (times: number) => (times > 50 ? null : 100),
}

const HOST = '127.0.0.1'
/** Of a snapshot and of an append-only file, before 7.0 as well. */
const DATA_FILES = ['dump.rdb', 'appendonlydir', 'appendonly.aof']

/** Starts a real server of its own: a free port of 127.0.0.1, a private directory, no persistence. Gone with this process at the latest. */
export async function startRedis(setup: RedisSetup = {}): Promise<TestRedis> {
  const binary = serverBinary(setup.version)
  const dir = mkdtempSync(join(tmpdir(), 'sluice-redis-'))
  const tls = setup.tls ? await sharedTlsFiles() : null
  const unixSocket = join(dir, 'redis.sock')
  const clients = new Set<Redis>()
  let log = ''
  let child: ChildProcess
  let port = 0

  const launch = async (): Promise<ChildProcess> => {
    writeFileSync(join(dir, 'redis.conf'), configuration(setup, { dir, port, tls, unixSocket }).join('\n'))
    const args = [join(dir, 'redis.conf'), ...(setup.sentinel ? ['--sentinel'] : [])]
    return startServerProcess(binary.path, args, (text) => (log += text))
  }
  const removeDir = (): void => rmSync(dir, { recursive: true, force: true })
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  if (tls) {
    writeFileSync(join(dir, 'ca.crt'), tls.ca)
    writeFileSync(join(dir, 'server.crt'), tls.cert)
    writeFileSync(join(dir, 'server.key'), tls.key, { mode: 0o600 })
  }
  process.once('exit', removeDir)
  try {
    child = await onFreePort(
      (free) => {
        port = free
        return launch()
      },
      () => log,
    )
  } catch (error) {
    removeDir()
    throw error
  }

  const secret = setup.password === undefined ? '' : `:${encodeURIComponent(setup.password)}@`
  const redis: TestRedis = {
    host: HOST,
    port,
    url: `${tls ? 'rediss' : 'redis'}://${secret}${HOST}:${port}`,
    dir,
    version: binary.version,
    unixSocket,
    tls,
    get pid() {
      return child.pid ?? 0
    },
    get log() {
      return log
    },
    async cli(...args) {
      const cli = requireBinary('redis-cli', 'valkey-cli')
      const pem = (option: string, file: string) => [`--${option}`, join(dir, file)]
      const security = tls
        ? ['--tls', ...pem('cacert', 'ca.crt'), ...pem('cert', 'server.crt'), ...pem('key', 'server.key')]
        : []
      const env = setup.password === undefined ? process.env : { ...process.env, REDISCLI_AUTH: setup.password }
      const command = ['-e', '-h', HOST, '-p', String(port), ...security, ...args]
      const { stdout } = await promisify(execFile)(cli, command, { env, timeout: 30_000, maxBuffer: 1 << 28 })
      return stdout.trimEnd()
    },
    client(options = {}) {
      const password = setup.password === undefined ? {} : { password: setup.password }
      const security = tls ? { tls: { ca: tls.ca, cert: tls.cert, key: tls.key } } : {}
      const client = new Redis({ host: HOST, port, ...SAFE_OPTIONS, ...password, ...security, ...options })
      // A lost connection shows in the command that needed it; without a listener it would end the test process.
      client.on('error', () => undefined)
      clients.add(client)
      return client
    },
    connection: (changes = {}) => ({
      name: 'test',
      color: 'blue',
      environment: 'dev',
      readOnly: false,
      endpoint: { kind: 'tcp', host: HOST, port },
      username: '',
      db: 0,
      tls: tls && { ca: tls.ca, cert: '', serverName: '', verify: true },
      ssh: null,
      ...changes,
    }),
    kill() {
      struck('kill -9')
      return kill()
    },
    async restart({ keepData = false } = {}) {
      struck('restarted')
      if (keepData === true) await redis.cli('SAVE')
      await kill()
      if (!keepData) for (const file of DATA_FILES) rmSync(join(dir, file), { recursive: true, force: true })
      child = await launch()
    },
    freeze() {
      struck('stands still')
      child.kill('SIGSTOP')
    },
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      for (const client of clients) client.disconnect()
      await kill()
      removeDir()
      process.removeListener('exit', removeDir)
    },
  }
  return redis
}

/** Runs `use` with a server of its own, and ends it whatever happens. */
export async function withRedis<T>(use: (redis: TestRedis) => Promise<T>, setup: RedisSetup = {}): Promise<T> {
  const redis = await startRedis(setup)
  try {
    return await use(redis)
  } finally {
    await redis.stop()
  }
}

interface Site {
  readonly dir: string
  readonly port: number
  readonly tls: TlsFiles | null
  readonly unixSocket: string
}

function configuration(setup: RedisSetup, { dir, port, tls, unixSocket }: Site): readonly string[] {
  const ports = tls
    ? [
        'port 0',
        `tls-port ${port}`,
        `tls-ca-cert-file ${join(dir, 'ca.crt')}`,
        `tls-cert-file ${join(dir, 'server.crt')}`,
        `tls-key-file ${join(dir, 'server.key')}`,
        'tls-auth-clients no',
      ]
    : [`port ${port}`]
  return [
    `bind ${HOST}`,
    ...ports,
    `dir ${dir}`,
    'save ""',
    'appendonly no',
    // A master else waits 5 s for more replicas before it sends the first one its data.
    'repl-diskless-sync-delay 0',
    ...(setup.unixSocket ? [`unixsocket ${unixSocket}`] : []),
    ...(setup.password === undefined ? [] : [`requirepass ${JSON.stringify(setup.password)}`]),
    ...(setup.users ?? []).map((user) => `user ${user}`),
    ...(setup.config ?? []),
    '',
  ]
}
