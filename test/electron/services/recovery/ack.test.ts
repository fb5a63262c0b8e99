import { describe, expect, test } from 'vitest'
import {
  ack,
  callsOf,
  counts,
  executed,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
} from './recovery-kit'

onEveryServer((world) => {
  describe('an ack', () => {
    test('of ticked entries ends these and no others', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 5) } })
      const job = await sluice.recover(ofIds(['7-0', '2-0', '3-0', '2-0']), ack)
      expect(job).toMatchObject({ kind: 'ack', state: 'done', to: null, total: 3, counts: counts({ changed: 3 }) })
      expect((await pendingOf(direct)).map(([id]) => id)).toEqual([
        ...['1-0', '4-0', '5-0', '6-0'],
        ...['8-0', '9-0', '10-0'],
      ])
    })

    test('of all that a consumer holds leaves the others’ alone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_100), bob: idsFrom(2_000, 2) } })
      const job = await sluice.recover(ofConsumer('alice'), ack)
      expect(job).toMatchObject({ state: 'done', done: 1_100, counts: counts({ changed: 1_100 }) })
      expect(await pendingOf(direct)).toEqual([
        ['2000-0', 'bob', '1'],
        ['2001-0', 'bob', '1'],
      ])
    })

    test('takes entries gone from the stream as well', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await direct.xdel(KEY, '2-0')
      const job = await sluice.recover(ofConsumer('alice'), ack)
      expect(job).toMatchObject({ counts: counts({ changed: 4 }) })
      expect(await pendingOf(direct)).toEqual([])
    })

    test('leaves alone and counts what moved between plan and run', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6) } })
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      await direct.xack(KEY, GROUP, '1-0')
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '2')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', done: 6, counts: counts({ changed: 3, leftAlone: 3 }) })
      expect(await pendingOf(direct)).toEqual([
        ['2-0', 'bob', '1'],
        ['3-0', 'alice', '2'],
      ])
    })

    test('counts what the consumer itself acked just before us, and an undo does not bring that back', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      const read = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'))
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xpending', read + 1)
      await direct.xack(KEY, GROUP, '3-0', '4-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 8, leftAlone: 2 }) })
      expect(await pendingOf(direct)).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ total: 8, counts: counts({ changed: 8 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['1-0', '2-0', ...idsFrom(5, 6)])
    })

    test('where the group vanishes just before it acks nothing, and says so', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      const read = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'))
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xpending', read + 1)
      await direct.xgroup('DESTROY', KEY, GROUP)
      proxy.resume()
      const gone = { code: 'NOT_FOUND', data: { what: 'group', name: GROUP } }
      expect(await sluice.finished(running)).toMatchObject({ state: 'failed', counts: counts({}), error: gone })
    })

    test('sends each entry once', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      await sluice.recover(ofConsumer('alice'), ack)
      expect([await callsOf(direct, 'eval'), await callsOf(direct, 'xack')]).toEqual([3, 3])
    })
  })

  describe('undoing an ack', () => {
    test('makes the entries pending again, with owner and delivery count', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4), bob: idsFrom(5, 3), carol: idsFrom(8, 1) } })
      await direct.xclaim(KEY, GROUP, 'alice', 0, '2-0', 'RETRYCOUNT', 20, 'JUSTID')
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '6-0', 'RETRYCOUNT', '9007199254740993', 'JUSTID')
      await direct.xclaim(KEY, GROUP, 'alice', 0, '3-0', 'RETRYCOUNT', 0, 'JUSTID')
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofIds(idsFrom(1, 7)), ack)
      expect(await pendingOf(direct)).toEqual([['8-0', 'carol', '1']])
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ kind: 'undo', state: 'done', total: 7, counts: counts({ changed: 7 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('leaves out what is gone from the stream, and what is pending again', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6) } })
      const job = await sluice.recover(ofConsumer('alice'), ack)
      await direct.xdel(KEY, '1-0', '4-0')
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '2-0', 'FORCE', 'RETRYCOUNT', 9, 'JUSTID')
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '3-0', 'FORCE', 'RETRYCOUNT', 5, 'JUSTID')
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'done', counts: counts({ changed: 2, gone: 2, leftAlone: 2 }) })
      expect(await pendingOf(direct)).toEqual([
        ['2-0', 'bob', '9'],
        ['3-0', 'alice', '5'],
        ['5-0', 'alice', '1'],
        ['6-0', 'alice', '1'],
      ])
    })

    test('leaves alone what becomes pending while it works, though it sends FORCE', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const job = await sluice.recover(ofConsumer('alice'), ack)
      const before = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'))
      const { connectionId } = sluice
      const undo = await sluice.api.recovery.undo({ connectionId, recordId: job.recordId })
      await held
      await executed(direct, 'xpending', before + 4) // few ids are looked up one by one
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '2-0', 'FORCE', 'IDLE', 900_000, 'RETRYCOUNT', 9, 'JUSTID')
      proxy.resume()
      expect(await sluice.finished(undo)).toMatchObject({ counts: counts({ changed: 3, leftAlone: 1 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['2-0'])
    })

    test('twice, or of itself, is refused', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2) } })
      const job = await sluice.recover(ofConsumer('alice'), ack)
      const undone = await sluice.undo(job)
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      await expect(sluice.undo(undone)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('changes nothing else of the group: what was delivered last, what was read, the lag', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await direct.xadd(KEY, '99-0', 'n', '99')
      const group = async () => (await direct.xinfo('GROUPS', KEY)) as unknown[]
      const before = await group()
      const job = await sluice.recover(ofConsumer('alice'), ack)
      await sluice.undo(job)
      expect(await group()).toEqual(before)
    })
  })
})
