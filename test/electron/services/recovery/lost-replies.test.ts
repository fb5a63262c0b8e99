import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../../helpers/fault-proxy'
import type { Job, JobCounts } from '../../../../shared/model/job'
import { openAs } from './limited-user'
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
  isOpen,
  KEY,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

const CARRIED_OUT: readonly (readonly [string, Fault])[] = [
  ['before its reply', { kind: 'cut-before-reply' }],
  ['in the middle of its reply', { kind: 'cut-in-reply', bytes: 9 }],
]
const NEVER_SENT: Fault = { kind: 'cut-before-forward' }
/** Of job and journal when a write was cut off. */
const interrupted = (done: Partial<JobCounts>) => ({
  state: 'interrupted',
  counts: counts(done),
  error: { code: 'UNKNOWN_OUTCOME' },
})

async function journaled(sluice: Sluice, { recordId }: Job): Promise<unknown> {
  const { records } = await sluice.api.journal.list({ count: 50 })
  return records.find(({ id }) => id === recordId)
}

/** How many XCLAIM were carried out while `work` ran. */
async function claimsDuring<T>(direct: Redis, work: () => Promise<T>): Promise<readonly [T, number]> {
  const before = await callsOf(direct, 'xclaim')
  const result = await work()
  return [result, (await callsOf(direct, 'xclaim')) - before]
}

onEveryServer((world) => {
  /** The connection is lost at the first XCLAIM, and there is none until `accept`. */
  const cutOff = async (fault: Fault): Promise<Job> => {
    const { proxy, sluice } = world
    const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    const struck = proxy.fault(isClaim, fault).then(() => proxy.refuse())
    const running = await sluice.run(plan)
    await struck
    return running
  }

  describe('a claim whose connection is cut', () => {
    test.each(CARRIED_OUT)('%s is read back, written down as done, and not sent again', async (_when, fault) => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30), bob: idsFrom(31, 2) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(isClaim, fault)
      const [job, sent] = await claimsDuring(direct, async () => sluice.finished(await sluice.run(plan)))
      expect(job).toMatchObject({ ...interrupted({ changed: 30 }), done: 30, total: 30, undoable: true })
      expect(await journaled(sluice, job)).toMatchObject(interrupted({ changed: 30 }))
      expect([sent, await heldBy(direct, 'bob')]).toEqual([1, idsFrom(1, 32)])
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('before it reached the server is read back as not done, and can be planned anew', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(isClaim, NEVER_SENT)
      const [job, sent] = await claimsDuring(direct, async () => sluice.finished(await sluice.run(plan)))
      expect(job).toMatchObject({ ...interrupted({ leftAlone: 30 }), undoable: false })
      expect(await journaled(sluice, job)).toMatchObject(interrupted({ leftAlone: 30 }))
      expect([sent, await pendingOf(direct)]).toEqual([0, before])
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({}) })
      const again = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(again).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
    })

    test('in its second batch keeps the first, resolves the second, and does not begin the third', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_500) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      let sent = 0
      void proxy.fault((args) => isClaim(args) && ++sent === 4, { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ ...interrupted({ changed: 1_000 }), done: 1_000, total: 1_500 })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 1_000))
      expect(sent).toBe(4)
      await sluice.restart()
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1_000 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('in one of several commands of a batch tells of each of them', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 300) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      let sent = 0
      void proxy.fault((args) => isClaim(args) && ++sent === 2, { kind: 'cut-before-forward' })
      const job = await sluice.finished(await sluice.run(plan))
      // The first was carried out; whether its reply came through before the cut or not.
      const [done, rest] = [await heldBy(direct, 'bob'), await heldBy(direct, 'alice')]
      expect([done.length, rest.length]).toEqual([250, 50])
      expect(job).toMatchObject(interrupted({ changed: 250, leftAlone: 50 }))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 250 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('counts as unknown what moved on before it could be read, and undo leaves that alone', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const running = await cutOff({ kind: 'cut-before-reply' })
      await executed(direct, 'xclaim', 1)
      await direct.xack(KEY, GROUP, '1-0')
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0', 'JUSTID')
      await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0')
      proxy.accept()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ ...interrupted({ changed: 7, unknown: 3 }), done: 10 })
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ total: 10, done: 10, counts: counts({ changed: 7, leftAlone: 3 }) })
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(4, 7))
      expect(await heldBy(direct, 'bob')).toEqual(['3-0'])
    })

    test('does not take for done what the target took by itself meanwhile', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const running = await cutOff(NEVER_SENT)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0')
      // Just as the claim would have left it.
      await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0', 'JUSTID')
      proxy.accept()
      const job = await sluice.finished(running)
      expect(job).toMatchObject(interrupted({ leftAlone: 4 }))
      await sluice.undo(job)
      expect(await heldBy(direct, 'bob')).toEqual(['2-0', '3-0'])
    })

    test('is read back though the connection is lost again while that is done', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      let lost = false
      void proxy.fault(([name]) => name === 'XPENDING' && lost, { kind: 'cut-before-reply' }, 3)
      void proxy.fault(isClaim, { kind: 'cut-before-reply' }).then(() => (lost = true))
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject(interrupted({ changed: 10 }))
    })

    test('and does not come back before it is cancelled, is unknown; undo finds what was done', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const before = await pendingOf(direct)
      const running = await cutOff({ kind: 'cut-before-reply' })
      await sluice.api.job.cancel({ jobId: running.id })
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ ...interrupted({ unknown: 10 }), done: 10 })
      expect(await journaled(sluice, job)).toMatchObject(interrupted({ unknown: 10 }))
      proxy.accept()
      await isOpen(sluice)
      await direct.xack(KEY, GROUP, '4-0')
      expect(await sluice.undo(job)).toMatchObject({ total: 10, counts: counts({ changed: 9, leftAlone: 1 }) })
      expect(await pendingOf(direct)).toEqual(before.filter(([id]) => id !== '4-0'))
    })

    test('and is closed by the user is unknown at once', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const running = await cutOff({ kind: 'cut-before-reply' })
      await sluice.api.connection.close({ connectionId: sluice.connectionId })
      const job = await sluice.finished(running)
      expect(job).toMatchObject(interrupted({ unknown: 10 }))
      proxy.accept()
      await sluice.api.connection.open({ connectionId: sluice.connectionId })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 10 }) })
    })

    test('when the app is closed too is undone after its restart', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const before = await pendingOf(direct)
      const job = await cutOff({ kind: 'cut-before-reply' })
      await sluice.restart(() => proxy.accept())
      expect(await journaled(sluice, job)).toMatchObject(interrupted({ unknown: 10 }))
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 10 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('a claim', () => {
    test('whose batch is only read when the connection goes is interrupted with nothing in doubt', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3_000) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      let claimed = false
      void proxy.fault(([name]) => name === 'XPENDING' && claimed, { kind: 'cut-before-reply' })
      void proxy.fault((args) => isClaim(args) && (claimed = true), { kind: 'delay', ms: 0 })
      const job = await sluice.finished(await sluice.run(plan))
      // What was read before is claimed still.
      const changed = (await heldBy(direct, 'bob')).length
      expect(changed).toBeGreaterThanOrEqual(500)
      expect(changed).toBeLessThan(3_000)
      // Another claim may have been on its way, which was not carried out.
      const { leftAlone } = job.counts
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed, leftAlone }) })
      await isOpen(sluice)
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed }) })
    })

    test('that was answered is counted, though the connection goes just after', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_000) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      let claimed = false
      // The server's clock, asked for right behind the claim.
      void proxy.fault(([name]) => name === 'TIME' && claimed, { kind: 'cut-before-reply' })
      void proxy.fault((args) => isClaim(args) && (claimed = true), { kind: 'delay', ms: 0 })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 500 }) })
      expect(await heldBy(direct, 'bob')).toHaveLength(500)
      await isOpen(sluice)
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 500 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('goes on when a connection that stood still comes back in time', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_200) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const held = holdAt(proxy, isClaim, 2)
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xclaim', 2)
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ state: 'done', counts: counts({ changed: 1_200 }) })
    })
  })

  describe('an ack, entry by entry, whose connection is cut', () => {
    let sluice: Sluice
    beforeEach(async () => {
      sluice = await openAs(world, '-eval')
    })
    afterEach(() => sluice.stop())

    test('in the middle of a batch tells what was acked, what was not, and what only may have been', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      const sent: (string | undefined)[] = []
      void proxy.fault(([name, key, , id]) => name === 'XACK' && key === KEY && sent.push(id) === 5, NEVER_SENT)
      const job = await sluice.finished(await sluice.run(plan))
      const left = await pendingOf(direct)
      expect(sent).toEqual(idsFrom(1, 5)) // none of them twice
      expect(job.counts.changed + job.counts.unknown).toBe(20 - left.length)
      expect(job).toMatchObject({ state: 'interrupted', done: 20, counts: { leftAlone: left.length } })
      expect(left.length).toBeGreaterThanOrEqual(16)
      await direct.xack(KEY, GROUP, '20-0') // not ours: its consumer got to it
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: { changed: job.counts.changed } })
      await sluice.undo(job, 'possible')
      expect(await pendingOf(direct)).toEqual(before.filter(([id]) => id !== '20-0'))
    })

    test('after all were carried out does not claim to know who acked them; undo brings them back', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      const held = holdAt(proxy, named('XACK'), 20)
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xack', 20)
      proxy.cut()
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject(interrupted({ unknown: 20 }))
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 20 }) })
      expect(await sluice.undo(job, 'possible')).toMatchObject({ state: 'done', counts: counts({ changed: 20 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('an undo whose connection is cut', () => {
    test.each(CARRIED_OUT)('%s is read back, and the rest of it can be undone afterwards', async (_when, fault) => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      let sent = 0
      void proxy.fault((args) => isClaim(args) && ++sent === 2, fault)
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ ...interrupted({ changed: 500 }), kind: 'undo', done: 500, total: 700 })
      const rest = await sluice.undo(job)
      expect(rest).toMatchObject({ state: 'done', counts: counts({ changed: 200 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('before an ack’s undo reached the server is not done, and can be done afterwards', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), ack)
      void proxy.fault(isClaim, NEVER_SENT)
      expect(await sluice.undo(job)).toMatchObject({ state: 'interrupted', counts: { changed: 0 } })
      expect(await pendingOf(direct)).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 20 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })
})
