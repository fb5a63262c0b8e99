import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createReplyCheck } from '../../../electron/redis/reply-check'
import type { OwnedClient } from '../../../electron/redis/client'
import { createRedisClient } from '../../../electron/redis/connect'
import { longer } from '../../helpers/soak'
import { useSluiceClients } from '../../helpers/sluice-client'

const clients = useSluiceClients()

const check = (text: string | Buffer): string | null => createReplyCheck()(Buffer.from(text as string, 'latin1'))

/** Replies as a server may give them, in RESP2 and RESP3. */
const frame: fc.Memo<Buffer> = fc.memo((depth) => {
  const leaf = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((n) => Buffer.from(`:${n}\r\n`)),
    fc
      .uint8Array({ maxLength: 40 })
      .map((body) => Buffer.concat([Buffer.from(`$${body.length}\r\n`), body, Buffer.from('\r\n')])),
    fc
      .constantFrom(
        '+OK\r\n',
        '-ERR no such key\r\n',
        '$-1\r\n',
        '*-1\r\n',
        '_\r\n',
        '#t\r\n',
        ',1.5e3\r\n',
        ',inf\r\n',
        '(123\r\n',
        '=6\r\ntxt:ab\r\n',
      )
      .map((text) => Buffer.from(text)),
  )
  if (depth <= 1) return leaf
  const list = fc.array(frame(depth - 1), { maxLength: 6 })
  return fc.oneof(
    leaf,
    list.map((all) => Buffer.concat([Buffer.from(`*${all.length}\r\n`), ...all])),
    list.map((all) => Buffer.concat([Buffer.from(`%${all.length}\r\n`), ...all, ...all])),
  )
})

describe('what a server sends', () => {
  test('passes, however it is cut into chunks', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(fc.array(frame(4), { minLength: 1, maxLength: 5 }), cuts, (replies, sizes) => {
        const all = Buffer.concat(replies)
        const take = createReplyCheck()
        for (let at = 0, turn = 0; at < all.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          expect(take(all.subarray(at, at + size))).toBeNull()
          at += size
        }
        expect(take(Buffer.from('+OK\r\n'))).toBeNull()
      }),
    )
  })

  test.each([
    ['a length that is no number', '$0-0\r\n\r\n'],
    ['a length below -1', '$-30\r\n'],
    ['a count that is no number', '*1a\r\n'],
    ['a bulk string of 4 GB', '$4294967296\r\n'],
    ['a bulk string beyond what Redis takes', '$536870913\r\n'],
    ['two thousand million elements', '*2000000000\r\n'],
    ['lists in lists without end', '*1\r\n'.repeat(40)],
    ['a figure of letters', ':12x\r\n'],
    ['a figure without digits', ':\r\n'],
    ['a sign alone', ':-\r\n'],
    ['a type that there is not', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a line that ends by itself', '+OK\n'],
    ['a carriage return alone', '+OK\rX'],
    ['a line without end', `+${'a'.repeat(70_000)}`],
    ['a boolean that is none', '#x\r\n'],
    ['a null with something in it', '_x\r\n'],
    ['what only begins like inf', `${'+'.repeat(40)}\r\n,i\r\n+x$0-0\r\n+\r\n`],
    ['a verbatim string of less than its format', `${'+'.repeat(40)}\r\n=-1\r\n+x$0-0\r\n+\r\n`],
    ['two signs', ':+-5\r\n'],
    ['signs without end', ':+++++5\r\n'],
    ['two signs of a great one', '(+-1\r\n'],
    ['a double of signs', ',--\r\n'],
    ['a length without digits', '$\r\n'],
    ['a count without digits', '*\r\n'],
    ['a length of -01', '$-01\r\n'],
    ['a set that is null', '~-1\r\n'],
    ['a body that does not end', '$3\r\nabcXX'],
    ['a push in a list', '*1\r\n>0\r\n'],
    ['a push in a map', '%1\r\n+a\r\n>1\r\n+b\r\n'],
    ['a boolean without a value', '#\r\n'],
  ])('%s is refused', (_what, text) => {
    expect(check(text)).not.toBeNull()
  })

  test('a bulk string of just what Redis takes is not', () => {
    expect(check('$536870912\r\n')).toBeNull()
    expect(check('*1048576\r\n')).toBeNull()
  })
})

describe('a server that answers so', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  async function answering(reply: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write(reply, 'latin1'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    stops.push(async () => {
      server.close()
      await once(server, 'close')
    })
    return (server.address() as AddressInfo).port
  }

  test.each([
    ['+aaaaaaaaaaaaaaaaaaa\r\n$0-0\r\n\r\n'],
    ['*2000000000\r\n'],
    ['$4294967296\r\n'],
    ['HTTP/1.1 400 Bad Request\r\n\r\n'],
  ])('%j is told from Redis at once', async (reply) => {
    const port = await answering(reply)
    const profile = { endpoint: { kind: 'tcp', host: '127.0.0.1', port }, username: '', db: 0, tls: null } as const
    const client = createRedisClient({ profile, password: null, connectTimeoutMs: 5_000 })
    await expect(client.open()).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'not-redis' } })
    client.close()
  })
})

describe('a reply that has begun when its time is up', () => {
  const stops: (() => unknown)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })

  const known: Readonly<Record<string, string>> = { PING: '+PONG\r\n', HELLO: '%1\r\n+proto\r\n:3\r\n' }

  /** A server that answers XLEN, or the transaction that is not just tried, with `begun` and then `more`, over and over. */
  async function dripping(begun: string, more: string): Promise<{ client: OwnedClient; sockets: readonly Socket[] }> {
    const sockets: Socket[] = []
    const ofExec = ['-ERR EXEC without MULTI\r\n', '*0\r\n']
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('data', (data) => {
        for (const [, name = ''] of data.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n([^\r]+)/g)) {
          const command = name.toUpperCase()
          const reply =
            command === 'EXEC' ? ofExec.shift() : command === 'XLEN' ? undefined : (known[command] ?? '+OK\r\n')
          if (reply !== undefined) socket.write(reply)
          else {
            socket.write(begun)
            const timer = setInterval(() => socket.write(more), 10)
            stops.push(() => clearInterval(timer))
          }
        }
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    stops.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const profile = { endpoint: { kind: 'tcp', host: '127.0.0.1', port }, username: '', db: 0, tls: null } as const
    const client = createRedisClient({ profile, password: null, commandTimeoutMs: 1_000, reconnectMs: 20 })
    stops.push(() => client.close())
    await client.open()
    return { client, sockets }
  }

  test.each([
    ['of one command', (client: OwnedClient) => client.reader.call('XLEN', 'a')],
    ['of several', async (client: OwnedClient) => (await client.reader.pipeline([['XLEN', 'a']]))[0]],
    ['of a transaction', (client: OwnedClient) => clients.writer(client).transaction([['XDEL', 'a', '1-1']])],
  ])('ends its connection, and the next one begins anew: %s', async (what, ask) => {
    const { client, sockets } = await dripping('$400000000\r\n', 'x')
    expect(await ask(client).catch((error: unknown) => error)).toMatchObject(
      what === 'of a transaction' ? { code: 'UNKNOWN_OUTCOME' } : { code: 'UNREACHABLE', data: { reason: 'timeout' } },
    )
    await expect.poll(() => sockets[0]?.destroyed).toBe(true)
    await expect.poll(() => client.isReady()).toBe(true)
    expect(sockets).toHaveLength(2)
  })

  test('an error is a sentence, in whatever form it comes: one of megabytes would reach logs and the page', async () => {
    const bytes = 8 * 1024 * 1024
    const { client } = await dripping(`!${bytes}\r\n${'A'.repeat(bytes)}\r\n`, '')
    await expect(client.reader.call('XLEN', 'a')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('a server that is only slow keeps its connection', async () => {
    const { client, sockets } = await dripping('', '')
    await expect(client.reader.call('XLEN', 'a')).rejects.toMatchObject({ data: { reason: 'timeout' } })
    expect(client.isReady()).toBe(true)
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false])
  })
})

test('whatever is changed in replies, what passes never keeps the decoder busy, and is told as many replies', async () => {
  const mutated = fc.tuple(
    fc.array(frame(3), { minLength: 1, maxLength: 3 }).map((all) => Buffer.concat(all)),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
  )
  const changed = fc.sample(mutated, longer(500)).map(([bytes, changes]) => {
    const copy = Buffer.from(bytes)
    for (const [at, byte] of changes) copy[at % copy.length] = byte
    return copy
  })
  const unchanged = fc.sample(frame(3), 200)
  const passing = [...changed, ...unchanged].map(endsByCheck).filter((each) => each !== null)
  const decoder = createRequire(import.meta.url).resolve('ioredis/built/resp/decoder.js')
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     const { Decoder } = require(workerData.decoder)
     const toldAt = (bytes) => {
       const told = []
       let at = 0
       const note = () => void told.push(at)
       const decoder = new Decoder({ getTypeMapping: () => ({ 36: Buffer }), onReply: note, onErrorReply: note, onPush: note })
       for (at = 0; at < bytes.length; at += 1) decoder.write(Buffer.from(bytes.subarray(at, at + 1)))
       return told
     }
     parentPort.postMessage(workerData.all.map(toldAt))`,
    {
      eval: true,
      workerData: { decoder, all: passing.map(({ bytes }) => bytes) },
      resourceLimits: { maxOldGenerationSizeMb: 300 },
    },
  )
  try {
    const [all] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [readonly number[][]]
    // It tells of a reply as soon as it knows it, at the latest at its end, and never of one more.
    const toldBy = passing.map(({ ends }, at) => ends.map((end) => all[at]?.filter((told) => told <= end).length))
    expect(toldBy).toEqual(passing.map(({ ends }) => ends.map((_, index) => index + 1)))
  } finally {
    await worker.terminate()
  }
  expect(passing.length).toBeGreaterThan(220)
})

/** At which bytes a reply ends; null for what is refused. */
function endsByCheck(bytes: Buffer): { bytes: Buffer; ends: readonly number[] } | null {
  const ends: number[] = []
  let at = 0
  const take = createReplyCheck({ ends: () => void ends.push(at) })
  for (at = 0; at < bytes.length; at += 1) if (take(bytes.subarray(at, at + 1)) !== null) return null
  return { bytes, ends }
}
