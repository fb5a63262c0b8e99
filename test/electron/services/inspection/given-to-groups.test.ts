import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { givenToGroups } from '../../../../electron/services/inspection/given-to-groups'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
useEmptiedServer({}, async (server, client) => {
  ;[redis, direct] = [server, client]
  for (const id of ['1-0', '2-0', '3-0', '4-0']) await direct.xadd(KEY, id, 'f', 'v')
})

async function given(user = {}): Promise<readonly string[]> {
  const { reader } = await clients.open(redis, user)
  return [...(await givenToGroups({ reader, key: KEY }, ['1-0', '2-0', '3-0', '4-0']))].sort()
}
/** It read three, acked the first, and was set back. */
async function setBack(): Promise<void> {
  await direct.xgroup('CREATE', KEY, 'billing', '0')
  await direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 3, 'STREAMS', KEY, '>')
  await direct.xack(KEY, 'billing', '1-0')
  await direct.xgroup('SETID', KEY, 'billing', '0')
}

test('without a group none is given to any', async () => {
  expect(await given()).toEqual([])
})

test('up to where any group stands all are', async () => {
  await direct.xgroup('CREATE', KEY, 'early', '1-0')
  await direct.xgroup('CREATE', KEY, 'late', '3-0')
  expect(await given()).toEqual(['1-0', '2-0', '3-0'])
})

test('what a group holds that was set back is', async () => {
  await setBack()
  expect(await given()).toEqual(['2-0', '3-0'])
})

test('who may not see what a group holds takes all for given', async () => {
  await setBack()
  await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-xpending')
  expect(await given({ profile: { username: 'lim' }, password: 'pw' })).toEqual(['1-0', '2-0', '3-0', '4-0'])
})

test('of a stream that is gone nothing is told', async () => {
  await direct.del(KEY)
  await expect(given()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
