import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { ownAndNewest } from '../../../helpers/available-servers'
import { longer } from '../../../helpers/soak'
import { openAs } from '../recovery/limited-user'
import { counts, GROUP, holdAt, idsFrom, onEveryServer, seed, walked, type Sluice } from '../recovery/recovery-kit'
import { KEY, planSwap, rebuild, startSwap, swap, trimTo } from './restore-kit'
import { startWorkers } from './workers'

const ASIDE = `${KEY}:before-restore`

type Group = 'billing' | 'audit' | 'new'
type Doing =
  | { readonly kind: 'add' | 'deleteLast' }
  | { readonly kind: 'read'; readonly group: Group; readonly consumer: string; readonly count: number }
  | { readonly kind: 'ack'; readonly group: Group; readonly positions: readonly number[] }
  | { readonly kind: 'claim'; readonly group: Group; readonly consumer: string; readonly positions: readonly number[] }
  | { readonly kind: 'make'; readonly group: Group; readonly at: number }
  | { readonly kind: 'setId'; readonly group: Group; readonly at: number }

const group = fc.constantFrom<Group>('billing', 'audit', 'new')
const consumer = fc.constantFrom('ann', 'bob', 'zoe')
const positions = fc.array(fc.nat(60), { minLength: 1, maxLength: 8 })
const doing: fc.Arbitrary<Doing> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add' as const, 'add' as const, 'add' as const, 'deleteLast' as const) }),
  fc.record({ kind: fc.constant('read' as const), group, consumer, count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('ack' as const), group, positions }),
  fc.record({ kind: fc.constant('claim' as const), group, consumer, positions }),
  fc.record({ kind: fc.constant('make' as const), group, at: fc.nat(60) }),
  fc.record({ kind: fc.constant('setId' as const), group, at: fc.nat(60) }),
)

onEveryServer((world) => {
  const rows = async (key: string, name: string) => {
    const found = (await world.direct.xpending(key, name, '-', '+', 20_000)) as [string, string, string, string][]
    return found.map(([id, owner, , deliveries]) => `${id} ${owner} ${deliveries}`)
  }
  /** All that a group's consumers would notice. */
  const standing = async (key: string) => {
    const groups = (await world.direct.xinfo('GROUPS', key)) as unknown[][]
    return Promise.all(
      groups.map(async (told) => {
        const of = (name: string) => told[told.indexOf(name) + 1]
        const name = String(of('name'))
        const consumers = (await world.direct.xinfo('CONSUMERS', key, name)) as unknown[][]
        const names = consumers.map((each) => String(each[1])).sort()
        return [name, of('last-delivered-id'), of('entries-read'), names, await rows(key, name)]
      }),
    )
  }
  const lively = async (): Promise<void> => {
    await seed(world.direct, { held: { ann: idsFrom(1, 6) } })
    for (const id of idsFrom(7, 24)) await world.direct.xadd(KEY, id, 'n', id)
    await world.direct.xgroup('CREATE', KEY, 'audit', '3-0')
  }
  const act = async (what: Doing, number: number): Promise<void> => {
    const { direct } = world
    switch (what.kind) {
      case 'add':
        await direct.xadd(KEY, `${100 + number}-0`, 'n', `new ${number}`)
        return
      case 'deleteLast':
        await direct.xdel(KEY, `${99 + number}-0`)
        return
      case 'read':
        await direct.xreadgroup('GROUP', what.group, what.consumer, 'COUNT', what.count, 'STREAMS', KEY, '>')
        return
      case 'ack':
        await direct.xack(KEY, what.group, ...what.positions.flatMap((at) => [`${at}-0`, `${at + 70}-0`]))
        return
      case 'claim':
        await direct.xclaim(KEY, what.group, what.consumer, 0, ...what.positions.map((at) => `${at}-0`))
        return
      case 'make':
        await direct.xgroup('CREATE', KEY, what.group, `${what.at}-0`)
        return
      case 'setId':
        await direct.xgroup('SETID', KEY, what.group, `${what.at}-0`)
    }
  }

  describe('who is alive after a swap', () => {
    const idlesIn = async (): Promise<ReadonlyMap<string, number>> => {
      const told = (await world.direct.xinfo('CONSUMERS', KEY, GROUP)) as unknown[][]
      return new Map(told.map((each) => [String(each[1]), Number(each[5])]))
    }
    const shown = async (): Promise<ReadonlyMap<unknown, number>> => {
      const { api, connectionId } = world.sluice
      const consumers = await api.group.consumers({ connectionId, key: KEY, group: GROUP })
      return new Map(consumers.map(({ name, idleMs }) => [name, idleMs]))
    }
    const read = (name: string) =>
      world.direct.call('XREADGROUP', 'GROUP', GROUP, name, 'COUNT', 1, 'STREAMS', KEY, '>')
    /** ann and the dead hold entries, calm none; all were seen a while ago. */
    const quietly = async () => {
      await lively()
      await read('dead')
      await world.direct.xgroup('CREATECONSUMER', KEY, GROUP, 'calm')
      await expect.poll(async () => Math.min(...(await idlesIn()).values()), { timeout: 20_000 }).toBeGreaterThan(800)
    }

    test('is told by what each had shown by itself, also after a restart, and not by what the swap made', async () => {
      await quietly()
      const before = await idlesIn()
      expect(await swap(world.sluice, await rebuild(world.sluice, await trimTo(world.sluice, 20)))).toMatchObject({
        state: 'done',
      })
      for (const again of [false, true]) {
        if (again) await world.sluice.restart()
        const now = await shown()
        for (const name of ['ann', 'dead', 'calm']) {
          expect(now.get(name), name).toBeGreaterThanOrEqual(before.get(name) ?? Infinity)
        }
      }
    })

    test('though Sluice had given it entries before', async () => {
      await quietly()
      const dead = (await idlesIn()).get('dead') ?? Infinity
      await world.sluice.recover({ kind: 'ids', ids: ['1-0'] }, { kind: 'claim', to: 'dead', includeGone: false })
      await swap(world.sluice, await rebuild(world.sluice, await trimTo(world.sluice, 20)))
      expect((await shown()).get('dead')).toBeGreaterThanOrEqual(dead)
    })

    test('is told by a sign of its own, however soon after the swap', async () => {
      await quietly()
      const plan = await planSwap(world.sluice, await rebuild(world.sluice, await trimTo(world.sluice, 20)))
      const reached = holdAt(
        world.proxy,
        ([name, what, key]) => name === 'XINFO' && what === 'CONSUMERS' && key === ASIDE,
      )
      const running = await startSwap(world.sluice, plan)
      await reached
      // Beyond all that is rounded.
      const swapped = (await idlesIn()).get('dead') ?? 0
      await expect.poll(async () => (await idlesIn()).get('dead')).toBeGreaterThan(swapped + 20)
      await read('dead')
      world.proxy.resume()
      await world.sluice.finished(running)
      const now = (await shown()).get('dead')
      expect(now).toBeLessThanOrEqual((await idlesIn()).get('dead') ?? 0)
    })
  })

  describe('a swap of a stream that lives on', () => {
    test('15 of 15, with a producer and a consumer at work: nothing is lost, delivered twice, or pending again', async () => {
      const { direct, sluice } = world
      await lively()
      const workers = await startWorkers(world.redis, KEY, GROUP)
      for (let round = 1; round <= 15; round += 1) {
        // A trim of its own would take what is not read yet.
        const file = await workers.quietly(() => trimTo(sluice, 5))
        const made = await rebuild(sluice, file)
        const plan = await planSwap(sluice, made)
        // As long as somebody thinks about it.
        await workers.added(8)
        expect(await sluice.finished(await startSwap(sluice, plan)), `round ${round}`).toMatchObject({
          ...{ state: 'done', counts: counts({ changed: 1 }) },
        })
        await workers.added(2)
        await direct.del(ASIDE)
      }
      const { produced, delivered, held } = await workers.stop()
      // What was held when it began, ann holds on.
      expect(delivered).toEqual([...idsFrom(7, 24), ...produced])
      expect((await rows(KEY, GROUP)).map((row) => row.split(' ')[0])).toEqual([...idsFrom(1, 6), ...held])
      const values = (await direct.xrange(KEY, '-', '+')).map(([, fields]) => fields[1])
      expect(values).toEqual([...idsFrom(1, 30), ...produced])
    })

    test.each(['by script', 'without scripts'])('%s brings over whatever others do meanwhile', async (how) => {
      const { direct } = world
      const sluice = how === 'by script' ? world.sluice : await openAs(world, '-eval')
      await fc.assert(
        fc.asyncProperty(fc.array(doing, { maxLength: 25 }), fc.nat(25), async (all, planned) => {
          await direct.flushall()
          await lively()
          const made = await rebuild(sluice, await trimTo(sluice, 10))
          let number = 0
          // What Redis refuses, changes nothing.
          for (const each of all.slice(0, planned)) await act(each, number++).catch(() => undefined)
          const plan = await planSwap(sluice, made)
          for (const each of all.slice(planned)) await act(each, number++).catch(() => undefined)
          const now = await standing(KEY)
          const entries = await direct.xrange(KEY, '-', '+')
          expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({ state: 'done' })
          expect(await standing(KEY)).toEqual(now)
          expect((await direct.xrange(KEY, '-', '+')).slice(-entries.length)).toEqual(entries)
          expect(await direct.xrange(ASIDE, '-', '+')).toEqual(entries)
        }),
        { numRuns: longer(ownAndNewest().some(({ version }) => version === world.redis.version) ? 12 : 4) },
      )
      if (sluice !== world.sluice) await sluice.stop()
    })

    test.each<[string, () => Promise<unknown>]>([
      [
        'more entries',
        async () => {
          for (const id of idsFrom(101, 120)) await world.direct.xadd(KEY, id, 'n', id)
        },
      ],
      [
        'entries of more bytes',
        async () => {
          for (const id of idsFrom(101, 3)) await world.direct.xadd(KEY, id, 'n', 'x'.repeat(700_000))
        },
      ],
      [
        'an entry of more fields',
        () => {
          const fields = Array.from({ length: 8_000 }, (_, at) => String(at))
          return world.direct.xadd(KEY, '101-0', ...fields)
        },
      ],
      [
        'more that is pending',
        async () => {
          for (const id of idsFrom(101, 1_200)) await world.direct.xadd(KEY, id, 'n', id)
          await world.direct.xreadgroup('GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
        },
      ],
    ])('than one call may bring over, it brings over by commands first: %s', async (_what, change) => {
      const { direct, sluice } = world
      await lively()
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
      await change()
      const now = await standing(KEY)
      const entries = await direct.xrange(KEY, '-', '+')
      const job = await sluice.finished(await startSwap(sluice, plan))
      // What was copied is no swap: it is not counted.
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      expect(await standing(KEY)).toEqual(now)
      expect((await direct.xrange(KEY, '-', '+')).slice(-entries.length)).toEqual(entries)
    })

    test.each([
      ['by script', []],
      ['without scripts', ['-eval']],
    ])('which a worker made anew, without an entry, takes the new key’s name: %s', async (_how, rules) => {
      const { direct } = world
      await lively()
      const sluice = rules.length === 0 ? world.sluice : await openAs(world, ...rules)
      try {
        const backup = await trimTo(sluice, 10)
        await direct.del(KEY)
        await direct.xgroup('CREATE', KEY, GROUP, '$', 'MKSTREAM')
        const plan = await planSwap(sluice, await rebuild(sluice, backup))
        expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({
          state: 'done',
          counts: counts({ changed: 1 }),
        })
        expect(await direct.xlen(KEY)).toBe('20')
      } finally {
        if (sluice !== world.sluice) await sluice.stop()
      }
    })

    test.each([
      ['by script', [], 1],
      ['after catching up', [], 60],
      ['without scripts', ['-eval'], 1],
    ])('%s, a group that was destroyed since the plan does not come back', async (_how, rules, adds) => {
      const { direct } = world
      await lively()
      await direct.xreadgroup('GROUP', 'audit', 'zoe', 'COUNT', 3, 'STREAMS', KEY, '>')
      const sluice = rules.length === 0 ? world.sluice : await openAs(world, ...rules)
      try {
        const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
        await direct.xgroup('DESTROY', KEY, 'audit')
        for (const id of idsFrom(101, adds)) await direct.xadd(KEY, id, 'n', id)
        expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({ state: 'done' })
        expect((await standing(KEY)).map(([name]) => name)).toEqual([GROUP])
      } finally {
        if (sluice !== world.sluice) await sluice.stop()
      }
    })

    test.each([5, 1_200])('tells of %i that are pending and gone from the stream, and swaps', async (count) => {
      const { direct, sluice } = world
      await lively()
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
      const pipeline = direct.pipeline()
      for (const id of idsFrom(101, count)) pipeline.xadd(KEY, id, 'n', id)
      await pipeline.exec()
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 24 + count, 'STREAMS', KEY, '>')
      await direct.xdel(KEY, ...idsFrom(101, count))
      expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({
        state: 'done',
        counts: counts({ changed: 1, gone: count }),
      })
      expect((await rows(KEY, GROUP)).map((row) => row.split(' ')[0])).toEqual([...idsFrom(1, 6), ...idsFrom(21, 10)])
    })

    test('whose entries are too large for one script to look up, it proves by the figures as well', async () => {
      const { direct, sluice, proxy } = world
      await lively()
      for (const id of idsFrom(101, 5)) await direct.xadd(KEY, id, 'n', Buffer.alloc(300 * 1024))
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 30)))
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
      const before = await rows(KEY, GROUP)
      let proofs = 0
      void proxy.fault(
        ([name = '', lua = '']) => {
          if (name === 'EVAL' && lua.includes('RENAMENX') && lua.includes('sha1hex')) proofs += 1
          return false
        },
        { kind: 'delay', ms: 0 },
      )
      expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({ state: 'done' })
      expect(proofs).toBeGreaterThan(0)
      expect(await rows(KEY, GROUP)).toEqual(before)
    })

    test('of which more is pending than a script may look at, it proves by the figures that nothing moved', async () => {
      const { direct, sluice, proxy } = world
      await lively()
      const pipeline = direct.pipeline()
      for (const id of idsFrom(101, 6_000)) pipeline.xadd(KEY, id, 'n', id)
      await pipeline.exec()
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 6_000)))
      // Somebody acks just after it has caught up: it looks once more.
      let scripts = 0
      let acked: Promise<unknown> = Promise.resolve()
      void proxy.fault(
        ([name = '', lua = '']) => {
          if (name === 'EVAL' && lua.includes('RENAMENX') && ++scripts === 2)
            acked = direct.xack(KEY, GROUP, '101-0', '102-0')
          return false
        },
        { kind: 'delay', ms: 0 },
      )
      expect(await sluice.finished(await startSwap(sluice, plan))).toMatchObject({ state: 'done' })
      await acked
      expect(scripts).toBeGreaterThan(1)
      expect((await rows(KEY, GROUP)).length + (await rows(ASIDE, GROUP)).length).toBeGreaterThan(12_000)
    })
  })

  describe('nothing is renamed', () => {
    test('where the stream was made anew since it was looked at', async () => {
      const { direct, sluice } = world
      await lively()
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
      await direct.del(KEY)
      for (const id of idsFrom(30, 5)) await direct.xadd(KEY, id, 'n', 'another')
      const refusal = { code: 'BAD_INPUT', data: { problem: { code: 'identity.stream-anew' } } }
      await expect(startSwap(sluice, plan)).rejects.toMatchObject(refusal)
      expect(await direct.exists(ASIDE)).toBe('0')
    })

    test('where memory is full as it catches up', async () => {
      const { direct, sluice } = world
      await lively()
      const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
      await direct.xadd(KEY, '101-0', 'n', 'new')
      await direct.config('SET', 'maxmemory', '1')
      const job = await sluice.finished(await startSwap(sluice, plan))
      await direct.config('SET', 'maxmemory', '0')
      expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS' }, counts: counts({}) })
      expect(await direct.exists(ASIDE)).toBe('0')
      const again = await swap(sluice, await newest(sluice))
      expect(again).toMatchObject({ state: 'done' })
      expect(await direct.xlen(KEY)).toBe('31')
    })
  })

  async function newest({ api }: Sluice): Promise<Pick<Job, 'recordId'>> {
    const { records } = await api.journal.list({ count: 20 })
    return { recordId: records.find(({ action }) => action === 'restore stream')?.id ?? '' }
  }

  test('the undo counts what came since the swap, not since its plan', async () => {
    const { direct, sluice } = world
    await lively()
    const plan = await planSwap(sluice, await rebuild(sluice, await trimTo(sluice, 10)))
    for (const id of idsFrom(101, 3)) await direct.xadd(KEY, id, 'n', id)
    const job = await sluice.finished(await startSwap(sluice, plan))
    await direct.xadd(KEY, '200-0', 'n', 'later')
    expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
    expect([await direct.xlen(KEY), await direct.xlen(`${KEY}:restored`)]).toEqual(['13', '34'])
  })

  describe('the undo says what groups did since the swap', () => {
    const planned = async (job: Pick<Job, 'recordId'>) => {
      const { api, connectionId } = world.sluice
      return (await walked(api.recovery.planUndo({ connectionId, recordId: job.recordId }))).ready.plan
    }
    const swapped = async (): Promise<Job> => {
      await lively()
      const { sluice } = world
      return swap(sluice, await rebuild(sluice, await trimTo(sluice, 29)))
    }

    test('nothing where they did nothing', async () => {
      expect(await planned(await swapped())).toMatchObject({ note: { code: 'undo.swap' } })
    })

    test('what they were given and what they acked is so once more', async () => {
      const { direct, sluice } = world
      const job = await swapped()
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 5, 'STREAMS', KEY, '>')
      await direct.xack(KEY, GROUP, ...idsFrom(2, 2), ...idsFrom(7, 3))
      const { note } = await planned(job)
      const told = { code: 'undo.groups-since', params: { groups: [GROUP], entries: '7', isExact: true } }
      expect(note).toMatchObject({ code: 'undo.notes', params: { notes: [{ code: 'undo.swap' }, told] } })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
      const held = (await rows(KEY, GROUP)).map((row) => row.split(' ')[0])
      expect(held).toEqual(idsFrom(1, 6))
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 5, 'STREAMS', KEY, '>')
      expect((await rows(KEY, GROUP)).map((row) => row.split(' ')[0])).toEqual(idsFrom(1, 11))
    })

    test('and that groups which were made since stay in the new key', async () => {
      const { direct } = world
      const job = await swapped()
      await direct.xgroup('CREATE', KEY, 'late', '0')
      const told = { code: 'undo.groups-stay', params: { groups: ['late'], target: `${KEY}:restored` } }
      expect(await planned(job)).toMatchObject({ note: { params: { notes: [{ code: 'undo.swap' }, told] } } })
    })
  })
})
