import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { noted, readStreamMark, type StreamMark } from '../../../../electron/services/inspection/stream-mark'
import { requireKnown, requireSameBodies } from '../../../../electron/services/jobs/require-known'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const [key, group] = [Buffer.from('orders'), Buffer.from('billing')]
const STALE = { code: 'STALE_PLAN', data: { planId: 'p' } }
let redis: TestRedis
let direct: Redis
useEmptiedServer({}, async (server, client) => {
  ;[redis, direct] = [server, client]
  await direct.xadd('orders', '1-0', 'n', '1')
  await direct.xgroup('CREATE', 'orders', 'billing', '0')
  await direct.xreadgroup('GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
})

async function met() {
  const client = await clients.open(redis)
  const { reader } = client
  const mark = noted(await readStreamMark(reader, key, { group, ids: ['1-0'], consumers: true }))
  if (mark === undefined) throw new Error('no mark')
  return { client, mark, source: { reader, key, group } }
}

test('of the doubts only those that count are one, and what contradicts always is', async () => {
  const { mark, source } = await met()
  const isBehind = ({ code }: { readonly code: string }): boolean => code === 'identity.stream-behind'
  const require = (then: StreamMark = mark) => requireKnown(source, then, 'p', isBehind)
  await require()
  await direct.xgroup('SETID', 'orders', 'billing', '0')
  await require()
  await expect(requireKnown(source, mark, 'p')).rejects.toMatchObject(STALE)
  await expect(require({ ...mark, lastGeneratedId: '9-0' })).rejects.toMatchObject(STALE)
  await direct.del('orders')
  await direct.xadd('orders', '1-0', 'n', 'another')
  await expect(require()).rejects.toMatchObject(STALE)
})

test('a stream whose bodies can’t be asked for since the connection is lost is not taken for the same', async () => {
  const { client, mark, source } = await met()
  await requireSameBodies(source, mark, 'p')
  client.close()
  await expect(requireSameBodies(source, mark, 'p')).rejects.toMatchObject({ code: 'UNREACHABLE' })
})
