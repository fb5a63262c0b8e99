import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { goneOfPending } from '../../../../electron/services/group-change/gone-of-pending'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
useEmptiedServer({}, async (server, client) => {
  ;[redis, direct] = [server, client]
  await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
})

/** So many entries, the first of which nobody holds, and all others are held. */
async function seed(count: number): Promise<void> {
  const line = direct.pipeline()
  for (let at = 1; at <= count; at += 1) line.xadd('orders', `${at}-0`, 'n', '1')
  line.xgroup('CREATE', 'orders', 'billing', '1-0')
  line.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
  for (const [error] of (await line.exec()) ?? []) if (error) throw error
}
async function gone(user = {}): Promise<number | null> {
  const { reader } = await clients.open(redis, user)
  return goneOfPending({ reader, key: Buffer.from('orders'), group: Buffer.from('billing') })
}

test('the oldest pending entry may be the one that was deleted', async () => {
  await seed(3)
  expect(await gone()).toBe(0)
  await direct.xdel('orders', '2-0')
  expect(await gone()).toBe(1)
})

test('where each look sends an entry no more are looked up than it may, over all pages', async () => {
  const limited = { profile: { username: 'lim' }, password: 'pw' }
  await seed(2_501)
  await direct.xdel('orders', '2501-0')
  expect(await gone(limited)).toBeNull()
  await direct.xack('orders', 'billing', ...Array.from({ length: 600 }, (_, at) => `${at + 2}-0`))
  expect(await gone(limited)).toBe(1)
})
