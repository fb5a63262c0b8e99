import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import {
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
  newestDelivery,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

/** As the app would find it after it was killed between the commands of the last batch and their outcome. */
function forgetOutcomes(dataDir: string): void {
  const folder = join(dataDir, 'journal')
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    const lines = readFileSync(file, 'utf8').split('\n')
    // Written by a process of which there is no more.
    const killed = join(folder, name.replace(/-\d+(\.\w+)?-(\d+)\.jsonl$/, '-2147483647-$2.jsonl'))
    writeFileSync(killed, lines.filter((line) => !/^\{"t":"(outcome|end)"/.test(line)).join('\n'))
    rmSync(file)
  }
}

/** Another client of the group, in one of the ways in which an entry moves. */
async function deliverAgain(direct: Redis, consumer: string, after = '0'): Promise<void> {
  await direct.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', 1, 'STREAMS', KEY, after)
}

onEveryServer((world) => {
  describe('undoing a claim', () => {
    test('gives back owner and delivery count exactly, whoever held what and however often', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6), bob: idsFrom(7, 6), carol: idsFrom(13, 2) } })
      const deliveries = ['0', '2', '19', '9007199254740993', '9223372036854775807', '9007199254740992']
      for (const [at, count] of deliveries.entries()) {
        await direct.xclaim(KEY, GROUP, 'alice', 0, `${at + 1}-0`, 'RETRYCOUNT', count, 'JUSTID')
        await direct.xclaim(KEY, GROUP, 'bob', 0, `${at + 7}-0`, 'RETRYCOUNT', count, 'JUSTID')
      }
      const before = await pendingOf(direct)
      expect(before.slice(0, 6).map(([, , count]) => count)).toEqual(deliveries)
      const job = await sluice.recover(ofIds(idsFrom(1, 14)), claimTo('carol'))
      expect(await heldBy(direct, 'carol')).toHaveLength(14)
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({
        kind: 'undo',
        state: 'done',
        total: 12,
        done: 12,
        counts: counts({ changed: 12 }),
      })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('makes the former holder anew where it has been removed meanwhile', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await direct.xgroup('DELCONSUMER', KEY, GROUP, 'alice')
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 3))
    })

    test('leaves alone what moved since: acked, claimed by another, delivered again', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await deliverAgain(direct, 'bob') // 1-0
      await direct.xack(KEY, GROUP, '2-0')
      await direct.xclaim(KEY, GROUP, 'carol', 0, '3-0', 'JUSTID')
      await direct.xclaim(KEY, GROUP, 'carol', 0, '4-0')
      await direct.xclaim(KEY, GROUP, 'bob', 0, '5-0')
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '6-0', 'JUSTID')
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 4, leftAlone: 6 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'bob', '2'],
        ['3-0', 'carol', '1'],
        ['4-0', 'carol', '2'],
        ['5-0', 'bob', '2'],
        ['6-0', 'alice', '1'],
        ...['7-0', '8-0', '9-0', '10-0'].map((id) => [id, 'alice', '1']),
      ])
    })

    test('leaves alone what the target has only touched since, to keep it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      // A sign of life as some consumers give it: same owner, same count, only the time of delivery is new.
      const doneAt = await serverTime(direct)
      await expect
        .poll(async () => {
          await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
          return newestDelivery(direct)
        })
        .toBeGreaterThan(doneAt)
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 3, leftAlone: 1 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['2-0'])
    })

    test('leaves alone what moves in the very moment between reading and giving back', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const claimedAt = await newestDelivery(direct)
      await expect.poll(() => serverTime(direct), { timeout: 30_000 }).toBeGreaterThan(claimedAt + 2_000)
      const read = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'), 5)
      const { connectionId } = sluice
      const undo = await sluice.api.recovery.undo({ connectionId, recordId: job.recordId })
      await held
      await executed(direct, 'xpending', read + 5) // few ids are looked up one by one
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0', 'JUSTID')
      await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0', 'JUSTID')
      await direct.xack(KEY, GROUP, '4-0')
      proxy.resume()
      expect(await sluice.finished(undo)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 3 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'alice', '1'],
        ['2-0', 'carol', '1'],
        ['3-0', 'bob', '1'],
        ['5-0', 'alice', '1'],
      ])
    })

    test('never brings back an entry that was acked, nor one acked and deleted', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await direct.xack(KEY, GROUP, '1-0', '2-0', '5-0')
      await direct.xdel(KEY, '5-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 3 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0', '4-0'])
      expect(await heldBy(direct, 'bob')).toEqual([])
    })

    test('leaves out what is gone from the stream since, rather than have Redis drop it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await direct.xdel(KEY, '2-0')
      await direct.xtrim(KEY, 'MAXLEN', 3)
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'done', done: 5, counts: counts({ changed: 3, gone: 2 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['1-0', '2-0'])
    })

    test('gives back nothing that the claim did not take', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4), bob: idsFrom(5, 2) } })
      const job = await sluice.recover(ofIds(idsFrom(1, 6)), claimTo('bob'))
      expect(job).toMatchObject({ counts: counts({ changed: 4, leftAlone: 2 }) })
      expect(await sluice.undo(job)).toMatchObject({ total: 4, counts: counts({ changed: 4 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['5-0', '6-0'])
    })

    test('does not bring back what Redis dropped from the pending list', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await direct.xdel(KEY, '1-0')
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob', true))
      expect(job).toMatchObject({ counts: counts({ changed: 3, dropped: 1 }) })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['2-0', '3-0', '4-0'])
    })

    test('works after a restart', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await sluice.restart()
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', total: 700, counts: counts({ changed: 700 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('works where the app was killed before it could write down what came of a batch', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await sluice.restart(() => forgetOutcomes(sluice.dataDir))
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records).toMatchObject([{ id: job.recordId, state: 'interrupted' }])
      await direct.xack(KEY, GROUP, '4-0')
      await direct.xclaim(KEY, GROUP, 'carol', 0, '5-0')
      await deliverAgain(direct, 'bob', '6-0') // 7-0
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 27, leftAlone: 3 }) })
      const moved = new Set(['4-0', '5-0', '7-0'])
      expect((await pendingOf(direct)).filter(([id]) => !moved.has(id))).toEqual(
        before.filter(([id]) => !moved.has(id)),
      )
    })

    test('that nobody told of takes nothing that its target got by itself later', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await sluice.restart(() => forgetOutcomes(sluice.dataDir))
      // As if it had never been sent.
      await direct.xclaim(KEY, GROUP, 'alice', 0, ...idsFrom(1, 6), 'IDLE', 3_600_000, 'JUSTID')
      const at = await serverTime(direct)
      await expect.poll(() => serverTime(direct)).toBeGreaterThan(at + 2_500)
      await direct.xclaim(KEY, GROUP, 'bob', 1_000, ...idsFrom(1, 6), 'JUSTID')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ leftAlone: 6 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 6))
    })

    test('after a cancelled job gives back the part that was claimed', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2_000) } })
      const before = await pendingOf(direct)
      let sent = 0
      const running = await sluice.plan(ofConsumer('alice'), claimTo('bob')).then((plan) => {
        void proxy.fault((args) => isClaim(args) && ++sent === 4, { kind: 'delay', ms: 300 })
        return sluice.run(plan)
      })
      await expect.poll(() => sent).toBe(4)
      await sluice.api.job.cancel({ jobId: running.id })
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'cancelled', done: 1_000, total: 2_000, counts: counts({ changed: 1_000 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 1_000))
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', total: 1_000, counts: counts({ changed: 1_000 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('of an undo is refused, and so is a second undo', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const undone = await sluice.undo(job)
      const refused = { code: 'BAD_INPUT', data: { field: 'recordId' } }
      await expect(sluice.undo(undone)).rejects.toMatchObject(refused)
      await expect(sluice.undo(job)).rejects.toMatchObject(refused)
      await sluice.restart()
      await expect(sluice.undo(undone)).rejects.toMatchObject(refused)
      await expect(sluice.undo(job)).rejects.toMatchObject(refused)
      const { records } = await sluice.api.journal.list({ count: 10 })
      expect(records.map(({ action, undo }) => [action, undo.possible, undo.undoneBy])).toEqual([
        ['undo', false, null],
        ['claim', true, undone.recordId],
      ])
      expect(await heldBy(direct, 'alice')).toEqual(['1-0'])
    })

    test('that was cancelled can be done again, and ends where the first stopped', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_500) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      let sent = 0
      void proxy.fault((args) => isClaim(args) && ++sent === 2, { kind: 'delay', ms: 300 })
      const { connectionId } = sluice
      const undo = await sluice.api.recovery.undo({ connectionId, recordId: job.recordId })
      await expect.poll(() => sent).toBe(2)
      await sluice.api.job.cancel({ jobId: undo.id })
      expect(await sluice.finished(undo)).toMatchObject({ state: 'cancelled', counts: counts({ changed: 500 }) })
      expect(await sluice.undo(job)).toMatchObject({
        state: 'done',
        counts: counts({ changed: 1_000 }),
      })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('while the claim still runs is refused', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(isClaim, { kind: 'delay', ms: 300 })
      const running = await sluice.run(plan)
      await expect(sluice.undo(running)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      expect(await sluice.finished(running)).toMatchObject({ state: 'done', counts: counts({ changed: 600 }) })
    })

    test('of a record that is not there is refused', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await expect(sluice.undo({ recordId: 'no such' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await heldBy(direct, 'bob')).toEqual(['1-0'])
    })

    test('where group or stream are gone fails, and says what is missing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await direct.xgroup('DESTROY', KEY, GROUP)
      const failed = { state: 'failed', counts: counts({}), error: { code: 'NOT_FOUND', data: { what: 'group' } } }
      expect(await sluice.undo(job)).toMatchObject(failed)
      await direct.set(KEY, 'x')
      expect(await sluice.undo(job)).toMatchObject({ state: 'failed', error: { data: { prefix: 'WRONGTYPE' } } })
    })

    test('leaves a group alone that was made anew, though all looks as before', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const doneAt = await serverTime(direct)
      await expect
        .poll(async () => {
          await direct.xgroup('DESTROY', KEY, GROUP)
          await direct.xgroup('CREATE', KEY, GROUP, '0')
          await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
          return newestDelivery(direct)
        })
        .toBeGreaterThan(doneAt)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 3 }) })
      expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 3))
    })
  })
})
