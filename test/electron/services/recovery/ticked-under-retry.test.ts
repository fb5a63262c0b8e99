import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { WITHOUT_BODIES_SHA } from '../../../../electron/redis/scripts/without-bodies-lua'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { availableServers } from '../../../helpers/available-servers'
import { handle } from './hash-kit'
import { openAs } from './limited-user'
import {
  ack,
  callsOf,
  claimTo,
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofAll,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

const deadLetter: RecoveryAction = { kind: 'deadLetter', stream: 'dead', reason: '', maxLen: null }
const requeue: RecoveryAction = { kind: 'requeue', stream: 'again', provenance: true }
const ackDelete: RecoveryAction = { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }

/** As its worker does that fails at it and tries again: all that it holds is delivered to it once more. */
const retry = (direct: Redis) => direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1000, 'STREAMS', KEY, '0')

/** A poison entry under retry is never as it was seen: in the time of reading a preview it is delivered again. */
onEveryServer((world) => {
  describe('a ticked entry that was delivered to the same consumer again', () => {
    test.each<readonly [string, RecoveryAction]>([
      ['claimed', claimTo('bob')],
      ['spread', spreadOver(['bob', 'carol'])],
      ['acked', ack],
      ['acked and deleted', ackDelete],
      ['dead-lettered', deadLetter],
      ['requeued', requeue],
    ])('is the entry that was ticked, and is %s', async (_, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const plan = await sluice.plan(ofIds(idsFrom(1, 3)), action)
      expect(plan.notes.map(({ code }) => code)).toContain('recovery.ticked-again')
      await retry(direct)
      await direct.xclaim(KEY, GROUP, 'dave', 0, '3-0', 'JUSTID')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 2, leftAlone: 1 } })
      expect([await heldBy(direct, 'alice'), await heldBy(direct, 'dave')]).toEqual([['4-0'], ['3-0']])
    })

    test.each([
      ['acked', ack],
      ['dead-lettered', deadLetter],
    ])('is %s without scripts as well', async (_, action) => {
      const { direct } = world
      const sluice = await openAs(world, '-eval')
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofIds(idsFrom(1, 2)), action)
      await retry(direct)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0'])
      await sluice.stop()
    })

    test('just before it is claimed is read and claimed once more, and undone with the count it had by then', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: 60_000 })
      const plan = await sluice.plan(ofIds(idsFrom(1, 3)), claimTo('bob'))
      // Whether it is in the stream is asked last, between reading and claiming.
      let isRead = false
      const asked = holdAt(proxy, ([name, what]) => {
        isRead ||= name === 'XPENDING'
        return isRead && name === 'EVALSHA_RO' && what === WITHOUT_BODIES_SHA
      })
      let claims = 0
      void proxy.fault((args) => isClaim(args) && ++claims < 0, { kind: 'delay', ms: 0 })
      const running = sluice.run(plan)
      await asked
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '1-0')
      await direct.xack(KEY, GROUP, '3-0')
      proxy.resume()
      const job = await sluice.finished(await running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 1 }) })
      expect(claims).toBe(2)
      expect(await heldBy(direct, 'bob')).toEqual(['1-0', '2-0'])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'alice', '1'],
        ['2-0', 'alice', '2'],
      ])
    })

    test('just before the monitor claims it is read and claimed once more, written once, and acked', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: 60_000 })
      const plan = await sluice.plan(ofIds(idsFrom(1, 3)), handle({ idField: 'n' }))
      // Bodies are read between reading who holds them and claiming.
      const asked = holdAt(proxy, named('XRANGE'))
      const running = sluice.run(plan)
      await asked
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '1-0')
      await direct.xack(KEY, GROUP, '3-0')
      proxy.resume()
      const job = await sluice.finished(await running)
      expect(job).toMatchObject({ state: 'done', done: 3, failures: [] })
      expect(job.counts).toEqual({ ...counts({ changed: 2, leftAlone: 1 }), written: 2 })
      expect([await pendingOf(direct), (await direct.keys('tweet:*')).sort()]).toEqual([[], ['tweet:1-0', 'tweet:2-0']])
      expect((await sluice.undo(job)).counts).toMatchObject({ changed: 2, hashesBack: 2 })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'alice', '1'],
        ['2-0', 'alice', '2'],
      ])
    })

    test('that was chosen by criteria, and not ticked, has moved', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofAll(), ack)
      expect(plan.notes).toEqual([])
      await retry(direct)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ counts: counts({ leftAlone: 3 }) })
      expect(await callsOf(direct, 'xack')).toBe(0)
    })

    test.each([
      ['the stream', (direct: Redis) => direct.del(KEY)],
      ['the group', (direct: Redis) => direct.xgroup('DESTROY', KEY, GROUP)],
    ])('is another one where %s was made anew in between', async (what, end) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofIds(idsFrom(1, 2)), ack)
      await end(direct)
      for (const id of what === 'the stream' ? idsFrom(1, 2) : []) await direct.xadd(KEY, id, 'n', 'another')
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 2, 'STREAMS', KEY, '>')
      await retry(direct)
      const run = sluice.run(plan)
      if (what === 'the stream') await expect(run).rejects.toMatchObject({ code: 'STALE_PLAN' })
      else expect(await sluice.finished(await run)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 2 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['1-0', '2-0'])
    })
  })
})

/** On two servers: each writes, and is read, as fast as it can. */
onEveryServer(
  (world) => {
    test('1 000 ticked entries end on the first preview, while others write and read, and all 1 000 are retried', async () => {
      const { direct, redis, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_000) } })
      const plan = await sluice.plan(ofIds(idsFrom(1, 1_000)), deadLetter)
      let isOver = false
      const worker = redis.client()
      const retries = async () => {
        for (let times = 0; !isOver; times += 1) await retry(worker)
      }
      let added = 0
      const traffic = async () => {
        while (!isOver) {
          await direct.xadd(KEY, '*', 'n', 'new')
          const reply = await direct.call('XREADGROUP', 'GROUP', GROUP, 'carol', 'STREAMS', KEY, '>')
          if (reply !== null) added += 1
        }
      }
      await retry(worker)
      const others = [retries(), traffic()]
      const job = await sluice
        .run(plan)
        .then(sluice.finished)
        .finally(() => (isOver = true))
      await Promise.all(others)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1_000 }) })
      expect([String(await direct.xlen('dead')), await heldBy(direct, 'alice')]).toEqual(['1000', []])
      expect(added).toBeGreaterThan(0)
    })
  },
  {},
  availableServers().slice(0, 2),
)
