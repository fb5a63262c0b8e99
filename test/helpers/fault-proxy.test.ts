import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { startFaultProxy, type FaultProxy } from './fault-proxy'
import { startRedis, type TestRedis } from './redis-server'
import { createFrameSplitter, requestArguments } from './resp'

let redis: TestRedis
let proxy: FaultProxy
let direct: Redis
let through: Redis
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  proxy = await startFaultProxy(redis)
  through = redis.client({ port: proxy.port })
  await through.ping()
})
afterEach(async () => {
  through.disconnect()
  await proxy.stop()
})

const add = (): Promise<unknown> => through.call('XADD', 'key', '*', 'field', 'x'.repeat(100))

test('lets everything through, and lists it', async () => {
  await Promise.all([add(), add(), through.call('XLEN', 'key')])
  expect(await through.callBuffer('GET', Buffer.from([0xff]))).toBeNull()
  expect(proxy.commands.slice(-4)).toEqual(['XADD', 'XADD', 'XLEN', 'GET'])
  expect(proxy.connections).toBe(1)
})

describe('faults strike the command that is named', () => {
  test('cut before forward: not carried out', async () => {
    const struck = proxy.fault('XADD', { kind: 'cut-before-forward' })
    await expect(add()).rejects.toThrow()
    await struck
    expect(await direct.xlen('key')).toBe(0)
  })

  test('cut and keep: lost for the client at once, carried out when it is delivered', async () => {
    const struck = proxy.fault('XADD', { kind: 'cut-and-keep' })
    await expect(add()).rejects.toThrow()
    await struck
    expect(await direct.xlen('key')).toBe(0)
    await proxy.deliver()
    expect(await direct.xlen('key')).toBe(1)
  })

  test('cut and keep: what is delivered on a connection that the server has ended is not carried out', async () => {
    const id = await through.client('ID')
    void proxy.fault('XADD', { kind: 'cut-and-keep' })
    await expect(add()).rejects.toThrow()
    expect(await direct.client('KILL', 'ID', id)).toBe(1)
    await proxy.deliver()
    expect(await direct.xlen('key')).toBe(0)
  })

  test('cut before reply: carried out once, nothing heard', async () => {
    void proxy.fault((args) => args[0] === 'XADD' && args[1] === 'key', { kind: 'cut-before-reply' })
    await expect(Promise.all([through.ping(), add()])).rejects.toThrow()
    expect(await direct.xlen('key')).toBe(1)
    await expect
      .poll(() =>
        add().then(
          () => direct.xlen('key'),
          () => 0,
        ),
      )
      .toBe(2)
  })

  test('cut in reply', async () => {
    await direct.xadd('key', '*', 'field', 'x'.repeat(100))
    void proxy.fault('XRANGE', { kind: 'cut-in-reply', bytes: 40 })
    await expect(through.call('XRANGE', 'key', '-', '+')).rejects.toThrow()
  })

  test('answers in the server’s stead, in its turn, as often as told', async () => {
    const struck = proxy.fault('XACK', { kind: 'answer', reply: '-MISCONF disk full\r\n' }, 2)
    const replies = await Promise.allSettled([through.ping(), through.xack('key', 'g', '1-1'), through.ping()])
    expect(replies).toMatchObject([{ value: 'PONG' }, { reason: { message: 'MISCONF disk full' } }, { value: 'PONG' }])
    await expect(through.xack('key', 'g', '1-1')).rejects.toThrow('MISCONF')
    await struck
    expect(await through.xack('key', 'g', '1-1')).toBe(0)
  })

  test('replaces a reply after the command was carried out', async () => {
    void proxy.fault('XADD', { kind: 'replace-reply', reply: '-ERR odd\r\n' })
    await expect(add()).rejects.toThrow('ERR odd')
    expect(await direct.xlen('key')).toBe(1)
  })

  test('delays a reply and those behind it', async () => {
    void proxy.fault('XLEN', { kind: 'delay', ms: 20 })
    const order: string[] = []
    await Promise.all([
      through.call('XLEN', 'key').then(() => order.push('XLEN')),
      through.ping().then(() => order.push('PING')),
    ])
    expect(order).toEqual(['XLEN', 'PING'])

    void proxy.fault('XLEN', { kind: 'delay', ms: 3_600_000 })
    const held = [through.call('XLEN', 'key'), through.ping()].map((each) => each.catch(() => 'cut'))
    await expect.poll(() => proxy.commands.slice(-2)).toEqual(['XLEN', 'PING'])
    const other = redis.client({ port: proxy.port })
    expect(await Promise.race([...held, other.ping().then(() => 'the other')])).toBe('the other')
    proxy.cut()
    expect(await Promise.all(held)).toEqual(['cut', 'cut'])
  })
})

describe('faults of the whole connection', () => {
  test('cut', async () => {
    const blocked = through.call('XREAD', 'BLOCK', '0', 'STREAMS', 'key', '$')
    await expect.poll(() => proxy.commands.at(-1)).toBe('XREAD')
    proxy.cut()
    await expect(blocked).rejects.toThrow()
  })

  test('blackhole holds what is sent, resume delivers it', async () => {
    proxy.blackhole()
    let arrived = false
    const added = add().then(() => (arrived = true))
    await direct.ping()
    expect([arrived, await direct.xlen('key')]).toEqual([false, 0])
    proxy.resume()
    await added
    expect(await direct.xlen('key')).toBe(1)
  })

  test('refuse and accept', async () => {
    proxy.refuse()
    proxy.cut()
    await expect(add()).rejects.toThrow()
    proxy.accept()
    await expect
      .poll(() =>
        add().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })
})

test('frames are found whatever the chunks', () => {
  const frames = [
    '+OK\r\n',
    '$-1\r\n',
    '*2\r\n$2\r\n\r\n\r\n:1\r\n',
    '%1\r\n+k\r\n*0\r\n',
    '|1\r\n+a\r\n:1\r\n:2\r\n',
    '>2\r\n+x\r\n_\r\n',
    '*-1\r\n',
  ]
  const bytes = Buffer.from(frames.join(''))
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const splitter = createFrameSplitter()
    const found: string[] = []
    for (let at = 0; at < bytes.length; at += size) {
      found.push(...splitter.push(bytes.subarray(at, at + size)).map(String))
    }
    expect(found).toEqual(frames)
  }
  expect(requestArguments(Buffer.from('*2\r\n$4\r\nXLEN\r\n$2\r\n\r\n\r\n')).map(String)).toEqual(['XLEN', '\r\n'])
})
