import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows } from '../../../../shared/judgement/triage-row'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
let proxy: FaultProxy
beforeEach(async () => {
  redis = await startRedis()
  proxy = await startFaultProxy(redis)
})
afterEach(async () => {
  await proxy.stop()
  await redis.stop()
})

// Redis tells idle times as 0 while its clock is before what it has seen: only the clock itself tells that they are none.
test('while a server’s clock is before where it was, nobody is called alive by what it says', async () => {
  const feed = redis.client()
  await feed.xgroup('CREATE', 'orders', 'billing', '0', 'MKSTREAM')
  await feed.xadd('orders', '*', 'n', '1')
  await feed.xreadgroup('GROUP', 'billing', 'ann', 'STREAMS', 'orders', '>')
  const { reader } = await clients.open({
    connection: (changes) =>
      redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port }, ...changes }),
  })
  const row = async () => {
    const [summary] = await summarize(reader, [Buffer.from('orders')], defaultThresholds)
    const [found] = triageRows(summary!, defaultThresholds)
    return { state: found?.state, active: found?.group.active, idle: found?.group.oldestIdleMs }
  }
  expect(await row()).toMatchObject({ state: 'fine', active: 1 })
  const [seconds] = await feed.time()
  const before = String(Number(seconds) - 3_600)
  void proxy.fault('TIME', { kind: 'answer', reply: `*2\r\n$${before.length}\r\n${before}\r\n$1\r\n0\r\n` })
  expect(await row()).toEqual({ state: 'not-known', active: null, idle: null })
  expect(await row()).toMatchObject({ state: 'fine', active: 1 })
})
