import { describe, expect, test } from 'vitest'
import {
  ack,
  callsOf,
  claimTo,
  counts,
  everything,
  heldBy,
  holdAt,
  idsFrom,
  named,
  ofAll,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
  walked,
  GROUP,
  KEY,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'
import { queryOf } from '../../../helpers/query-of'

onEveryServer((world) => {
  /**
   * 3 000 entries, 1 000 with each of three consumers, every tenth of them delivered 7 times; all of them ten minutes ago.
   * A delivery of just now would be read again, and claimed in more parts, where the machine is slow.
   */
  async function seedMany(): Promise<void> {
    const { direct } = world
    const held = { alice: idsFrom(1, 1000), bob: idsFrom(1001, 1000), carol: idsFrom(2001, 1000) }
    await seed(direct, { held, idleMs: 600_000 })
    const tenth = idsFrom(1, 3000).filter((_, at) => at % 10 === 0)
    for (const consumer of ['alice', 'bob', 'carol']) {
      const theirs = tenth.filter(
        (id) => Math.floor((parseInt(id) - 1) / 1000) === ['alice', 'bob', 'carol'].indexOf(consumer),
      )
      await direct.call('XCLAIM', [KEY, GROUP, consumer, 0, ...theirs, 'IDLE', 600_000, 'RETRYCOUNT', 7, 'JUSTID'])
    }
  }

  describe('all that match', () => {
    test('are counted over the whole pending list, page by page, and nothing is changed by it', async () => {
      const { direct, sluice } = world
      await seedMany()
      const before = await everything(direct)
      const { connectionId } = sluice
      const asked = {
        connectionId,
        key: KEY,
        group: GROUP,
        selection: ofAll({ minDeliveries: 5 }),
        action: claimTo('dave'),
      }
      const { ready, readings } = await walked(sluice.api.recovery.planAll(asked))
      expect(ready.plan).toMatchObject({
        entries: 300,
        changes: 300,
        gone: 0,
        mostDeliveries: 7,
        oldestId: '1-0',
        consumers: [
          { name: 'alice', before: 1000, after: 900 },
          { name: 'bob', before: 1000, after: 900 },
          { name: 'carol', before: 1000, after: 900 },
          { name: 'dave', before: 0, after: 300 },
        ],
      })
      expect(readings.map((reading) => reading.walked)).toEqual([1000, 2000, 3000])
      expect(readings.at(-1)).toMatchObject({ total: 3000, matched: 300 })
      expect(await everything(direct)).toEqual(before)
    })

    test('are claimed, and no others', async () => {
      const { direct, sluice } = world
      await seedMany()
      const job = await sluice.recover(ofAll({ minDeliveries: 5, consumers: ['alice', 'carol'] }), claimTo('dave'))
      expect(job).toMatchObject({ state: 'done', done: 200, total: 200, counts: counts({ changed: 200 }) })
      const taken = await heldBy(direct, 'dave')
      expect(taken).toEqual(idsFrom(1, 3000).filter((_, at) => at % 10 === 0 && (at < 1000 || at >= 2000)))
    })

    test('are claimed where they were delivered just before, and a page takes the server longer than that', async () => {
      const { direct, sluice, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 1000), carol: idsFrom(1001, 100) }, idleMs: 600_000 })
      const theirs = [...idsFrom(1, 10), ...idsFrom(1001, 100)]
      await direct.call('XCLAIM', [
        KEY,
        GROUP,
        'alice',
        0,
        ...idsFrom(1, 10),
        'IDLE',
        600_000,
        'RETRYCOUNT',
        7,
        'JUSTID',
      ])
      await direct.call('XCLAIM', [KEY, GROUP, 'carol', 0, ...idsFrom(1001, 100), 'RETRYCOUNT', 7, 'JUSTID'])
      // A busy machine may take some milliseconds for the few that are read closely.
      const delivered = await serverTime(direct)
      await expect.poll(() => serverTime(direct)).toBeGreaterThan(delivered + 200)
      // The server's clock after the second page of 1 000: two seconds on.
      const inTwoSeconds = `*2\r\n$10\r\n${Math.floor(Date.now() / 1000) + 2}\r\n$1\r\n0\r\n`
      let isAfterPage = false
      const clockAfterPage = ([name, , , from, , count]: readonly string[]): boolean => {
        if (name === 'XPENDING') isAfterPage = count === '1000' && from !== '-'
        return name === 'TIME' && isAfterPage && !(isAfterPage = false)
      }
      void proxy.fault(clockAfterPage, { kind: 'replace-reply', reply: inTwoSeconds }, 1_000)
      const job = await sluice.recover(ofAll({ minDeliveries: 5 }), claimTo('dave'))
      expect(job).toMatchObject({ state: 'done', done: 110, total: 110, counts: counts({ changed: 110 }) })
      expect(await heldBy(direct, 'dave')).toEqual(theirs)
    })

    test('are few commands’ worth even where few of many match', async () => {
      const { direct, sluice } = world
      await seedMany()
      const before = await callsOf(direct, 'xclaim')
      await sluice.recover(ofAll({ minDeliveries: 5 }), claimTo('dave'))
      expect((await callsOf(direct, 'xclaim')) - before).toBe(2)
    })

    test('go back by an undo to whom they were', async () => {
      const { direct, sluice } = world
      await seedMany()
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofAll({ from: '500-0', to: '2500-0' }), claimTo('dave'))
      expect(job.counts.changed).toBe(2001)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 2001 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('by what is in them are found by their bodies: those that the list shows, and no others', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      await direct.xdel(KEY, '22-0')
      const query = queryOf('n:2 -n=12-0 OR n=7-0')
      const { entries } = await sluice.api.pending.page({
        ...{
          connectionId: sluice.connectionId,
          key: KEY,
          group: GROUP,
          bodies: false,
          count: 100,
          criteria: { query },
        },
      })
      const wanted = idsFrom(1, 30).filter((id) => id === '7-0' || (id.includes('2') && !['12-0', '22-0'].includes(id)))
      expect(entries.map(({ id }) => id)).toEqual(wanted)
      const job = await sluice.recover(ofAll({ query }), claimTo('dave'))
      expect(job.counts.changed).toBe(wanted.length)
      expect(await heldBy(direct, 'dave')).toEqual(wanted)
    })

    test('by being gone from the stream are found, and can be cleaned up by an ack', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30), bob: idsFrom(31, 30) } })
      await direct.xdel(KEY, '3-0', '40-0')
      await direct.call('XTRIM', [KEY, 'MINID', '2-0'])
      const plan = await sluice.plan(ofAll({ presence: 'gone' }), ack)
      expect(plan).toMatchObject({ entries: 3, gone: 3, changes: 3 })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 3 }))
      const left = (await pendingOf(direct)).map(([id]) => id)
      expect(left).toEqual(idsFrom(1, 60).filter((id) => !['1-0', '3-0', '40-0'].includes(id)))
    })

    test('but are delivered again after the plan are left alone, and counted', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const plan = await sluice.plan(ofAll({ minDeliveries: 1 }), claimTo('dave'))
      await direct.call('XCLAIM', [KEY, GROUP, 'erin', 0, '3-0', '4-0'])
      await direct.xack(KEY, GROUP, '5-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', done: 30, total: 30, counts: counts({ changed: 27, leftAlone: 3 }) })
      expect(await heldBy(direct, 'erin')).toEqual(['3-0', '4-0'])
    })

    test('never are entries that came after the plan', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const plan = await sluice.plan(ofAll(), ack)
      await direct.xadd(KEY, '100-0', 'n', '1')
      await direct.call('XREADGROUP', ['GROUP', GROUP, 'erin', 'STREAMS', KEY, '>'])
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 30 }))
      expect(await pendingOf(direct)).toEqual([['100-0', 'erin', '1']])
    })

    test('never come to match by waiting: an idle time is that of the plan’s moment', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.call('XCLAIM', [KEY, GROUP, 'alice', 0, '1-0', 'IDLE', 60_500, 'JUSTID'])
      await direct.call('XCLAIM', [KEY, GROUP, 'alice', 0, '2-0', 'IDLE', 59_000, 'JUSTID'])
      const plan = await sluice.plan(ofAll({ minIdleMs: 60_000 }), claimTo('dave'))
      expect(plan.entries).toBe(1)
      const idle = async () =>
        Number(((await direct.xpending(KEY, GROUP, '2-0', '2-0', 1)) as [[string, string, string]])[0][2])
      await expect.poll(idle, { timeout: 10_000 }).toBeGreaterThan(60_000)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 1 }))
      expect(await heldBy(direct, 'dave')).toEqual(['1-0'])
    })

    test('are none where nothing matches, and the run then sends nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofAll({ minDeliveries: 9 }), ack)
      expect(plan).toMatchObject({ entries: 0, changes: 0, consumers: [], commands: [] })
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ state: 'done', counts: counts({}) })
      expect(await callsOf(direct, 'xack')).toBe(0)
    })

    test('can’t be asked for in a group that isn’t there', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', 'n', '1')
      await expect(sluice.plan(ofAll(), ack)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('stop being looked for when whoever asked leaves', async () => {
      const { direct, proxy, sluice } = world
      await seedMany()
      const abort = new AbortController()
      const { connectionId } = sluice
      const asked = { connectionId, key: KEY, group: GROUP, selection: ofAll(), action: ack }
      const held = holdAt(proxy, (args) => named('XPENDING')(args) && args.length > 4)
      const walk = sluice.api.recovery.planAll(asked, { signal: abort.signal })
      const events = (async () => {
        for await (const event of await walk) if (event.state === 'ready') return event
        return null
      })().catch(() => null)
      await held
      abort.abort()
      proxy.resume()
      expect(await events).toBeNull()
      expect(await callsOf(direct, 'xpending')).toBeLessThan(6)
    })
  })

  describe('a record that stopped before its end', () => {
    test('gives a new plan for what it left undone', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1200) } })
      const plan = await sluice.plan(ofAll({ consumers: ['alice'] }), claimTo('dave'))
      const reached = holdAt(proxy, isClaim, 1)
      const job = await sluice.run(plan)
      await reached
      await sluice.api.job.cancel({ jobId: job.id })
      proxy.resume()
      const stopped = await sluice.finished(job)
      expect(stopped).toMatchObject({ state: 'cancelled', counts: counts({ changed: 500 }) })
      const { connectionId } = sluice
      const { ready } = await walked(sluice.api.recovery.resume({ connectionId, recordId: stopped.recordId }))
      expect(ready.plan).toMatchObject({ entries: 700, changes: 700, action: { to: 'dave' } })
      expect(await sluice.finished(await sluice.run(ready.plan))).toMatchObject({ counts: counts({ changed: 700 }) })
      expect(await heldBy(direct, 'dave')).toEqual(idsFrom(1, 1200))
    })

    test('goes on through another connection to the same server, without a question', async () => {
      const { direct, sluice, redis } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofAll(), ack)
      const { id } = await sluice.api.connection.save({ profile: redis.connection(), secrets: { password: null } })
      await sluice.api.connection.open({ connectionId: id })
      const { ready } = await walked(sluice.api.recovery.resume({ connectionId: id, recordId: job.recordId }))
      expect(ready.plan).toMatchObject({ connectionId: id, entries: 0 })
      expect(ready.plan.doubts ?? []).toEqual([])
    })
  })

  describe('an undo, looked at first', () => {
    test('says what it would give back, and changes nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600), bob: idsFrom(601, 600) } })
      const job = await sluice.recover(ofAll(), claimTo('dave'))
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      await direct.call('XCLAIM', [KEY, GROUP, 'erin', 0, '3-0'])
      await direct.xdel(KEY, '700-0')
      const before = await everything(direct)
      const { connectionId } = sluice
      const { ready, readings } = await walked(sluice.api.recovery.planUndo({ connectionId, recordId: job.recordId }))
      expect(ready.plan).toMatchObject({
        entries: 1196,
        leftAlone: 3,
        gone: 1,
        consumers: [
          { name: 'alice', before: 0, after: 597 },
          { name: 'dave', before: 1197, after: 1 },
          { name: 'bob', before: 0, after: 599 },
        ],
      })
      expect(readings.at(-1)).toMatchObject({ walked: 1200, total: 1200 })
      expect(await everything(direct)).toEqual(before)
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1196, leftAlone: 3, gone: 1 }) })
    })

    test('says so when there is nothing that could be undone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofAll(), ack)
      const undone = await sluice.undo(job)
      const { connectionId } = sluice
      for (const recordId of [job.recordId, undone.recordId]) {
        await expect(walked(sluice.api.recovery.planUndo({ connectionId, recordId }))).rejects.toMatchObject({
          code: 'BAD_INPUT',
        })
      }
    })
  })
})
