import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import {
  ack,
  callsOf,
  claimTo,
  counts,
  executed,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'
import { asksForStreamInfo, looksForGone } from '../../../helpers/stream-info-command'

/** As they are after an hour without a sign of their consumer. */
async function age(direct: Redis, consumer: string, ids: readonly EntryId[]): Promise<void> {
  await direct.call('XCLAIM', KEY, GROUP, consumer, 0, ...ids, 'IDLE', 3_600_000, 'JUSTID')
}

/** The other clients of a group, who know nothing of us. */
const others = {
  ack: (direct: Redis, id: EntryId) => direct.xack(KEY, GROUP, id),
  claim: (direct: Redis, id: EntryId) => direct.xclaim(KEY, GROUP, 'carol', 0, id, 'JUSTID'),
  readAgain: (direct: Redis, id: EntryId) =>
    direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, `${parseInt(id) - 1}-0`),
  keepAlive: (direct: Redis, id: EntryId) => direct.xclaim(KEY, GROUP, 'alice', 0, id, 'JUSTID'),
}

/** What happens to the group as a whole, and the error that it must end in. */
const disasters: readonly (readonly [string, (direct: Redis) => Promise<unknown>, object])[] = [
  [
    'the group is destroyed',
    (direct) => direct.xgroup('DESTROY', KEY, GROUP),
    { code: 'NOT_FOUND', data: { what: 'group', name: GROUP } },
  ],
  ['the key is deleted', (direct) => direct.del(KEY), { code: 'NOT_FOUND' }],
  ['the key becomes a string', (direct) => direct.set(KEY, 'x'), { code: 'REDIS', data: { prefix: 'WRONGTYPE' } }],
]

/** Group or stream made anew with the same entries, held by the same consumer. */
const rebirths: readonly (readonly [string, (direct: Redis, ids: readonly EntryId[]) => Promise<unknown>])[] = [
  [
    'the group is made anew',
    async (direct) => {
      await direct.xgroup('DESTROY', KEY, GROUP)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
    },
  ],
  [
    'the stream is made anew',
    async (direct, ids) => {
      await direct.del(KEY)
      await seed(direct, { held: { alice: ids } })
    },
  ],
]

const actions: readonly (readonly [string, RecoveryAction])[] = [
  ['a claim', claimTo('bob')],
  ['an ack', ack],
]

onEveryServer((world) => {
  describe.each(actions)('between the plan and the run of %s', (_what, action) => {
    test.each([
      // A ticked one that its own consumer was given again is still the one that was ticked (ticked-under-retry.test.ts).
      ['of ticked entries', ofIds(idsFrom(1, 10)), ['4-0']],
      ['of a whole consumer', ofConsumer('alice'), ['3-0', '4-0']],
    ])('what moved is left alone and counted: %s', async (_which, selection, stays) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      await age(direct, 'alice', idsFrom(1, 10))
      const plan = await sluice.plan(selection, action)
      await others.ack(direct, '1-0')
      await others.claim(direct, '2-0')
      await others.readAgain(direct, '3-0')
      await others.keepAlive(direct, '4-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({
        state: 'done',
        done: 10,
        total: 10,
        counts: counts({ changed: 8 - stays.length, leftAlone: 2 + stays.length }),
      })
      expect(await heldBy(direct, 'alice')).toEqual(stays)
      expect(await heldBy(direct, 'carol')).toEqual(['2-0'])
      const taken = idsFrom(3, 8).filter((id) => !stays.includes(id))
      expect(await heldBy(direct, 'bob')).toEqual(action.kind === 'claim' ? taken : [])
    })

    test('what moved without a new time of delivery is left alone all the same', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const plan = await sluice.plan(ofConsumer('alice'), action)
      await age(direct, 'carol', ['1-0'])
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '2-0', 'IDLE', 3_600_000, 'RETRYCOUNT', 2, 'JUSTID')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 2 }) })
      expect((await pendingOf(direct)).slice(0, 2)).toEqual([
        ['1-0', 'carol', '1'],
        ['2-0', 'alice', '2'],
      ])
    })

    test('entries that came to the consumer since are not touched', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5), dave: idsFrom(6, 2) } })
      await age(direct, 'alice', idsFrom(1, 5))
      const plan = await sluice.plan(ofConsumer('alice'), action)
      await direct.xclaim(KEY, GROUP, 'alice', 0, '6-0', 'JUSTID')
      await direct.xadd(KEY, '20-0', 'n', '20')
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
      await sluice.finished(await sluice.run(plan))
      expect(await heldBy(direct, 'alice')).toEqual(['6-0', '20-0'])
    })

    test.each(disasters)('%s: the job fails and says so, and nothing is done', async (_disaster, happen, error) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), action)
      await happen(direct)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', counts: counts({}), error, undoable: false })
      expect([await callsOf(direct, 'xclaim'), await callsOf(direct, 'xack')]).toEqual([0, 0])
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records).toMatchObject([{ id: job.recordId, state: 'failed', counts: counts({}), error }])
    })

    test.each(rebirths)('%s: what looks the same and is not is left alone', async (_rebirth, happen) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofIds(idsFrom(1, 5)), action)
      await happen(direct, idsFrom(1, 5))
      const before = await pendingOf(direct)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', done: 5, counts: counts({ leftAlone: 5 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('between reading a batch and claiming it', () => {
    test('what moves is left alone by Redis itself, and counted', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      await age(direct, 'alice', idsFrom(1, 10))
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const read = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'))
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xpending', read + 1)
      await others.ack(direct, '1-0')
      await others.claim(direct, '2-0')
      await others.readAgain(direct, '3-0')
      await others.keepAlive(direct, '4-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 6, leftAlone: 4 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0', '4-0'])
      expect(await heldBy(direct, 'carol')).toEqual(['2-0'])
      expect(await sluice.undo(job)).toMatchObject({ total: 6, counts: counts({ changed: 6 }) })
    })

    test('an entry that was fresh and moves is left alone too, however long the claim takes to be sent', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 3), 'IDLE', 300, 'JUSTID')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const held = holdAt(proxy, asksForStreamInfo)
      const running = await sluice.run(plan)
      await held
      await others.claim(direct, '2-0')
      // Of this one nothing but its idle time tells.
      await others.keepAlive(direct, '3-0')
      // Until both are idle for longer than the others were when they were read.
      await expect
        .poll(async () => {
          const [rests = 0, , moved = 0] = await idleTimes(direct)
          return moved - (rests - moved)
        })
        .toBeGreaterThan(20)
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ counts: counts({ changed: 1, leftAlone: 2 }) })
      expect([await heldBy(direct, 'carol'), await heldBy(direct, 'alice')]).toEqual([['2-0'], ['3-0']])
    })

    test('an auto-claim’s later step leaves alone too what moved, however long the steps before it took', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 4), 'IDLE', 300, 'JUSTID')
      const plan = await sluice.plan(ofAll(), { kind: 'autoClaim', to: 'bob', minIdleMs: 100, count: 2 })
      const held = holdAt(proxy, named('XAUTOCLAIM'))
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xautoclaim', 1)
      await others.claim(direct, '3-0')
      // 4-0 is as idle as both were when they were read, and longer by as much as has passed since.
      await expect
        .poll(async () => {
          const [, , carol = 0, alice = 0] = await idleTimes(direct)
          return carol - (alice - carol)
        })
        .toBeGreaterThan(20)
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ counts: counts({ changed: 3, leftAlone: 1 }) })
      expect([await heldBy(direct, 'carol'), await heldBy(direct, 'bob')]).toEqual([['3-0'], ['1-0', '2-0', '4-0']])
    })

    test('what is deleted from the stream is dropped by Redis, and counted as that', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      await age(direct, 'alice', idsFrom(1, 10))
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const looked = await callsOf(direct, 'xrange')
      const held = holdAt(proxy, looksForGone)
      const running = await sluice.run(plan)
      await held
      await expect.poll(() => callsOf(direct, 'xrange')).toBeGreaterThan(looked)
      await direct.xdel(KEY, '5-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 9, dropped: 1 }) })
      expect((await pendingOf(direct)).map(([id]) => id)).not.toContain('5-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 9 }) })
    })

    test.each(disasters)('%s: the job fails with that, and with no claim counted', async (_disaster, happen, error) => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const looked = await callsOf(direct, 'xrange')
      const held = holdAt(proxy, looksForGone)
      const running = await sluice.run(plan)
      await held
      await expect.poll(() => callsOf(direct, 'xrange')).toBeGreaterThan(looked)
      await happen(direct)
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'failed', counts: counts({}), error, undoable: false })
      await expect(sluice.undo(job)).resolves.toMatchObject({ counts: counts({}) })
    })
  })

  describe('between two batches', () => {
    const started = async (action: RecoveryAction) => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_500) } })
      await age(direct, 'alice', idsFrom(1, 1_500))
      const plan = await sluice.plan(ofConsumer('alice'), action)
      const before = await callsOf(direct, 'xclaim')
      // The first batch takes two.
      const held = holdAt(proxy, isClaim, 2)
      const running = await sluice.run(plan)
      await held
      await expect.poll(() => callsOf(direct, 'xclaim')).toBe(before + 2)
      return running
    }

    test('what moves is left alone and counted', async () => {
      const { direct, proxy, sluice } = world
      const running = await started(claimTo('bob'))
      await others.ack(direct, '601-0')
      await others.claim(direct, '702-0')
      await others.readAgain(direct, '1103-0')
      await direct.xdel(KEY, '1204-0')
      proxy.resume()
      const job = await sluice.finished(running)
      const expected = counts({ changed: 1_496, leftAlone: 3, gone: 1 })
      expect(job).toMatchObject({ state: 'done', done: 1_500, total: 1_500, counts: expected })
      expect(await heldBy(direct, 'alice')).toEqual(['1103-0', '1204-0'])
      expect(await sluice.undo(job)).toMatchObject({ total: 1_496, counts: counts({ changed: 1_496 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(1_498)
    })

    test.each(disasters)('%s: the first batch is counted, and the job fails', async (_disaster, happen, error) => {
      const { direct, proxy, sluice } = world
      const running = await started(claimTo('bob'))
      await happen(direct)
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({
        ...{ state: 'failed', done: 500, total: 1_500, error, undoable: true },
        counts: counts({ changed: 500 }),
      })
    })

    test('the group is made anew: what it holds now is left alone', async () => {
      const { direct, proxy, sluice } = world
      const running = await started(claimTo('bob'))
      await rebirths[0]?.[1](direct, [])
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 500, leftAlone: 1_000 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(1_500)
    })
  })
})

async function idleTimes(direct: Redis): Promise<number[]> {
  const rows = (await direct.xpending(KEY, GROUP, '-', '+', 10)) as [string, string, string, string][]
  return rows.map(([, , idleMs]) => Number(idleMs))
}
