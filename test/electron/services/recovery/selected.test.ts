import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { noted, readStreamMark } from '../../../../electron/services/inspection/stream-mark'
import { readSelection } from '../../../../electron/services/recovery/plan/read-selection'
import { isKnownAgain } from '../../../../electron/services/recovery/selection/ticked'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { GROUP, idsFrom, KEY, seed, serverTime } from './recovery-kit'

const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
useEmptiedServer({}, (server, client) => Promise.resolve(([redis, direct] = [server, client])))
const opened = async () => {
  const { reader } = await clients.open(redis)
  return { reader, key: Buffer.from(KEY), group: Buffer.from(GROUP) }
}

test('of ticked entries of an earlier plan those are left that have moved since', async () => {
  await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: 60_000 })
  const since = await serverTime(direct)
  await expect.poll(() => serverTime(direct), { interval: 1 }).toBeGreaterThan(since + 2)
  await direct.xclaim(KEY, GROUP, 'alice', 0, '2-0', 'JUSTID')
  const reading = readSelection(await opened(), { selection: { kind: 'ids', ids: idsFrom(1, 3) }, since }, () =>
    Promise.resolve(true),
  )
  const { value } = await reading.next()
  expect(value !== undefined && 'rows' in value ? value.rows.map(({ id }) => id) : null).toEqual(['1-0', '3-0'])
  await reading.return(undefined as never)
})

test('a stream of which no entry of then is there is not known again, whatever its figures say', async () => {
  await seed(direct, { held: { alice: ['1-0'] } })
  const source = await opened()
  const read = () => readStreamMark(source.reader, source.key, { group: source.group, ids: ['1-0'], consumers: true })
  const then = noted(await read())
  expect(await isKnownAgain(source, then)).toBe(true)
  await direct.del(KEY)
  await seed(direct, { held: { alice: ['4-0', '5-0', '6-0'] } })
  await direct.xdel(KEY, '4-0')
  expect(await isKnownAgain(source, then)).toBe(false)
})
