import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { openAs } from './limited-user'
import { handle, isAck, isHashWrite, numbered, tweets } from './hash-kit'
import {
  callsOf,
  counts,
  everything,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  walked,
} from './recovery-kit'
import { sentence } from '../../../../shared/words/messages'
import { isClaim } from '../../../helpers/is-claim'
import { saying } from '../../../helpers/saying'

const hashes = async (direct: Redis): Promise<readonly string[]> => (await direct.keys('tweet:*')).sort()

onEveryServer((world) => {
  describe('handling as the monitor does', () => {
    test('writes each entry to its hash, acks it, and undo makes it pending again for who held it', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(250))
      await direct.xclaim(KEY, GROUP, 'carol', 0, '7-0', 'RETRYCOUNT', 4, 'JUSTID')
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan).toMatchObject({ entries: 250, changes: 250, undo: { possible: true } })
      expect(plan.consumers).toContainEqual({ name: 'alice', before: 249, after: 0 })
      expect(plan.warnings).toEqual(expect.arrayContaining(['new-consumer', 'one-value-per-field']))
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({
        kind: 'handle',
        state: 'done',
        done: 250,
        failures: [],
        counts: counts({ changed: 250 }),
      })
      expect(await pendingOf(direct)).toEqual([])
      expect(await hashes(direct)).toHaveLength(250)
      expect(await direct.hgetall('tweet:t7')).toEqual({ id: 't7', text: 'number 7' })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 250 }) })
      expect(await pendingOf(direct)).toEqual(before)
      expect(await hashes(direct)).toEqual([])
    })

    test('keeps the last value of a field that repeats, and bytes that are no text', async () => {
      const { direct, sluice } = world
      const [name, value] = [Buffer.from([0xff, 0]), Buffer.from([0xfe])]
      await tweets(direct, [['id', 'one', 'text', 'first', 'text', 'last', 'id', 'one', name, value]])
      await sluice.recover(ofAll(), handle())
      const hash = await direct.hgetallBuffer('tweet:one')
      expect(hash['text']?.toString()).toBe('last')
      expect(await direct.hgetBuffer('tweet:one', name)).toEqual(value)
    })

    test('takes only what is idle long enough, ticked or not', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(4))
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '1-0', '3-0', 'IDLE', 3_600_000, 'JUSTID')
      const action = handle({ minIdleMs: 60_000 })
      const ticked = await sluice.plan(ofIds(['1-0', '2-0', '9-0']), action)
      expect(ticked).toMatchObject({ entries: 1, changes: 1, notPending: 1 })
      expect(await sluice.plan(ofConsumer('alice'), action)).toMatchObject({ entries: 2, changes: 2 })
      expect(await sluice.finished(await sluice.run(ticked))).toMatchObject({
        total: 1,
        counts: counts({ changed: 1 }),
      })
      expect(await sluice.recover(ofAll(), action)).toMatchObject({ total: 1, counts: counts({ changed: 1 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['2-0', '4-0'])
    })

    test('leaves alone what moved after it was planned', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(4))
      const plan = await sluice.plan(ofAll(), handle())
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0')
      await direct.xack(KEY, GROUP, '3-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 2 }) })
      expect([await pendingOf(direct), await hashes(direct)]).toEqual([
        [['2-0', 'carol', '2']],
        ['tweet:t1', 'tweet:t4'],
      ])
    })

    test('leaves out what is gone from the stream', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(3))
      await direct.xdel(KEY, '2-0')
      const job = await sluice.recover(ofAll(), handle())
      expect(job).toMatchObject({ counts: counts({ changed: 2, gone: 1 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['2-0'])
    })
  })

  describe('an entry that can’t be written', () => {
    test('for want of one clear id is left with its holder, and told of', async () => {
      const { direct, sluice } = world
      await tweets(direct, [
        ['id', 'one'],
        ['text', 'no id'],
        ['id', 'a', 'id', 'b'],
        ['id', ''],
        ['ID', 'other field'],
      ])
      const job = await sluice.recover(ofAll(), handle())
      expect(job).toMatchObject({ state: 'done', done: 5, counts: counts({ changed: 1 }) })
      expect(job.failures.map(({ id, reason }) => [id, sentence(reason).slice(0, 16)])).toEqual([
        ['2-0', 'It has no such i'],
        ['3-0', 'Its id field com'],
        ['4-0', 'Its id field is '],
        ['5-0', 'It has no such i'],
      ])
      expect(await heldBy(direct, 'alice')).toEqual(['2-0', '3-0', '4-0', '5-0'])
    })

    test('since its key is no hash stays pending with the new owner; the others are acked, and undo leaves it there', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(3))
      await direct.set('tweet:t2', 'a string')
      const job = await sluice.recover(ofAll(), handle())
      expect(job).toMatchObject({ state: 'done', done: 3, counts: counts({ changed: 2 }) })
      expect(job.failures).toEqual([{ id: '2-0', reason: saying('WRONGTYPE') }])
      expect(await pendingOf(direct)).toEqual([['2-0', 'monitor', '1']])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2 }) })
      expect((await pendingOf(direct)).map(([, owner]) => owner)).toEqual(['alice', 'monitor', 'alice'])
    })

    test('to the stream’s own key is not acked', async () => {
      const { direct, sluice } = world
      await tweets(direct, [['id', KEY]])
      const job = await sluice.recover(ofAll(), handle({ prefix: '' }))
      expect(job).toMatchObject({ counts: counts({}), failures: [{ id: '1-0' }] })
      expect(await heldBy(direct, 'monitor')).toEqual(['1-0'])
    })

    test('by this user is not acked', async () => {
      const { direct } = world
      await tweets(direct, numbered(2))
      const limited = await openAs(world, 'resetkeys', `~${KEY}`, '~tweet:t2')
      const job = await limited.recover(ofAll(), handle())
      expect(job).toMatchObject({ counts: counts({ changed: 1 }), failures: [{ id: '1-0' }] })
      expect(await heldBy(direct, 'monitor')).toEqual(['1-0'])
      await limited.stop()
    })

    test('for want of memory stops the job: nothing is acked, and no more is claimed', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(150))
      const plan = await sluice.plan(ofAll(), handle())
      await direct.config('SET', 'maxmemory', '1')
      const job = await sluice.finished(await sluice.run(plan))
      await direct.config('SET', 'maxmemory', '0')
      expect(job).toMatchObject({
        state: 'failed',
        error: { code: 'REDIS', data: { prefix: 'OOM' } },
        counts: counts({}),
      })
      const claimed = await heldBy(direct, 'monitor')
      expect(claimed.length).toBeLessThanOrEqual(100)
      expect(job.failures.map(({ id }) => id)).toEqual(claimed)
      expect([await hashes(direct), (await heldBy(direct, 'alice')).length]).toEqual([[], 150 - claimed.length])
    })

    test('is refused beforehand where the user may not write hashes', async () => {
      const { direct } = world
      await tweets(direct, numbered(1))
      const limited = await openAs(world, '-hset')
      const planned = limited.plan(ofAll(), handle())
      await expect(planned).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'hset' } })
      await limited.stop()
    })
  })

  describe('a connection that is cut while handling', () => {
    test.each(['cut-before-forward', 'cut-before-reply'] as const)('at the claim (%s) acks nothing', async (kind) => {
      const { direct, proxy, sluice } = world
      await tweets(direct, numbered(5))
      const plan = await sluice.plan(ofAll(), handle())
      void proxy.fault(isClaim, { kind })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 0 } })
      expect(await pendingOf(direct)).toHaveLength(5)
      expect(await heldBy(direct, kind === 'cut-before-reply' ? 'monitor' : 'alice')).toHaveLength(5)
      expect(await hashes(direct)).toEqual([])
      expect(await sluice.recover(ofAll(), handle())).toMatchObject({ counts: counts({ changed: 5 }) })
    })

    test.each(['cut-before-forward', 'cut-before-reply'] as const)('at a write (%s) acks nothing', async (kind) => {
      const { direct, proxy, sluice } = world
      await tweets(direct, numbered(5))
      const plan = await sluice.plan(ofAll(), handle())
      let sent = 0
      void proxy.fault((args) => isHashWrite(args) && ++sent === 3, { kind })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({}) })
      expect(job.failures.map(({ id }) => id)).toEqual(idsFrom(1, 5))
      expect(await heldBy(direct, 'monitor')).toEqual(idsFrom(1, 5))
      const again = await sluice.recover(ofAll(), handle())
      expect(again).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    })

    test('at the ack counts as unknown what is pending no more, and undo brings it back', async () => {
      const { direct, proxy, sluice } = world
      await tweets(direct, numbered(5))
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofAll(), handle())
      void proxy.fault(isAck, { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 5 }), undoable: true })
      expect([await pendingOf(direct), (await hashes(direct)).length]).toEqual([[], 5])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ leftAlone: 5 }) })
      await sluice.undo(job, 'possible')
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('before the ack leaves all pending with the new owner, written or not', async () => {
      const { direct, proxy, sluice } = world
      await tweets(direct, numbered(5))
      const plan = await sluice.plan(ofAll(), handle())
      void proxy.fault(isAck, { kind: 'cut-before-forward' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({}) })
      expect(await heldBy(direct, 'monitor')).toEqual(idsFrom(1, 5))
    })
  })

  test('what somebody takes over between the write and the ack is not acked', async () => {
    const { direct, proxy, sluice } = world
    await tweets(direct, numbered(3))
    const plan = await sluice.plan(ofAll(), handle())
    const reached = holdAt(proxy, isHashWrite)
    const running = await sluice.run(plan)
    await reached
    await expect.poll(() => heldBy(direct, 'monitor'), { timeout: 30_000 }).toHaveLength(3)
    await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0')
    proxy.resume()
    const job = await sluice.finished(running)
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 1 }) })
    expect(await pendingOf(direct)).toEqual([['2-0', 'carol', '2']])
    expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2 }) })
  })

  test('without scripts entries are acked one by one, as the plan says', async () => {
    const { direct } = world
    await tweets(direct, numbered(3))
    const limited = await openAs(world, '-eval')
    const plan = await limited.plan(ofAll(), handle())
    expect(plan.guard.atomic).toBe(false)
    expect(await limited.finished(await limited.run(plan))).toMatchObject({ counts: counts({ changed: 3 }) })
    expect([await pendingOf(direct), await callsOf(direct, 'xack')]).toEqual([[], 3])
    await limited.stop()
  })

  test('without an id field the hashes are named by the entries’ ids', async () => {
    const { direct, sluice } = world
    await tweets(direct, [
      ['text', 'one'],
      ['text', 'two'],
    ])
    const plan = await sluice.plan(ofAll(), handle({ idField: null }))
    expect(plan.commands.at(-1)).toContain('tweet:<entry id>')
    expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: counts({ changed: 2 }) })
    expect(await direct.hgetall('tweet:2-0')).toEqual({ text: 'two' })
  })

  test('what failed can be planned again by itself, however short its idle time; other entries never', async () => {
    const { direct, sluice } = world
    await tweets(direct, numbered(4))
    await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '1-0', '2-0', '3-0', 'IDLE', 3_600_000, 'JUSTID')
    await direct.set('tweet:t2', 'text')
    const job = await sluice.recover(ofAll(), handle({ minIdleMs: 60_000 }))
    expect(job).toMatchObject({ done: 3, counts: counts({ changed: 2 }), failures: [{ id: '2-0' }] })
    const { connectionId, api } = sluice
    const again = { connectionId, recordId: job.recordId }
    const { ready } = await walked(api.recovery.resume({ ...again, ids: ['2-0'] }))
    expect(ready.plan).toMatchObject({
      entries: 1,
      changes: 1,
      action: { kind: 'handle', to: 'monitor', minIdleMs: 0 },
    })
    const { ready: all } = await walked(api.recovery.resume(again))
    // It is as idle as it was.
    expect(all.plan).toMatchObject({ entries: 1, oldestId: '2-0', action: { minIdleMs: 60_000 } })
    await expect(walked(api.recovery.resume({ ...again, ids: [] }))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('planning writes nothing', async () => {
    const { direct, sluice } = world
    await tweets(direct, numbered(3))
    const before = await everything(direct)
    await sluice.plan(ofAll(), handle())
    expect([await everything(direct), await hashes(direct)]).toEqual([before, []])
  })
})
