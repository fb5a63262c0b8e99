import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import type { FaultProxy } from '../../../helpers/fault-proxy'
import { openAs } from './limited-user'
import {
  callsOf,
  counts,
  everything,
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
  walked,
} from './recovery-kit'
import { words } from '../../../../shared/words/words'
import { saying } from '../../../helpers/saying'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const autoClaim = (to: string, count = 100, minIdleMs = MINUTE): RecoveryAction => ({
  kind: 'autoClaim',
  to,
  minIdleMs,
  count,
})

/** Makes entries idle, with their holder and delivery count as they are. */
async function age(direct: Redis, consumer: string, ids: readonly string[], idleMs = HOUR): Promise<void> {
  await direct.call('XCLAIM', KEY, GROUP, consumer, 0, ...ids, 'IDLE', idleMs, 'JUSTID')
}

/** alice holds so many, and has been silent for an hour. */
async function aliceIdle(direct: Redis, many: number): Promise<void> {
  await seed(direct, { held: { alice: idsFrom(1, many) } })
  await age(direct, 'alice', idsFrom(1, many))
}

/** Every XAUTOCLAIM that is sent from now on. */
function stepsSent(proxy: FaultProxy): (readonly string[])[] {
  const sent: (readonly string[])[] = []
  void proxy.fault((args) => args[0] === 'XAUTOCLAIM' && sent.push(args) < 0, { kind: 'delay', ms: 0 })
  return sent
}

const owners = async (direct: Redis): Promise<Bytes[]> => (await pendingOf(direct)).map(([, owner]) => owner)

onEveryServer((world) => {
  describe('an auto-claim', () => {
    test('walks the whole pending list in steps, takes what is idle long enough, and undo gives it back', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700), carol: idsFrom(701, 700), dave: idsFrom(1_401, 5) } })
      await age(direct, 'alice', idsFrom(1, 700))
      await age(direct, 'carol', idsFrom(701, 350))
      await direct.xclaim(KEY, GROUP, 'alice', 0, '7-0', 'IDLE', HOUR, 'RETRYCOUNT', 20, 'JUSTID')
      const before = await pendingOf(direct)
      const sent = stepsSent(proxy)
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      expect(plan).toMatchObject({
        selection: { kind: 'matching', criteria: { minIdleMs: MINUTE } },
        entries: 1_050,
        changes: 1_050,
        warnings: expect.arrayContaining(['new-consumer']) as unknown,
      })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ kind: 'autoClaim', state: 'done', to: 'bob', counts: counts({ changed: 1_050 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 1_050))
      expect((await pendingOf(direct)).map(([, , count]) => count)).toEqual(before.map(([, , count]) => count))
      expect(sent.length).toBeGreaterThanOrEqual(11)
      for (const args of sent) {
        expect(Number(args[4])).toBeGreaterThanOrEqual(MINUTE)
        expect(args.slice(6, 7).concat(args.slice(8))).toEqual(['COUNT', 'JUSTID'])
        expect(Number(args[7])).toBeLessThanOrEqual(100)
      }
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1_050 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('finds the few that are idle among many that are not', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2_500) } })
      const few = ['3-0', '4-0', '900-0', '2500-0']
      await age(direct, 'alice', few)
      const job = await sluice.recover(ofAll({ minIdleMs: MINUTE }), autoClaim('bob', 1))
      expect(job).toMatchObject({ state: 'done', total: 4, counts: counts({ changed: 4 }) })
      expect(await heldBy(direct, 'bob')).toEqual(few)
    })

    test('finds what lies far behind one that somebody acked meanwhile', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 400) } })
      const [first, then] = [idsFrom(1, 10), idsFrom(390, 9)]
      await age(direct, 'alice', [...first, '11-0', ...then])
      const plan = await sluice.plan(ofAll(), autoClaim('bob', 10))
      const reached = holdAt(proxy, named('XAUTOCLAIM'))
      const running = await sluice.run(plan)
      await reached
      await direct.xack(KEY, GROUP, '11-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 19, leftAlone: 1 }) })
      expect(await heldBy(direct, 'bob')).toEqual([...first, ...then])
    })

    test('drops what is gone from the stream, as its plan says, and counts it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6) } })
      await age(direct, 'alice', ['1-0', '2-0', '3-0', '5-0'])
      await direct.xdel(KEY, '2-0', '4-0')
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      // 4-0 was not idle for long; it lies on the way.
      expect(plan).toMatchObject({ entries: 4, changes: 3, drops: 2, gone: 2 })
      expect(plan.guard.note).toEqual(saying('drops from the pending list what is gone'))
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, dropped: 2 }) })
      expect(await owners(direct)).toEqual(['bob', 'bob', 'bob', 'alice'])
      const { connectionId, api } = sluice
      const { ready } = await walked(api.recovery.planUndo({ connectionId, recordId: job.recordId }))
      expect(ready.plan).toMatchObject({ entries: 3, dropped: 2 })
      expect(words.recovery.undoing(ready.plan)).toContain('2 that were gone from the stream were dropped')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 3 }) })
      expect(await owners(direct)).toEqual(['alice', 'alice', 'alice', 'alice'])
    })

    test('drops nothing that lies before the first it claims, nor does its plan say so', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_003) } })
      await age(direct, 'alice', ['1001-0', '1003-0'])
      await direct.xdel(KEY, '1-0', '1000-0', '1002-0')
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      expect(plan).toMatchObject({ entries: 2, changes: 2, drops: 1, gone: 1 })
      expect(plan.consumers.find(({ name }) => name === 'alice')).toMatchObject({ before: 1_003, after: 1_000 })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, dropped: 1 }) })
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 1_000))
    })

    test('with nothing but what is gone and fresh before the first drops nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2) } })
      await age(direct, 'alice', ['2-0'])
      await direct.xdel(KEY, '1-0')
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      expect(plan).toMatchObject({ entries: 1, changes: 1, drops: 0, gone: 0 })
      expect(plan.warnings).not.toContain('gone-from-stream')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      expect(await owners(direct)).toEqual(['alice', 'bob'])
    })

    test('of nothing that is idle so long sends nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await everything(direct)
      const job = await sluice.recover(ofAll(), autoClaim('bob'))
      expect(job).toMatchObject({ state: 'done', total: 0, counts: counts({}), undoable: false })
      expect([await everything(direct), await callsOf(direct, 'xautoclaim')]).toEqual([before, 0])
    })

    test('works with names that are no text', async () => {
      const { direct, sluice } = world
      const [key, group] = [Buffer.from([0xff, 0]), Buffer.from([0xfe])]
      await seed(direct, { key, group, held: [[Buffer.from([0xfd]), ['1-0']]] })
      await direct.call('XCLAIM', [key, group, Buffer.from([0xfd]), 0, '1-0', 'IDLE', HOUR, 'JUSTID'])
      const to = { base64: Buffer.from([0xfc]).toString('base64') }
      const action = { ...autoClaim(''), to } as RecoveryAction
      const names = [key, group].map((each) => ({ base64: each.toString('base64') }))
      await sluice.recover(ofAll(), action, names[0], names[1])
      expect(await pendingOf(direct, key, group)).toEqual([['1-0', to, '1']])
    })
  })

  describe('an auto-claim leaves alone', () => {
    test('what moved after it was planned', async () => {
      const { direct, sluice } = world
      await aliceIdle(direct, 5)
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0')
      await direct.xack(KEY, GROUP, '3-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, leftAlone: 2 }) })
      expect(await owners(direct)).toEqual(['bob', 'carol', 'bob', 'bob'])
    })

    test.each([1, 2, 100])('what somebody claimed meanwhile with its idle time kept, %i at a time', async (count) => {
      const { direct, sluice } = world
      await aliceIdle(direct, 8)
      const plan = await sluice.plan(ofAll(), autoClaim('bob', count))
      for (const id of ['1-0', '4-0', '5-0', '8-0']) await age(direct, 'carol', [id], 2 * HOUR)
      const before = await pendingOf(direct)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, leftAlone: 4 }) })
      expect(await heldBy(direct, 'carol')).toEqual(['1-0', '4-0', '5-0', '8-0'])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 4 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('what somebody claimed so between looking and claiming, or gives it back', async () => {
      const { direct, proxy, sluice } = world
      await aliceIdle(direct, 30)
      const plan = await sluice.plan(ofAll(), autoClaim('bob', 10))
      const reached = holdAt(proxy, named('XAUTOCLAIM'))
      const running = await sluice.run(plan)
      await reached
      await executed(direct, 'xautoclaim', 1)
      for (const id of ['11-0', '15-0', '25-0']) await age(direct, 'carol', [id], 2 * HOUR)
      // Given to its own consumer once more.
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '20-0', 'IDLE', 2 * HOUR, 'RETRYCOUNT', 7, 'JUSTID')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 26, leftAlone: 4 }) })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 26 }) })
      expect((await pendingOf(direct))[19]).toEqual(['20-0', 'alice', '7'])
      expect((await owners(direct)).filter((owner) => owner === 'carol')).toHaveLength(3)
      expect(await heldBy(direct, 'bob')).toEqual([])
    })

    test('what somebody claimed so, also where it comes to that since others ack just then: undo gives it back', async () => {
      const { direct, proxy, sluice } = world
      await aliceIdle(direct, 5)
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      await age(direct, 'carol', ['4-0'], 2 * HOUR)
      const [, , ...before] = await pendingOf(direct)
      let acked: Promise<unknown> = Promise.resolve()
      const isIt = ([name]: readonly string[]): boolean => {
        if (name === 'XAUTOCLAIM') acked = direct.xack(KEY, GROUP, '1-0', '2-0')
        return name === 'XAUTOCLAIM'
      }
      void proxy.fault(isIt, { kind: 'delay', ms: 1_000 }, 1)
      const job = await sluice.finished(await sluice.run(plan))
      expect(await acked).toBe('2')
      expect(job).toMatchObject({ state: 'done' })
      expect(await heldBy(direct, 'bob')).toContain('4-0')
      expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('what was not idle long enough when it was planned, though it is by now', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await age(direct, 'alice', ['1-0', '3-0'])
      await age(direct, 'alice', ['2-0'], MINUTE - 1_000)
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      expect(plan.entries).toBe(2)
      const idle = async (): Promise<number> =>
        Number((await direct.xpending(KEY, GROUP, '2-0', '2-0', 1))[0]?.[2 as never])
      await expect.poll(idle, { timeout: 10_000 }).toBeGreaterThan(MINUTE)
      await sluice.finished(await sluice.run(plan))
      expect(await owners(direct)).toEqual(['bob', 'alice', 'bob'])
    })

    test.each([
      ['some of a step', []],
      ['all of it', idsFrom(6, 5)],
    ])('what moved between reading and claiming, %s; nothing further on is lost sight of', async (_which, others) => {
      const { direct, proxy, sluice } = world
      await aliceIdle(direct, 40)
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofAll(), autoClaim('bob', 10))
      const reached = holdAt(proxy, named('XPENDING'))
      const running = await sluice.run(plan)
      await reached
      await expect.poll(() => callsOf(direct, 'xpending'), { timeout: 30_000 }).toBeGreaterThan(2)
      await direct.xack(KEY, GROUP, ...idsFrom(1, 4), ...others)
      await direct.xclaim(KEY, GROUP, 'carol', 0, '5-0')
      proxy.resume()
      const job = await sluice.finished(running)
      const moved = 5 + others.length
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 40 - moved, leftAlone: moved }) })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 40 - moved }) })
      expect(await pendingOf(direct)).toEqual([['5-0', 'carol', '2'], ...before.slice(moved)])
    })
  })

  describe('an auto-claim is refused', () => {
    test.each<[string, Selection]>([
      ['ticked entries', ofIds(['1-0'])],
      ['what one consumer holds', ofConsumer('alice')],
      ['what a consumer holds that was idle so long', ofAll({ consumers: ['alice'], minIdleMs: MINUTE })],
      ['another idle time', ofAll({ minIdleMs: HOUR })],
      ['a range of ids', ofAll({ from: '1-0' })],
      ['what is gone', ofAll({ presence: 'gone' })],
    ])('of %s: Redis knows no such choice', async (_what, selection) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const refused = { code: 'BAD_INPUT', data: { field: 'selection' } }
      await expect(sluice.plan(selection, autoClaim('bob'))).rejects.toMatchObject(refused)
      expect(await callsOf(direct, 'xpending')).toBe(0)
    })

    test.each([
      ['of no idle time', { minIdleMs: 0 }],
      ['of none at a time', { count: 0 }],
      ['of more at a time than keeps a server free', { count: 101 }],
    ])('%s', async (_what, bad) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const action = { ...autoClaim('bob'), ...bad } as RecoveryAction
      await expect(sluice.plan(ofAll(), action)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('where the user may not, before anything is read', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const limited = await openAs(world, '-xautoclaim')
      const planned = limited.plan(ofAll(), autoClaim('bob'))
      await expect(planned).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'xautoclaim' } })
      await limited.stop()
    })
  })

  describe('an auto-claim that is disturbed', () => {
    test.each(['cut-before-reply', 'cut-before-forward'] as const)(
      'by %s in its second step is read back, and not sent again',
      async (kind) => {
        const { direct, proxy, sluice } = world
        await aliceIdle(direct, 30)
        const before = await pendingOf(direct)
        const plan = await sluice.plan(ofAll(), autoClaim('bob', 10))
        let sent = 0
        void proxy.fault(([name]) => name === 'XAUTOCLAIM' && ++sent === 2, { kind })
        const job = await sluice.finished(await sluice.run(plan))
        const done = kind === 'cut-before-reply' ? 20 : 10
        expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: done }), undoable: true })
        expect([sent, (await heldBy(direct, 'bob')).length]).toEqual([2, done])
        await sluice.restart()
        expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: done }) })
        expect(await pendingOf(direct)).toEqual(before)
      },
    )

    test('by a lost reply before it arrived counts nothing of what its target held before', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: idsFrom(11, 3) } })
      await age(direct, 'alice', idsFrom(1, 3))
      await age(direct, 'bob', idsFrom(11, 3))
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      const lost = proxy.fault('XAUTOCLAIM', { kind: 'cut-before-forward' })
      proxy.refuse()
      const running = await sluice.run(plan)
      await lost
      // Nor what it asks for once more, of its own list.
      await direct.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 1, 'STREAMS', KEY, '0')
      proxy.accept()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({}), undoable: false })
    })

    test('by the end of its group says so, and has claimed nothing', async () => {
      const { direct, sluice } = world
      await aliceIdle(direct, 3)
      const plan = await sluice.plan(ofAll(), autoClaim('bob'))
      await direct.xgroup('DESTROY', KEY, GROUP)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' }, counts: counts({}) })
    })

    test('by its user ends between two steps', async () => {
      const { direct, proxy, sluice } = world
      await aliceIdle(direct, 30)
      const plan = await sluice.plan(ofAll(), autoClaim('bob', 10))
      const reached = holdAt(proxy, named('XAUTOCLAIM'))
      const running = await sluice.run(plan)
      await reached
      await sluice.api.job.cancel({ jobId: running.id })
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'cancelled', done: 10, counts: counts({ changed: 10 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 10))
    })
  })
})
