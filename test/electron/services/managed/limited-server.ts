import type { FaultProxy } from '../../../helpers/fault-proxy'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type RedisSetup, type TestRedis } from '../../../helpers/redis-server'

/** How a server differs from Redis. */
export interface Limits {
  /** Lines of redis.conf of the real server behind. */
  readonly config?: readonly string[]
  readonly version?: string
  /** It says that it does not know these; `XINFO CONSUMERS`: this subcommand only. */
  readonly unknown?: readonly string[]
  /** Fixed answers, RESP, by the command, or the command and its first argument. */
  readonly answers?: Readonly<Record<string, string>>
  /** What it says of a command that it does not know. */
  readonly unknownText?: (command: string) => string
}

export interface LimitedServer {
  readonly proxy: FaultProxy
  /** The real one behind it, for preparing and asserting. */
  readonly real: TestRedis
  stop(): Promise<void>
}

const FOR_EVER = Number.POSITIVE_INFINITY

/** A real server behind a proxy that refuses, or answers by itself, what a managed service or a relative of Redis does otherwise. */
export async function startLimited({
  config = [],
  version,
  unknown = [],
  answers = {},
  unknownText,
}: Limits): Promise<LimitedServer> {
  const setup: RedisSetup = { config, ...(version === undefined ? {} : { version }) }
  const real = await startRedis(setup)
  const proxy = await startFaultProxy(real)
  const says = unknownText ?? ((command) => `ERR unknown command '${command}', with args beginning with: `)
  const isCalled = (name: string) => (args: readonly string[]) =>
    name
      .toUpperCase()
      .split(' ')
      .every((word, at) => args[at]?.toUpperCase() === word)
  for (const [name, reply] of Object.entries(answers))
    void proxy.fault(isCalled(name), { kind: 'answer', reply }, FOR_EVER)
  for (const name of unknown) {
    const [command = ''] = name.split(' ')
    void proxy.fault(isCalled(name), { kind: 'answer', reply: `-${says(command)}\r\n` }, FOR_EVER)
  }
  return {
    proxy,
    real,
    async stop() {
      await proxy.stop()
      await real.stop()
    },
  }
}

/** A bulk string. */
export function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

/** INFO, whatever section is asked for. */
export function infoOf(fields: Readonly<Record<string, string>>): string {
  return bulk(
    Object.entries(fields)
      .map(([name, value]) => `${name}:${value}\r\n`)
      .join(''),
  )
}

/** Takes commands out of a real server. https://redis.io/docs/latest/operate/oss_and_stack/management/security/ */
export function without(...commands: readonly string[]): readonly string[] {
  return commands.map((command) => `rename-command ${command} ""`)
}
