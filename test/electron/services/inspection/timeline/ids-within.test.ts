import { expect, test } from 'vitest'
import { idsWithin } from '../../../../../electron/services/inspection/timeline/ids-within'
import { useEmptiedServer } from '../../../../helpers/emptied-server'
import type { TestRedis } from '../../../../helpers/redis-server'
import { useSluiceClients } from '../../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
useEmptiedServer({}, async (server, direct) => {
  redis = server
  for (let at = 1; at <= 30; at += 1) await direct.xadd('orders', `${at}-0`, 'n', Buffer.alloc(70 * 1024))
})

test('what one command may not look at to its end is not all there is', async () => {
  const { reader } = await clients.open(redis)
  const spans = [{ from: '1-0', to: '30-0' }]
  const [found] = await idsWithin({ reader, key: Buffer.from('orders') }, spans, { most: 40, averageBytes: 10 })
  expect(found?.isWhole).toBe(false)
  expect(found?.ids.length).toBeGreaterThan(0)
  expect(found?.ids.length).toBeLessThan(30)
})
