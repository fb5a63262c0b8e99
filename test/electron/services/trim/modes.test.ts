import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { References } from '../../../../shared/model/references'
import type { TrimPlan, TrimStrategy } from '../../../../shared/model/trim-plan'
import { onEachServer } from '../../../helpers/on-each-server'
import type { FaultProxy } from '../../../helpers/fault-proxy'
import { fill, idsOf, KEY, maxlen, minid, openBehindProxy, watchCommands, type TrimWorld } from './trim-world'

const GROUP = 'billing'

onEachServer('on %s', (version) => {
  let world: TrimWorld & { readonly proxy: FaultProxy }
  let direct: Redis
  let hasModes: boolean
  let sent: (readonly string[])[]
  beforeAll(async () => {
    world = await openBehindProxy({ version })
    direct = world.direct
    hasModes = (await direct.command('INFO', 'XDELEX')).every((told) => told !== null)
    watchCommands(world.proxy, (name, args) => sent.push([name, ...args]))
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await direct.flushall()
    sent = []
    await fill(direct, 2_000)
    // Of what a trim to 500 removes: 1 200 are acked, 10 are pending, 290 not read.
    await direct.xgroup('CREATE', KEY, GROUP, '0')
    await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 1_210, 'STREAMS', KEY, '>')
    for (let from = 1; from <= 1_200; from += 400) {
      await direct.xack(KEY, GROUP, ...Array.from({ length: 400 }, (_, at) => `${from + at}-0`))
    }
  })

  const plan = (references: References, strategy: TrimStrategy = maxlen(500)): Promise<TrimPlan> => {
    const { connectionId } = world
    return world.api.trim.plan({ connectionId, key: KEY, strategy, approximate: false, references, limit: 10_000 })
  }
  const pending = async (): Promise<number> => ((await direct.xpending(KEY, GROUP)) as [number])[0]
  // Others ask what the server has, by commands that can’t be carried out.
  const writes = () => sent.filter(([name = '', key]) => /^(XTRIM|XDEL|XDELEX)$/.test(name) && key === KEY)

  test('a mode that the server lacks is refused, and nothing is sent', async () => {
    if (hasModes) return
    for (const mode of ['DELREF', 'ACKED'] as const) {
      await expect(plan(mode)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    }
    expect([writes(), await direct.xlen(KEY)]).toEqual([[], 2_000])
  })

  test('KEEPREF is what a trim does: what was pending stays so, without its entry', async () => {
    const made = await plan('KEEPREF')
    expect(made).toMatchObject({ removes: { value: 1_500, certainty: 'exact' }, groups: [{ pending: { value: 10 } }] })
    expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 1_500, leftAlone: 0 } })
    expect([await direct.xlen(KEY), await pending()]).toEqual([500, 10])
    expect(writes().every(([name]) => name === 'XTRIM')).toBe(true)
  })

  if (!/^redis-8\.[2-9]/.test(version)) return
  describe('8.2+', () => {
    test('DELREF takes what was pending off the list as well', async () => {
      const made = await plan('DELREF')
      expect(made).toMatchObject({
        removes: { value: 1_500, certainty: 'exact' },
        groups: [{ pending: { value: 10 }, unread: { value: 290 } }],
      })
      expect(await world.run(made, true)).toMatchObject({ state: 'done', done: 1_500, counts: { changed: 1_500 } })
      expect([await direct.xlen(KEY), await pending()]).toEqual([500, 0])
      expect((await idsOf(direct))[0]).toBe('1501-0')
      expect(world.backups()).toHaveLength(1)
    })

    test('ACKED keeps what a group holds or has not read, and says how many', async () => {
      const made = await plan('ACKED')
      expect(made).toMatchObject({
        removes: { value: 1_500, certainty: 'atMost' },
        groups: [{ pending: { value: 0, certainty: 'exact' }, unread: { value: 0, certainty: 'exact' } }],
      })
      const job = await world.run(made)
      expect(job).toMatchObject({ state: 'done', total: 1_500, counts: { changed: 1_200, leftAlone: 300 } })
      expect([await direct.xlen(KEY), await pending()]).toEqual([800, 10])
      expect((await idsOf(direct))[0]).toBe('1201-0')
    })

    test('no command names more than 500 entries, and the first is as shown', async () => {
      const made = await plan('ACKED', minid('1301-0'))
      await world.run(made)
      const commands = writes()
      expect(commands.map(([name, , mode, , count]) => [name, mode, count])).toEqual([
        ['XDELEX', 'ACKED', '500'],
        ['XDELEX', 'ACKED', '500'],
        ['XDELEX', 'ACKED', '300'],
      ])
      expect(made.commands).toEqual([commands[0]?.join(' ')])
    })

    test('what comes after the plan stays, however the stream grows', async () => {
      const made = await plan('DELREF')
      await fill(direct, 2_400, { from: 2_001 })
      await world.run(made)
      expect((await idsOf(direct))[0]).toBe('1501-0')
      expect(await direct.xlen(KEY)).toBe(900)
    })

    test('a lost reply is read back, and nothing is sent twice', async () => {
      const made = await plan('DELREF')
      let seen = 0
      void world.proxy.fault(([name]) => name === 'XDELEX' && (seen += 1) === 2, { kind: 'cut-before-reply' }, 1)
      const job = await world.run(made)
      expect(job).toMatchObject({ state: 'interrupted', counts: { changed: 1_000, unknown: 0 } })
      await expect.poll(() => direct.xlen(KEY)).toBe(1_000)
      expect(writes()).toHaveLength(2)
    })

    test.each([
      ['DELREF', { changed: 500, unknown: 0 }],
      // It may have left the others for the groups: of the one that is gone nobody can tell.
      ['ACKED', { changed: 500, unknown: 500 }],
    ] as const)('what others delete while a %s never arrived is not counted', async (mode, counts) => {
      const made = await plan(mode)
      let seen = 0
      const struck = world.proxy
        .fault(([name]) => name === 'XDELEX' && (seen += 1) === 2, { kind: 'cut-before-forward' }, 1)
        .then(() => world.proxy.refuse())
      const ended = world.run(made)
      await struck
      await direct.xdel(KEY, '600-0')
      world.proxy.accept()
      expect(await ended).toMatchObject({ state: 'interrupted', counts })
      expect(await direct.xlen(KEY)).toBe(1_499)
    })

    test.each(['DELREF', 'ACKED'] as const)(
      'what others trim while a %s never arrived is not counted',
      async (mode) => {
        const made = await plan(mode)
        let seen = 0
        const struck = world.proxy
          .fault(([name]) => name === 'XDELEX' && (seen += 1) === 2, { kind: 'cut-before-forward' }, 1)
          .then(() => world.proxy.refuse())
        const ended = world.run(made)
        await struck
        await direct.xtrim(KEY, 'MINID', '1001-0')
        world.proxy.accept()
        expect(await ended).toMatchObject({ state: 'interrupted', counts: { changed: 500, unknown: 500 } })
      },
    )

    test('a stream made anew meanwhile is left alone', async () => {
      const made = await plan('ACKED')
      await direct.del(KEY)
      await fill(direct, 10)
      await expect(world.start(made)).rejects.toMatchObject({ code: 'STALE_PLAN' })
      expect(await direct.xlen(KEY)).toBe(10)
    })
  })
})
