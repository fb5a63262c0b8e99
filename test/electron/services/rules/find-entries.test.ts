import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { nameKey } from '../../../../electron/redis/bytes'
import { findEntries } from '../../../../electron/services/rules/find-entries'
import { selectionInGroup } from '../../../../electron/services/sweep/selection-in-group'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
useEmptiedServer({}, (server, client) => Promise.resolve(([redis, direct] = [server, client])))

/** Entries that are pending with each of these, one after the other, and gone. */
async function gone(held: readonly (readonly [consumer: string, count: number])[]) {
  const line = direct.pipeline()
  let at = 0
  line.xgroup('CREATE', 'orders', 'billing', '0', 'MKSTREAM')
  for (const [consumer, count] of held) {
    for (let n = 0; n < count; n += 1) line.xadd('orders', `${(at += 1)}-0`, 'n', '1')
    line.call('XREADGROUP', 'GROUP', 'billing', consumer, 'STREAMS', 'orders', '>')
  }
  line.xtrim('orders', 'MAXLEN', 0)
  for (const [error] of (await line.exec()) ?? []) if (error) throw error
  const { reader } = await clients.open(redis)
  return { reader, key: Buffer.from('orders'), group: Buffer.from('billing') }
}
const wanted = { minIdleMs: 0, minDeliveries: null, action: { kind: 'ackGone' } as const }
const lookUps = () => ({ left: 100 })

test('of those alone that were named as holders', async () => {
  const source = await gone([
    ['dead', 2],
    ['alive', 1],
  ])
  const limits = { most: 10, after: null, lookUps: lookUps() }
  const found = await findEntries(source, { ...wanted, holders: new Set([nameKey(Buffer.from('dead'))]) }, limits)
  expect(found).toMatchObject({ ids: ['1-0', '2-0'], next: null })
})

test('a sweep that takes no more of a group than it may says that there is more', async () => {
  const source = await gone([['dead', 10_001]])
  const how = { stalledAfterMs: 0, touches: [], waiting: () => Promise.resolve(null) }
  const request = { take: { stalled: false, minIdleMs: 0, minDeliveries: null }, action: wanted.action }
  const taken = await selectionInGroup(source, request, how, lookUps())
  expect(taken?.isCut).toBe(true)
  expect(taken?.selection).toMatchObject({ kind: 'ids', ids: { length: 10_000 } })
})
