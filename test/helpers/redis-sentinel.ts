import type { ConnectionProfile, Endpoint } from '../../shared/model/connection'
import { struck } from './faults-struck'
import { startRedis, type RedisSetup, type TestRedis } from './redis-server'

export interface TestSentinels {
  /** One that began as the primary, and its replicas. */
  readonly servers: readonly TestRedis[]
  readonly sentinels: readonly TestRedis[]
  /** Whom the sentinels take for the primary now. */
  primary(): Promise<TestRedis>
  /** Makes a replica take the primary's place, as an operator would; resolves when all sentinels know. */
  failOver(): Promise<TestRedis>
  /** As a person would fill in the form. */
  connection(changes?: Partial<Extract<Endpoint, { kind: 'sentinel' }>>): ConnectionProfile
  stop(): Promise<void>
}

export interface SentinelSetup {
  readonly replicas?: number
  readonly sentinels?: number
  readonly server?: RedisSetup
  readonly sentinel?: RedisSetup
}

export const PRIMARY_NAME = 'orders-db'
// Each server ends with this process, by a listener of its own.
process.setMaxListeners(Math.max(process.getMaxListeners(), 64))

/** Real servers and sentinels on loopback, which take a primary for dead after one second. */
export async function startSentinels(setup: SentinelSetup = {}): Promise<TestSentinels> {
  const { replicas = 1, sentinels: count = 3 } = setup
  const { password } = setup.server ?? {}
  const auth = password === undefined ? [] : [`masterauth ${password}`]
  const server = { ...setup.server, config: [...auth, ...(setup.server?.config ?? [])] }
  const servers = await Promise.all(Array.from({ length: 1 + replicas }, () => startRedis(server)))
  const [first] = servers
  if (!first) throw new Error('no server')
  for (const replica of servers.slice(1)) await replica.cli('REPLICAOF', first.host, String(first.port))
  await until(async () => {
    const about = await Promise.all(servers.slice(1).map((each) => each.cli('INFO', 'replication')))
    return about.every((text) => text.includes('master_link_status:up'))
  })
  const quorum = Math.floor(count / 2) + 1
  const config = [
    `sentinel monitor ${PRIMARY_NAME} ${first.host} ${first.port} ${quorum}`,
    `sentinel down-after-milliseconds ${PRIMARY_NAME} 1000`,
    `sentinel failover-timeout ${PRIMARY_NAME} 4000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${PRIMARY_NAME} ${password}`]),
    ...(setup.sentinel?.password === undefined ? [] : [`sentinel sentinel-pass ${setup.sentinel.password}`]),
    ...(setup.sentinel?.config ?? []),
  ]
  const sentinels = await Promise.all(
    Array.from({ length: count }, () => startRedis({ ...setup.sentinel, sentinel: true, config })),
  )
  const told = async (sentinel: TestRedis, field: string): Promise<string> => {
    const lines = (await sentinel.cli('SENTINEL', 'MASTER', PRIMARY_NAME)).split('\n')
    return lines[lines.indexOf(field) + 1] ?? ''
  }
  const alive = async (): Promise<readonly TestRedis[]> => {
    const answers = await Promise.all(sentinels.map((each) => each.cli('PING').catch(() => '')))
    return sentinels.filter((_, at) => answers[at] === 'PONG')
  }
  await until(async () => {
    for (const each of sentinels) {
      if ((await told(each, 'num-other-sentinels')) !== String(count - 1)) return false
      if ((await told(each, 'num-slaves')) !== String(replicas)) return false
      if ((await told(each, 'flags')) !== 'master') return false
    }
    return true
  })

  const primary = async (): Promise<TestRedis> => {
    const [one] = await alive()
    if (!one) throw new Error('no sentinel answers')
    const port = Number(await told(one, 'port'))
    const found = servers.find((each) => each.port === port)
    if (!found) throw new Error(`no server at ${port}`)
    return found
  }
  return {
    ...{ servers, sentinels, primary },
    async failOver() {
      struck('failover by sentinels')
      const before = await primary()
      const living = await alive()
      await until(() =>
        living[0]!.cli('SENTINEL', 'FAILOVER', PRIMARY_NAME).then(
          () => true,
          () => false,
        ),
      )
      await until(async () => {
        const ports = await Promise.all(living.map((each) => told(each, 'port')))
        return ports.every((port) => Number(port) !== before.port && port === ports[0])
      })
      const after = await primary()
      await until(async () => (await after.cli('ROLE')).startsWith('master'))
      return after
    },
    connection: (changes = {}) =>
      first.connection({
        endpoint: {
          kind: 'sentinel',
          nodes: sentinels.map(({ host, port }) => ({ host, port })),
          primary: PRIMARY_NAME,
          username: '',
          tls: sentinels[0]?.tls ? { ca: sentinels[0].tls.ca, serverName: '', verify: true } : null,
          ...changes,
        },
      }),
    async stop() {
      await Promise.all([...sentinels, ...servers].map((each) => each.stop()))
    },
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the sentinels did not come together')
}
