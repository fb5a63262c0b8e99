import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { availableServers, chooseServers, inTurn, newestOf, serverBinary, type ServerBinary } from './available-servers'
import { startRedis, withRedis, type TestRedis } from './redis-server'
import { makeTlsFiles } from './tls-files'

let redis: TestRedis | null = null
afterEach(async () => {
  await redis?.stop()
  redis = null
})

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a plain server', () => {
  test('answers by client and by redis-cli, bytes intact', async () => {
    redis = await startRedis()
    const key = Buffer.from([0xff, 0x00, 0x80])
    const client = redis.client()
    await client.call('XADD', key, '1-1', key, key)
    expect(await client.callBuffer('XRANGE', key, '-', '+')).toEqual([[Buffer.from('1-1'), [key, key]]])
    expect(await redis.cli('XLEN', 'nothing')).toBe('0')
    expect(await redis.cli('CONFIG', 'GET', 'save')).toBe('save')
  })

  test('redis-cli rejects what the server refuses', async () => {
    redis = await startRedis()
    await expect(redis.cli('XADD', 'key')).rejects.toThrow('wrong number of arguments')
  })

  test('leaves no process and no directory behind', async () => {
    const { dir, pid } = await withRedis(async (server) => {
      expect(alive(server.pid)).toBe(true)
      return { dir: server.dir, pid: server.pid }
    })
    expect(existsSync(dir)).toBe(false)
    expect(alive(pid)).toBe(false)
  })

  test('restarts on the same port, with its data or without', async () => {
    redis = await startRedis()
    const { port, pid } = redis
    await redis.cli('SET', 'kept', 'yes')
    await redis.restart({ keepData: true })
    expect(redis.pid).not.toBe(pid)
    expect(redis.port).toBe(port)
    expect(await redis.cli('GET', 'kept')).toBe('yes')
    await redis.restart()
    expect(await redis.cli('GET', 'kept')).toBe('')
  })

  test('a frozen server takes connections and says nothing until it thaws', async () => {
    redis = await startRedis()
    redis.freeze()
    const socket = createConnection(redis.port, redis.host)
    await once(socket, 'connect')
    socket.write('PING\r\n')
    let said = ''
    socket.on('data', (chunk) => (said += chunk.toString()))
    const other = createConnection(redis.port, redis.host)
    await once(other, 'connect')
    expect(said).toBe('')
    redis.thaw()
    await expect.poll(() => said).toBe('+PONG\r\n')
    socket.destroy()
    other.destroy()
  })

  test('says why it did not start', async () => {
    await expect(startRedis({ config: ['no-such-directive 1'] })).rejects.toThrow('no-such-directive')
  })
})

describe('security', () => {
  test('password', async () => {
    redis = await startRedis({ password: 'pass word"' })
    expect(await redis.cli('PING')).toBe('PONG')
    expect(await redis.client().ping()).toBe('PONG')
    await expect(redis.client({ password: 'wrong' }).ping()).rejects.toThrow()
  })

  test('ACL users', async () => {
    redis = await startRedis({ users: ['reader on >secret ~* +@read +info +ping'] })
    const reader = redis.client({ username: 'reader', password: 'secret' })
    expect(await reader.call('XLEN', 'key')).toBe(0)
    await expect(reader.call('XADD', 'key', '*', 'a', 'b')).rejects.toThrow('NOPERM')
  })

  test('TLS is trusted by its own authority only', async () => {
    redis = await startRedis({ tls: true, password: 'p' })
    expect(redis.url).toMatch(/^rediss:\/\/:p@127/)
    expect(await redis.cli('PING')).toBe('PONG')
    expect(await redis.client().ping()).toBe('PONG')
    const stranger = connectTls({ host: redis.host, port: redis.port, ca: (await makeTlsFiles()).ca })
    const [error] = (await once(stranger, 'error')) as [Error]
    expect(error.message).toMatch(/certificate/)
  })

  test('unix socket', async () => {
    redis = await startRedis({ unixSocket: true })
    expect(await redis.client({ path: redis.unixSocket }).ping()).toBe('PONG')
  })
})

describe('servers by version', () => {
  test.each(availableServers())('$name runs as itself', async ({ name, product, version }) => {
    redis = await startRedis({ version: name })
    const info = await redis.cli('INFO', 'server')
    expect(info).toContain(`${product}_version:${version}`)
  })

  test('one that is not here is named in the error, with those that are', () => {
    expect(() => serverBinary('redis-4')).toThrow(/No redis-4 server here\. There is: (redis|valkey)-/)
  })
})

describe('the servers that tests run on', () => {
  const server = (name: string): ServerBinary => {
    const [product, version = ''] = name.split('-')
    return { name, product: product === 'valkey' ? 'valkey' : 'redis', version, path: `/bin/${name}` }
  }
  const all = ['redis-7.0.15', 'redis-8.0.2', 'valkey-8.1.1', 'redis-8.6.3'].map(server)
  const namesOf = (servers: readonly ServerBinary[]) => servers.map(({ name }) => name)

  test('are all that are here, or the one that is asked for', () => {
    expect(chooseServers(all, '', true)).toEqual(all)
    expect(namesOf(chooseServers(all, 'valkey-8.1', true))).toEqual(['valkey-8.1.1'])
    expect(namesOf(chooseServers(all.slice(0, 1), '', false))).toEqual(['redis-7.0.15'])
  })

  test('have a newest Redis, by its number and not by its letters; a Valkey is none', () => {
    const some = ['redis-8.6.3', 'redis-8.10.0', 'redis-7.0.15', 'valkey-9.1.2'].map(server)
    expect(newestOf(some)?.name).toBe('redis-8.10.0')
    expect(newestOf(some.slice(3))).toBeUndefined()
  })

  test('are two where there are more: the newest Redis, and in turn the own or one of the others', () => {
    const five = [...all, server('valkey-9.1.2')]
    const chosen = Array.from({ length: 120 }, (_, file) => namesOf(inTurn(five, `${file}.test.ts`)))
    expect(new Set(chosen.map((names) => names.length))).toEqual(new Set([2]))
    for (const [name, least] of [
      ['redis-7.0.15', 45],
      ['redis-8.6.3', 120],
      ['redis-8.0.2', 10],
      ['valkey-8.1.1', 10],
      ['valkey-9.1.2', 10],
    ] as const) {
      expect(chosen.filter((names) => names.includes(name)).length).toBeGreaterThanOrEqual(least)
    }
    expect(inTurn(five, 'a.test.ts')).toEqual(inTurn(five, 'a.test.ts'))
    for (const few of [[], all.slice(0, 1), all.slice(2, 3), all.slice(0, 2), [server('valkey-9.1.2')]])
      expect(inTurn(few, 'a.test.ts')).toEqual(few)
  })

  test('must be there in CI, one with what came with Redis 8.2 among them; the one that is asked for must be anywhere', () => {
    expect(() => chooseServers(all.slice(0, 3), '', true)).toThrow(
      'Not here: a Redis of 8.2 or newer. There is: redis-7',
    )
    expect(chooseServers([...all.slice(0, 3), server('redis-8.10.0')], '', true)).toHaveLength(4)
    expect(() => chooseServers([...all.slice(0, 3), server('redis-8.1.9')], '', true)).toThrow('8.2')
    expect(() => chooseServers([...all.slice(0, 3), server('valkey-9.1.2')], '', true)).toThrow('8.2')
    expect(chooseServers(all.slice(0, 3), '', false)).toHaveLength(3)
    expect(() => chooseServers(all.slice(0, 2), '', true)).toThrow('valkey-8.1')
    expect(() => chooseServers([], '', true)).toThrow('redis-8.0')
    expect(() => chooseServers(all, 'redis-9', false)).toThrow('redis-9')
  })
})
