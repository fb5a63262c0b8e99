import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { planTrim, type PreparedTrim } from '../../../../electron/services/trim/plan-trim'
import { compareIds, nextId } from '../../../../shared/entry-id'
import type { TrimStrategy } from '../../../../shared/model/trim-plan'
import { serversHere } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { asOld } from './old-server'
import { fill, KEY, maxlen, minid } from './trim-world'

const LENGTH = 6_000
const clients = useSluiceClients()

/** Before each page that the plan reads, something happens to the stream. */
function meddled(reader: Reader, meanwhile: () => Promise<unknown>): Reader {
  return {
    ...reader,
    async call(command, ...args) {
      if (command === 'XRANGE' || command === 'XREVRANGE') await meanwhile()
      return reader.call(command, ...args)
    },
  }
}

const servers = serversHere().map(({ name }) => ({ name, version: name, old: false }))
const [own] = servers
if (own) servers.push({ ...own, name: `${own.name} as one before 6.2`, old: true })

describe.each(servers)('planning on $name while the stream changes', ({ version, old }) => {
  let redis: TestRedis
  let direct: Redis
  let added: number
  beforeAll(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    await fill(direct, LENGTH)
    await direct.xgroup('CREATE', KEY, 'g', '100-0')
    await direct.xreadgroup('GROUP', 'g', 'c', 'COUNT', 50, 'STREAMS', KEY, '>')
    added = LENGTH
  })

  const add = async (count: number): Promise<void> => {
    await fill(direct, added + count, { from: added + 1 })
    added += count
  }
  const meddling = {
    'entries are added': () => add(500),
    'old entries are trimmed away': () => direct.xtrim(KEY, 'MAXLEN', Math.max(0, LENGTH - 40 * (meddlings += 1))),
    'entries are added and the oldest pushed out': async () => {
      await add(50)
      await direct.xtrim(KEY, 'MAXLEN', LENGTH)
    },
    'entries are deleted here and there': () =>
      direct.xdel(KEY, ...Array.from({ length: 9 }, (_, n) => `${(meddlings += 1) * 11 + n}-0`)),
    'all is deleted': () => direct.xtrim(KEY, 'MAXLEN', 0),
  }
  let meddlings = 0

  const plan = async (strategy: TrimStrategy, meanwhile: () => Promise<unknown>): Promise<PreparedTrim> => {
    meddlings = 0
    const client = await clients.open(redis)
    const reader = meddled(old ? asOld(client.reader) : client.reader, meanwhile)
    const source = { reader, key: Buffer.from(KEY) }
    return planTrim(source, { connectionId: 'c', key: KEY, strategy, approximate: false, limit: 1_000 }, !old)
  }

  describe.each(Object.entries(meddling))('%s', (_, meanwhile) => {
    test.each([
      ['the newest 100', maxlen(100), LENGTH - 100],
      ['all but the oldest 100', maxlen(LENGTH - 100), 100],
      ['none', maxlen(0), LENGTH],
      ['those from an id on', minid('4001-0'), 4_000],
      ['those after the end', minid('999999-0'), LENGTH],
    ] as const)('keeping %s, no entry goes beyond what was there to go', async (_name, strategy, going) => {
      const { plan: made, firstKept, snapshot } = await plan(strategy, meanwhile)
      expect(made.length).toBe(LENGTH)
      expect(made.removes.value).toBeLessThanOrEqual(going)
      expect(made.groups[0]?.pending?.value).toBeLessThanOrEqual(50)
      expect(made.groups[0]?.unread?.value).toBeLessThanOrEqual(going)
      // Redis counts ids up: the first that stays lies at or before the first that stayed to begin with.
      const end = made.removes.value === 0 ? '0-0' : (firstKept ?? nextId(snapshot.stream.lastId ?? '0-0') ?? '0-0')
      expect(compareIds(end, going === LENGTH ? `${LENGTH}-1` : `${going + 1}-0`)).toBeLessThanOrEqual(0)
    })
  })
})
