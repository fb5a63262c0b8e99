import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SentCommand } from '../../../electron/redis/command-tap'
import { createRedisClient } from '../../../electron/redis/connect'
import type { OwnedClient } from '../../../electron/redis/client'
import { keepSenders, sentBy } from '../../../electron/redis/sent-by'
import { grantWritePermit } from '../../../electron/redis/write-permit'
import { startRedis, type TestRedis } from '../../helpers/redis-server'

const LARGE = Buffer.from('large')

keepSenders()

let redis: TestRedis
let client: OwnedClient
let sent: SentCommand[]
let came: number
beforeEach(async () => {
  redis = await startRedis()
  ;[sent, came] = [[], 0]
  client = createRedisClient({
    ...{
      profile: { ...redis.connection(), endpoint: { kind: 'tcp', host: redis.host, port: redis.port } },
      password: null,
    },
    commands: {
      sent: (command) => void sent.push(command),
      came: (_command, bytes) => void (came += bytes),
    },
  })
  await client.open()
})
afterEach(async () => {
  client.close()
  await redis.stop()
})

const last = (name: string): SentCommand | undefined => sent.findLast(({ command }) => command === name)

test('bytes are those on the line, both ways', async () => {
  const before = came
  await client.reader.call('XLEN', Buffer.from('orders'))
  const frame = '*2\r\n$4\r\nXLEN\r\n$6\r\norders\r\n'
  expect(last('XLEN')).toMatchObject({
    sentBytes: frame.length,
    receivedBytes: ':0\r\n'.length,
    outcome: { kind: 'ok' },
  })
  expect(came - before).toBe(4)
  expect(last('XLEN')?.ms).toBeGreaterThan(0)
})

test('a reply beyond what is kept is told as cut, with all its bytes', async () => {
  for (let at = 1; at <= 3; at += 1) await redis.cli('XADD', 'large', `${at}-0`, 'body', 'x'.repeat(100_000))
  const direct = redis.client()
  for (let at = 4; at <= 6; at += 1) await direct.xadd('large', `${at}-0`, 'body', 'x'.repeat(4 * 1024 * 1024))
  await expect(client.reader.call('XRANGE', LARGE, '-', '+')).rejects.toMatchObject({ code: 'TOO_LARGE' })
  expect(last('XRANGE')?.outcome).toEqual({ kind: 'cut' })
  expect(last('XRANGE')?.receivedBytes).toBeGreaterThan(12 * 1024 * 1024)
  // On a connection of its own it is another command, and whole.
  await client.reader.callLarge?.('XRANGE', LARGE, '-', '+')
  expect(last('XRANGE')?.outcome).toEqual({ kind: 'ok' })
})

test('commands of a transaction are queued; what failed in it is told of its EXEC', async () => {
  const writer = client.writer(grantWritePermit())
  await redis.cli('SET', 'plain', 'x')
  await writer.transaction([
    ['XADD', Buffer.from('orders'), '*', 'a', 'b'],
    ['XADD', Buffer.from('plain'), '*', 'a', 'b'],
  ])
  expect(sent.slice(-4).map(({ command, outcome }) => [command, outcome])).toEqual([
    ['MULTI', { kind: 'ok' }],
    ['XADD', { kind: 'queued' }],
    ['XADD', { kind: 'queued' }],
    ['EXEC', { kind: 'error', prefix: 'WRONGTYPE' }],
  ])
})

test('each command is by whoever began it, however they are mixed; logging in is upkeep', async () => {
  const by = (kind: 'test' | 'monitoring') => ({ kind })
  await Promise.all(
    (['test', 'monitoring'] as const).map((kind) =>
      sentBy(by(kind), async () => {
        for (let at = 0; at < 5; at += 1) {
          await client.reader.pipeline([['XLEN', Buffer.from(kind)]])
          await client.reader.call('TYPE', Buffer.from(kind))
        }
      }),
    ),
  )
  for (const { command, args, by: who } of sent) {
    if (command === 'XLEN' || command === 'TYPE') expect(who.kind).toBe(args[0])
  }
  expect(sent.filter(({ command }) => command === 'XLEN')).toHaveLength(10)
  await client.reader.call('XLEN', Buffer.from('nobody'))
  expect(last('XLEN')?.by).toEqual({ kind: 'other' })
  const first = sent.filter(({ command }) => command === 'HELLO' || command === 'CLIENT')
  expect(first.length).toBeGreaterThan(1)
  for (const { by: who } of first) expect(who.kind).toBe('upkeep')
})

test('what was not sent is not told', async () => {
  const count = sent.length
  client.close()
  await expect(client.reader.call('XLEN', LARGE)).rejects.toThrow()
  expect(sent).toHaveLength(count)
})
