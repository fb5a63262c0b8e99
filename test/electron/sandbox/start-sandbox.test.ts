import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { connect } from 'node:net'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../../../electron/sandbox/start-sandbox'

let sandbox: Sandbox | null = null
const clients: Redis[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await sandbox?.stop()
  sandbox = null
})

async function start(still: boolean): Promise<{ sandbox: Sandbox; client: Redis; port: number }> {
  sandbox = await startSandbox({ static: still, log: pino({ level: 'silent' }) })
  const [saved] = sandbox.connections
  if (saved?.profile.endpoint.kind !== 'tcp') throw new Error('expected a port')
  const { host, port } = saved.profile.endpoint
  const client = new Redis({ host, port, password: saved.password, lazyConnect: true, retryStrategy: () => null })
  clients.push(client)
  await client.connect()
  return { sandbox, client, port }
}

/** Empty: it has ended meanwhile, or has none. */
function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

test('starts full, with far less than three seconds of work', async () => {
  const before = process.cpuUsage()
  const { client } = await start(true)
  const { user, system } = process.cpuUsage(before)
  const server = /used_cpu_sys:([\d.]+)[^]*used_cpu_user:([\d.]+)/.exec(await client.info('cpu')) ?? []
  // Time on the processors, this one's and the server's: the clock on the wall tells how busy the machine is.
  expect((user + system) / 1e6 + Number(server[1]) + Number(server[2])).toBeLessThan(3)
  expect(await client.xlen('orders')).toBe(12_000)
})

describe('is private', () => {
  test('answers on the loopback address only, and to its own random password', async () => {
    const { port } = await start(true)
    const stranger = connect(port, '127.0.0.1')
    stranger.write('PING\r\n')
    const [answer] = (await once(stranger, 'data')) as [Buffer]
    stranger.destroy()
    expect(answer.toString()).toMatch(/^-NOAUTH/)
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.family === 'IPv4' && !address.internal)
    for (const address of outside) {
      const socket = connect(port, address?.address)
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED')
    }
  })

  test('keeps its files to this user, its password off command lines, and nothing on disk', async () => {
    const { sandbox: started, client } = await start(true)
    const dir = dirname(started.dataDir)
    expect(lstatSync(dir).mode & 0o777).toBe(0o700)
    expect(lstatSync(started.dataDir).mode & 0o777).toBe(0o700)
    expect(await client.config('GET', 'save')).toEqual(['save', ''])
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'no'])
    expect(readdirSync(dir).sort()).toEqual(['data', 'owner.json', 'redis.conf', 'redis.pid'])
    const password = started.connections[0]?.password ?? ''
    expect(password.length).toBeGreaterThanOrEqual(32)
    if (process.platform !== 'linux') return
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLineOf)
    expect(commandLines.filter((line) => line !== '').length).toBeGreaterThan(1)
    expect(commandLines.filter((line) => line.includes(password))).toEqual([])
  })
})

test('saves its server three times: free to try, as production, and read-only', async () => {
  const { sandbox: started } = await start(true)
  expect(started.connections.map(({ profile }) => [profile.name, profile.environment, profile.readOnly])).toEqual([
    ['Sandbox', 'dev', false],
    ['Sandbox as production', 'prod', false],
    ['Sandbox, read-only', 'dev', true],
  ])
})

test('goes with everything it made when stopped, and may be stopped twice', async () => {
  const { sandbox: started, client } = await start(false)
  const gone = once(client, 'end')
  await started.stop()
  await started.stop()
  expect(existsSync(dirname(started.dataDir))).toBe(false)
  await gone
})

test('two of them live side by side', async () => {
  const first = await start(true)
  const second = await start(true)
  expect(first.port).not.toBe(second.port)
  await second.client.del('orders')
  expect(await first.client.xlen('orders')).toBe(12_000)
  await first.sandbox.stop()
  expect(await second.client.ping()).toBe('PONG')
})

describe('the live part', () => {
  test('adds, delivers and acks; audit falls behind; the five systems stay as they were left', async () => {
    const { client } = await start(false)
    const billing = async (): Promise<Record<string, unknown>> => {
      const groups = (await client.xinfo('GROUPS', 'orders')) as unknown[][]
      const found = groups.find((group) => group[1] === 'billing') ?? []
      return Object.fromEntries(found.flatMap((name, at) => (at % 2 ? [] : [[String(name), found[at + 1]]])))
    }
    const before = await billing()
    await expect.poll(() => client.xlen('orders'), { timeout: 10_000 }).toBeGreaterThan(12_020)
    const after = await billing()
    expect(Number(after['entries-read'])).toBeGreaterThan(Number(before['entries-read']))
    expect(Number(after.pending)).toBeLessThan(1_204 + 9 + 60)
    const [tweets] = (await client.xpending('tweets_stream', 'redisearch_app_group')) as [number]
    expect(tweets).toBe(209)
    const names = String(await client.client('LIST'))
    for (const name of ['shop-producer', 'worker-1', 'auditor-1']) expect(names).toContain(`name=${name} `)
  })

  test('goes on when streams and groups are removed and connections are cut', async () => {
    const { client } = await start(false)
    await client.xgroup('DESTROY', 'orders', 'billing')
    await client.del('work_queue')
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const length = await client.xlen('orders')
    await expect.poll(() => client.xlen('orders'), { timeout: 15_000 }).toBeGreaterThan(length + 10)
  })
})
