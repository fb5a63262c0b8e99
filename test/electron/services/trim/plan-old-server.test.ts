import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { planTrim } from '../../../../electron/services/trim/plan-trim'
import type { TrimStrategy } from '../../../../shared/model/trim-plan'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { asOld } from './old-server'
import { readTruth, seedRandom } from './random-stream'
import { fill, idsOf, KEY, maxlen, minid, openTrimWorld, type TrimWorld } from './trim-world'

describe('what an old server tells is enough for the same figures', () => {
  const clients = useSluiceClients()
  let world: TrimWorld
  beforeAll(async () => {
    world = await openTrimWorld()
  })
  afterAll(() => world.stop())

  test('of random streams and groups', async () => {
    const client = await clients.open(world.redis)
    for (let seed = 201; seed <= 260; seed += 1) {
      const { strategy, approximate, limit } = await seedRandom(world.direct, seed)
      const { going, kept, groups } = await readTruth(world.direct, strategy)
      const source = { reader: asOld(client.reader), key: Buffer.from(KEY) }
      const request = { connectionId: 'c', key: KEY, strategy, approximate, limit }
      const { plan } = await planTrim(source, request, false)
      const exact = (value: number) => ({ value, certainty: 'exact' })
      expect(plan, `seed ${seed}`).toMatchObject({
        removes: exact(going.length),
        firstKept: kept[0] ?? null,
        groups: groups.map(({ name, pending, unread }) => ({ name, pending: exact(pending), unread: exact(unread) })),
      })
    }
  }, 60_000)
})

describe('a server without MINID, LIMIT and exclusive ranges', () => {
  let world: TrimWorld
  let proxy: FaultProxy
  beforeAll(async () => {
    world = await openTrimWorld({
      profile: async (redis) => {
        proxy = await startFaultProxy(redis)
        const refuse = (match: (args: readonly string[]) => boolean, reply: string) =>
          void proxy.fault(match, { kind: 'answer', reply }, Infinity)
        const named = (name: string | undefined, wanted: string) => name?.toUpperCase() === wanted
        refuse(([name, , how]) => named(name, 'XTRIM') && named(how, 'MINID'), '-ERR syntax error\r\n')
        refuse((args) => named(args[0], 'XTRIM') && args.includes('LIMIT'), '-ERR syntax error\r\n')
        refuse(
          (args) => named(args[0], 'XRANGE') && args.some((arg) => arg.startsWith('(')),
          '-ERR Invalid stream ID\r\n',
        )
        return { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } }
      },
    })
  })
  afterAll(async () => {
    await world.stop()
    await proxy.stop()
  })
  beforeEach(async () => {
    await world.direct.del(KEY)
    await fill(world.direct, 3_000)
  })

  test('can’t trim by id, and says so', async () => {
    await expect(world.plan(minid('5-0'))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      data: { feature: 'trimMinId' },
    })
  })

  test.each([true, false])('removes the entries themselves, and no more; approximate: %s', async (approximate) => {
    const plan = await world.plan(maxlen(500), { approximate, limit: 250 })
    expect(plan).toMatchObject({ removes: { value: 2_500, certainty: 'exact' }, firstKept: '2501-0' })
    expect(plan.commands).toEqual([expect.stringMatching(/^XDEL orders 1-0 2-0 3-0 .* …$/)])
    const before = proxy.commands.length
    const job = await world.run(plan, true)
    expect(job).toMatchObject({ state: 'done', counts: { changed: 2_500 } })
    const sent = proxy.commands.slice(before)
    expect(sent).not.toContain('XTRIM')
    // At most 250 a command.
    expect(sent.filter((name) => name === 'XDEL').length).toBeGreaterThanOrEqual(10)
    expect((await idsOf(world.direct))[0]).toBe('2501-0')
    expect(await world.direct.xlen(KEY)).toBe(500)
  })

  test('entries added meanwhile push nothing out', async () => {
    const strategy: TrimStrategy = maxlen(500)
    const plan = await world.plan(strategy)
    await fill(world.direct, 9_000, { from: 3_001 })
    expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 2_500 } })
    expect(await world.direct.xlen(KEY)).toBe(6_500)
  })
})
