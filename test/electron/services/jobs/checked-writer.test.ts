import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { callLarge, type Writer } from '../../../../electron/redis/reader-writer'
import { entriesById } from '../../../../electron/redis/xrange'
import { bindServer, type BoundServer } from '../../../../electron/services/jobs/bound-server'
import { checkedWriter } from '../../../../electron/services/jobs/checked-writer'
import { withServerTime } from '../../../../electron/services/jobs/note-outcome'
import { sendAll } from '../../../../electron/services/jobs/send-commands'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
let proxy: FaultProxy
let client: OwnedClient
let writer: Writer
let bound: BoundServer
let isAllowed = true

beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  await direct.xadd('orders', '1-0', 'n', '1')
  await direct.xadd('orders', '2-0', 'n', '2')
  await direct.xgroup('CREATE', 'orders', 'billing', '0')
  await direct.xreadgroup('GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
  proxy = await startFaultProxy(redis)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  const profile = redis.connection({ endpoint })
  client = await clients.open({ connection: () => profile })
  isAllowed = true
  bound = await bindServer(client, profile)
  writer = checkedWriter(clients.writer(client), bound, () => {
    if (!isAllowed) throw new Error('not any more')
  })
})
afterEach(() => proxy.stop())

/** The connection is lost, and back: by whom nobody has asked yet. */
async function lostAndBack(): Promise<void> {
  const line = client.line()
  proxy.cut()
  await expect.poll(() => client.isReady() && client.line() !== line).toBe(true)
}
/** What another server says of itself. */
const ANOTHER = `run_id:${'a'.repeat(40)}\r\nmaster_replid:${'b'.repeat(40)}\r\nmaster_repl_offset:1\r\n`
const claim = (id: string) => ({
  ids: [id],
  async send() {
    await writer.write('XCLAIM', ...['orders', 'billing', 'bob', 0, id, 'JUSTID'].map(String))
    return [id]
  },
})
/** Of those from now on what a batch sends, in order. A connection that is back asks more. */
function namesFrom(count: number): readonly string[] {
  return proxy.commands.slice(count).filter((name) => name === 'XCLAIM' || name === 'TIME')
}

test.each([
  ['on a connection that is known', () => Promise.resolve()],
  ['on one that was lost and is back', lostAndBack],
] as const)('the clock is read behind all commands of a batch, in one go: %s', async (_, before) => {
  await before()
  const count = proxy.commands.length
  const { until, counts } = await sendAll(writer, [claim('1-0'), claim('2-0')], () => Promise.resolve(noCounts))
  expect([counts.changed, namesFrom(count)]).toEqual([2, ['XCLAIM', 'XCLAIM', 'TIME']])
  expect(until).not.toBeNull()
})

test('and behind a single command', async () => {
  await lostAndBack()
  const count = proxy.commands.length
  await withServerTime(writer, claim('1-0').send)
  expect(namesFrom(count)).toEqual(['XCLAIM', 'TIME'])
})

test('nothing is sent to another server, which is told of no time either', async () => {
  await lostAndBack()
  void proxy.fault('INFO', { kind: 'answer', reply: `$${ANOTHER.length}\r\n${ANOTHER}\r\n` }, 2)
  const count = proxy.commands.length
  const sent = await sendAll(writer, [claim('1-0')], () => Promise.resolve(noCounts))
  expect(sent).toMatchObject({ until: null, error: { code: 'STALE_PLAN' }, except: ['1-0'] })
  expect(namesFrom(count)).toEqual([])
})

test.each([
  ['one command', () => writer.reader.call('XLEN', 'orders')],
  ['several together', () => writer.reader.pipeline([['XLEN', 'orders']])],
  ['what may be large', () => callLarge(writer.reader, 'XLEN', 'orders')],
])('nothing is read from another server: %s', async (_, read) => {
  await lostAndBack()
  void proxy.fault('INFO', { kind: 'answer', reply: `$${ANOTHER.length}\r\n${ANOTHER}\r\n` }, 2)
  const count = proxy.commands.length
  await expect(read()).rejects.toMatchObject({ code: 'STALE_PLAN' })
  expect(proxy.commands.slice(count)).not.toContain('XLEN')
})

test('it is asked again after each loss: that it was the same once is no proof of the next time', async () => {
  await lostAndBack()
  await writer.reader.call('XLEN', 'orders')
  expect((await bound.now())?.runId).toBe(bound.identity.runId)
  await lostAndBack()
  void proxy.fault('INFO', { kind: 'answer', reply: `$${ANOTHER.length}\r\n${ANOTHER}\r\n` }, 2)
  // What nobody is sure of is not written down as how far it went.
  expect(await bound.now()).toBeUndefined()
  const sent = await sendAll(writer, [claim('1-0')], () => Promise.resolve(noCounts))
  expect(sent).toMatchObject({ error: { code: 'STALE_PLAN' }, except: ['1-0'] })
})

test('nothing is sent once it is not allowed any more', async () => {
  isAllowed = false
  const count = proxy.commands.length
  const sent = await sendAll(writer, [claim('1-0')], () => Promise.resolve(noCounts))
  expect([sent.except, sent.error?.message]).toEqual([['1-0'], 'not any more'])
  expect(namesFrom(count)).not.toContain('XCLAIM')
})

test('its reader has an entry that no usual reply can hold', async () => {
  const size = 9 * 1024 * 1024
  await direct.xadd('orders', '3-0', 'body', Buffer.alloc(size, 'x'))
  const found = await entriesById(writer.reader, Buffer.from('orders'), ['2-0', '3-0'])
  expect([...found].map(([id, { fields }]) => [id, fields[1]?.length])).toEqual([
    ['2-0', 1],
    ['3-0', size],
  ])
})
