import { expect, test } from 'vitest'
import { removeUpTo } from '../../../../electron/services/trim/removing'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import type { TestRedis } from '../../../helpers/redis-server'

const clients = useSluiceClients()
const ids = ['1-0', '2-0', '3-0', '4-0']
let redis: TestRedis
useEmptiedServer({}, async (server, direct) => {
  redis = server
  for (const id of ids) await direct.xadd('orders', id, 'n', id)
  await direct.xgroup('CREATE', 'orders', 'billing', '2-0')
})

test('ids, which a server without MINID is given, are none that a group needs', async () => {
  const client = await clients.open(redis)
  const writer = clients.writer(client)
  const order = { reader: client.reader, writer, key: Buffer.from('orders'), keeping: 'commands' as const }
  const removed = await removeUpTo(order, '3-0', { kind: 'ids', ids: ids.slice(0, 3) })
  expect(removed).toEqual({ entries: 2, through: '2-0', heldBy: Buffer.from('billing') })
  expect(await redis.client().xlen('orders')).toBe(2)
})
