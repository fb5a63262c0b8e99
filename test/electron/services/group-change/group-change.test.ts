import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { GroupChange, GroupChangePlan } from '../../../../shared/model/group-change'
import type { Job } from '../../../../shared/model/job'
import {
  callsOf,
  everything,
  holdAt,
  idsFrom,
  named,
  onEveryServer,
  pendingOf,
  seed,
  walked,
  GROUP,
  KEY,
} from '../recovery/recovery-kit'
import { saying, telling } from '../../../helpers/saying'

onEveryServer((world) => {
  const on = (key: Bytes = KEY, group: Bytes = GROUP) => ({ connectionId: world.sluice.connectionId, key, group })
  const plan = (change: GroupChange, key?: Bytes, group?: Bytes): Promise<GroupChangePlan> =>
    world.sluice.api.group.planChange({ ...on(key, group), change })
  const start = ({ id, key, group }: GroupChangePlan): Promise<Job> =>
    world.sluice.api.group.change({ ...on(key, group), planId: id })
  const change = async (what: GroupChange, key?: Bytes, group?: Bytes): Promise<Job> =>
    world.sluice.finished(await start(await plan(what, key, group)))
  const undo = (job: Job): Promise<Job> => world.sluice.undo(job)
  const consumers = async (): Promise<string[]> => {
    const found = await world.sluice.api.group.consumers(on())
    return found.map(({ name }) => (typeof name === 'string' ? name : name.base64)).sort()
  }
  const standing = async () => {
    const [group] = await world.sluice.api.group.list({
      connectionId: world.sluice.connectionId,
      key: KEY,
      countLag: true,
    })
    return group
  }
  /** Ten entries, five delivered to alice. */
  async function half(): Promise<void> {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5) } })
    for (const id of idsFrom(6, 5)) await direct.xadd(KEY, id, 'n', id)
  }

  describe('a consumer', () => {
    test('that holds nothing is removed, and made again by an undo', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      await world.direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
      const job = await change({ kind: 'remove consumer', consumer: 'idler' })
      expect(job).toMatchObject({ kind: 'remove consumer', state: 'done', counts: { changed: 1 }, undoable: true })
      expect(await consumers()).toEqual(['alice'])
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await consumers()).toEqual(['alice', 'idler'])
    })

    test('that holds something is not: the plan says why, and its run refuses', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      const made = await plan({ kind: 'remove consumer', consumer: 'alice' })
      expect(made.blocked).toEqual(saying('3 pending'))
      await expect(start(made)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      expect(await pendingOf(world.direct)).toHaveLength(3)
      expect(await callsOf(world.direct, 'eval')).toBe(0)
    })

    test('that was delivered something since the plan is left as it is', async () => {
      await half()
      await world.direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
      const made = await plan({ kind: 'remove consumer', consumer: 'idler' })
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'idler', 'COUNT', '2', 'STREAMS', KEY, '>')
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ state: 'failed', counts: { changed: 0 }, undoable: false })
      expect(job.error).toEqual(telling('2 are pending'))
      expect(await pendingOf(world.direct)).toHaveLength(7)
    })

    test('that is not there can’t be removed', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      await expect(plan({ kind: 'remove consumer', consumer: 'nobody' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { what: 'consumer', name: 'nobody' },
      })
    })

    test('of any bytes is made and removed', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 1) } })
      const consumer = { base64: Buffer.from([0xff, 0, 10]).toString('base64') }
      expect(await world.sluice.api.group.createConsumer({ ...on(), consumer })).toMatchObject({ isNew: true })
      expect(await world.sluice.api.group.createConsumer({ ...on(), consumer })).toMatchObject({ isNew: false })
      expect(await consumers()).toContain(consumer.base64)
      expect(await change({ kind: 'remove consumer', consumer })).toMatchObject({ state: 'done' })
      expect(await consumers()).toEqual(['alice'])
    })
  })

  describe('a group’s id', () => {
    test('set back says how many come once more, and by an undo stands as before', async () => {
      await half()
      const before = await standing()
      const made = await plan({ kind: 'set id', to: '2-0' })
      expect(made).toMatchObject({
        before: { lastDeliveredId: '5-0', lag: { value: 5 }, pending: 5 },
        after: { lastDeliveredId: '2-0', lag: { value: 8, kind: 'exact' } },
        delivers: { value: 3, kind: 'exact' },
        skips: { value: 0 },
        blocked: null,
      })
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ kind: 'set id', state: 'done' })
      expect(await standing()).toMatchObject({ lastDeliveredId: '2-0', lag: { value: 8 } })
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await standing()).toEqual(before)
    })

    test('set to $ says how many are skipped', async () => {
      await half()
      const made = await plan({ kind: 'set id', to: '$' })
      expect(made).toMatchObject({
        after: { lastDeliveredId: '10-0', lag: { value: 0 } },
        skips: { value: 5, kind: 'exact' },
        delivers: { value: 0 },
      })
      expect(await world.sluice.finished(await start(made))).toMatchObject({ state: 'done' })
      expect(await standing()).toMatchObject({ lastDeliveredId: '10-0' })
    })

    test('set beyond the stream says that what is added next is not delivered', async () => {
      await half()
      expect(await plan({ kind: 'set id', to: '10-1' })).toMatchObject({ after: { beyondEnd: '10-0' } })
      expect(await plan({ kind: 'set id', to: '10-0' })).toMatchObject({ after: { beyondEnd: null } })
      const made = await plan({ kind: 'set id', to: '99-0' })
      await world.sluice.finished(await start(made))
      expect(await plan({ kind: 'set id', to: '$' })).toMatchObject({
        before: { lastDeliveredId: '99-0', beyondEnd: '10-0' },
        after: { beyondEnd: null },
      })
    })

    test('set to $ skips no entry that came after the plan', async () => {
      await half()
      const made = await plan({ kind: 'set id', to: '$' })
      await world.direct.xadd(KEY, '11-0', 'n', '11')
      await world.sluice.finished(await start(made))
      expect(await standing()).toMatchObject({ lastDeliveredId: '10-0', lag: { value: 1 } })
    })

    test('is set with the entries that lie before it, where asked for: the server itself then tells the lag', async () => {
      await half()
      for (const [to, read] of [
        ['2-0', 2],
        ['0-0', 0],
        ['$', 10],
        ['7-5', 7],
      ] as const) {
        const made = await plan({ kind: 'set id', to, countRead: true })
        expect(made).toMatchObject({ after: { entriesRead: read, lag: { value: 10 - read } } })
        expect(made.commands[0]).toMatch(new RegExp(` ENTRIESREAD ${read}$`))
        expect(await world.sluice.finished(await start(made))).toMatchObject({ state: 'done' })
        expect(await standing()).toMatchObject({ entriesRead: read, lag: { value: 10 - read } })
      }
    })

    test('is counted right where entries were trimmed away', async () => {
      await half()
      await world.direct.xtrim(KEY, 'MINID', '4-0')
      const made = await plan({ kind: 'set id', to: '0-0', countRead: true })
      expect(made).toMatchObject({ after: { entriesRead: 3, lag: { value: 7 } } })
    })

    test('is set without them where there are too many to count', async () => {
      await half()
      await world.direct.eval("for i = 11, 10013 do redis.call('XADD', KEYS[1], i .. '-0', 'n', i) end", 1, KEY)
      const made = await plan({ kind: 'set id', to: '2-0', countRead: true })
      expect(made).toMatchObject({ after: { entriesRead: null }, commands: [`XGROUP SETID ${KEY} ${GROUP} 2-0`] })
    })

    test('set back stays where it stands when the group has read on since the preview, unless that was chosen', async () => {
      const { direct } = world
      await half()
      const [shown, included] = [
        await plan({ kind: 'set id', to: '2-0' }),
        await plan({ kind: 'set id', to: '2-0', readsOn: true }),
      ]
      expect(shown).toMatchObject({ delivers: { value: 3, kind: 'exact' } })
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', '4', 'STREAMS', KEY, '>')
      const job = await world.sluice.finished(await start(shown))
      expect(job).toMatchObject({ state: 'failed', counts: { changed: 0 }, undoable: false })
      expect(job.error).toEqual(telling('has read on to 9-0 since the preview'))
      expect(await standing()).toMatchObject({ lastDeliveredId: '9-0' })
      expect(await world.sluice.finished(await start(included))).toMatchObject({
        state: 'done',
        counts: { changed: 1 },
      })
      expect(await standing()).toMatchObject({ lastDeliveredId: '2-0' })
    })

    test('is not set back again once the group has read on', async () => {
      await half()
      const job = await change({ kind: 'set id', to: '2-0' })
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', '1', 'STREAMS', KEY, '>')
      const undone = await undo(job)
      expect(undone).toMatchObject({ state: 'failed' })
      expect(undone.error).toEqual(telling('read on'))
      expect(await standing()).toMatchObject({ lastDeliveredId: '3-0' })
    })

    test('set to $ never goes back where the group has read past it since the plan', async () => {
      await half()
      const made = await plan({ kind: 'set id', to: '$' })
      await world.direct.xadd(KEY, '11-0', 'n', '11')
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ state: 'failed', counts: { changed: 0 }, undoable: false })
      expect(job.error).toEqual(telling('has read on to 11-0'))
      expect(await standing()).toMatchObject({ lastDeliveredId: '11-0' })
    })

    test('is set back by an undo to where it stood at the run, not at the plan', async () => {
      await half()
      const made = await plan({ kind: 'set id', to: '$' })
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', '3', 'STREAMS', KEY, '>')
      const before = await standing()
      const job = await world.sluice.finished(await start(made))
      expect(await standing()).toMatchObject({ lastDeliveredId: '10-0' })
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await standing()).toEqual(before)
    })

    test('is set back by an undo to where it stood in that very moment', async () => {
      await half()
      const { direct, proxy, sluice } = world
      const made = await plan({ kind: 'set id', to: '$' })
      // Asked just before the record is begun, after the group was looked at.
      const reached = holdAt(proxy, named('INFO'))
      const starting = start(made)
      await reached
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', '3', 'STREAMS', KEY, '>')
      proxy.resume()
      const job = await sluice.finished(await starting)
      expect(job).toMatchObject({ state: 'done' })
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await standing()).toMatchObject({ lastDeliveredId: '8-0' })
    })

    test('compares ids by number: 9-0 lies before 10-0, and 10-2 before 10-10', async () => {
      await half()
      await world.direct.xadd(KEY, '10-10', 'n', 'last')
      const made = await plan({ kind: 'set id', to: '10-2' })
      await world.direct.xgroup('SETID', KEY, GROUP, '9-0')
      expect(await world.sluice.finished(await start(made))).toMatchObject({ state: 'done' })
      const again = await plan({ kind: 'set id', to: '10-5' })
      await world.direct.xgroup('SETID', KEY, GROUP, '10-10')
      expect(await world.sluice.finished(await start(again))).toMatchObject({ state: 'failed' })
      expect(await standing()).toMatchObject({ lastDeliveredId: '10-10' })
    })

    test('can’t be set in a group that isn’t there', async () => {
      await half()
      await expect(plan({ kind: 'set id', to: '$' }, KEY, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(plan({ kind: 'set id', to: '$' }, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })

  describe('a new group', () => {
    const create = (group: string, more: { start: string; countRead?: boolean; key?: string }) =>
      world.sluice.api.group.create({ ...on(more.key, group), mkstream: more.key !== undefined, ...more })
    const made = async (group: string) => {
      const groups = await world.sluice.api.group.list({ ...on(), countLag: false })
      return groups.find(({ name }) => name === group)
    }

    test('is told how many entries lie before it, where asked for', async () => {
      await half()
      await create('from-start', { start: '0-0', countRead: true })
      await create('from-six', { start: '6-0', countRead: true })
      await create('from-end', { start: '$', countRead: true })
      await create('untold', { start: '6-0' })
      expect(await made('from-start')).toMatchObject({ entriesRead: 0 })
      expect(await made('from-six')).toMatchObject({ entriesRead: 6, lastDeliveredId: '6-0' })
      expect(await made('from-end')).toMatchObject({ entriesRead: 10, lastDeliveredId: '10-0' })
      expect(await made('untold')).toMatchObject({ entriesRead: null })
    })

    test('begins with its stream where there is none, though nothing can be counted', async () => {
      await create('first', { key: 'fresh', start: '$', countRead: true })
      expect(String(await world.direct.exists('fresh'))).toBe('1')
    })

    test('that is there already is not made again, and stands as it stood', async () => {
      await half()
      const before = await standing()
      await expect(create(GROUP, { start: '0-0', countRead: true })).rejects.toMatchObject({
        code: 'REDIS',
        data: { prefix: 'BUSYGROUP' },
      })
      expect(await standing()).toEqual(before)
    })
  })

  describe('a group', () => {
    test('is made again where it stood at the run, not at the plan', async () => {
      await half()
      const made = await plan({ kind: 'destroy group' })
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', '3', 'STREAMS', KEY, '>')
      await world.direct.xack(KEY, GROUP, ...idsFrom(6, 3))
      const [pending, before] = [await pendingOf(world.direct), await standing()]
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 6 } })
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await pendingOf(world.direct)).toEqual(pending)
      expect(await standing()).toMatchObject({ lastDeliveredId: before?.lastDeliveredId, lag: before?.lag })
    })

    test('is destroyed with all that was pending, and made again as it was', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 700), bob: idsFrom(701, 500) } })
      await world.direct.call('XCLAIM', [KEY, GROUP, 'bob', 0, '3-0', 'RETRYCOUNT', 12, 'JUSTID'])
      for (const id of idsFrom(2000, 4)) await world.direct.xadd(KEY, id, 'n', id)
      await world.direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
      const [pending, before] = [await pendingOf(world.direct), await standing()]
      const made = await plan({ kind: 'destroy group' })
      expect(made).toMatchObject({ after: null, skips: { value: 4, kind: 'exact' }, before: { pending: 1200 } })
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ kind: 'destroy group', state: 'done', counts: { changed: 1201 } })
      expect(await standing()).toBeUndefined()
      const asked = { connectionId: on().connectionId, recordId: job.recordId }
      const { ready } = await walked(world.sluice.api.recovery.planUndo(asked))
      expect(ready.plan).toMatchObject({ entries: 1200, instead: saying('Makes the group again') })
      expect(await undo(job)).toMatchObject({ state: 'done' })
      expect(await pendingOf(world.direct)).toEqual(pending)
      expect(await standing()).toEqual(before)
      expect(await consumers()).toEqual(['alice', 'bob', 'idler'])
    })

    test('is not destroyed by looking at what it would mean', async () => {
      await half()
      const before = await everything(world.direct)
      await plan({ kind: 'destroy group' })
      await plan({ kind: 'set id', to: '0-0' })
      await plan({ kind: 'remove consumer', consumer: 'alice' })
      expect(await everything(world.direct)).toEqual(before)
    })

    test('that goes on reading while it is emptied loses nothing unseen: what came last is acked too, and comes back', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 600) } })
      for (const id of idsFrom(1000, 2)) await world.direct.xadd(KEY, id, 'n', id)
      const made = await plan({ kind: 'destroy group' })
      const held = holdAt(world.proxy, named('EVAL'))
      const job = await start(made)
      await held
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'late', 'STREAMS', KEY, '>')
      world.proxy.resume()
      const ended = await world.sluice.finished(job)
      expect(ended).toMatchObject({ state: 'done', counts: { changed: 603 } })
      await undo(ended)
      const late = (await pendingOf(world.direct)).filter(([, consumer]) => consumer === 'late')
      expect(late.map(([id]) => id)).toEqual(['1000-0', '1001-0'])
    })

    test.each([
      ['since it was planned', false, 0],
      ['in the midst', true, 400],
    ])(
      'that was given much more than was shown, %s, is not destroyed; looked at anew, it is',
      async (_, midst, acked) => {
        const { direct, proxy, sluice } = world
        await seed(direct, { held: { alice: idsFrom(1, 400) } })
        for (const id of idsFrom(1000, 401)) await direct.xadd(KEY, id, 'n', id)
        const readOn = () => direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
        const made = await plan({ kind: 'destroy group' })
        expect(made).toMatchObject({ acks: 800, before: { pending: 400 } })
        const stale = { code: 'STALE_PLAN', data: { problem: { code: 'group-change.more-held' } } }
        if (midst) {
          const held = holdAt(proxy, named('EVAL'))
          const job = await start(made)
          await held
          await readOn()
          proxy.resume()
          const stopped = await sluice.finished(job)
          expect(stopped).toMatchObject({ state: 'failed', error: stale, counts: { changed: acked } })
          await undo(stopped)
        } else {
          await readOn()
          await expect(start(made)).rejects.toMatchObject(stale)
        }
        expect(await pendingOf(direct)).toHaveLength(801)
        const job = await sluice.finished(await start(await plan({ kind: 'destroy group' })))
        expect(job).toMatchObject({ state: 'done', counts: { changed: 802 } })
      },
    )

    test('says how many of its pending entries are gone, and is not destroyed once there are more', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      await direct.xdel(KEY, '1-0', '2-0')
      const made = await plan({ kind: 'destroy group' })
      expect(made).toMatchObject({ gone: 2, before: { pending: 20 } })
      await direct.xtrim(KEY, 'MAXLEN', 10)
      const stopped = await world.sluice.finished(await start(made))
      expect(stopped).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' }, counts: { changed: 0 } })
      expect(await pendingOf(direct)).toHaveLength(20)
      const again = await plan({ kind: 'destroy group' })
      expect(again).toMatchObject({ gone: 10 })
      const job = await world.sluice.finished(await start(again))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 21 } })
      expect(await undo(job)).toMatchObject({ state: 'done', counts: { gone: 10 } })
      expect(await pendingOf(direct)).toHaveLength(10)
    })

    test('whose destruction was cancelled is given back what was acked so far', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 1300) } })
      const pending = await pendingOf(world.direct)
      const held = holdAt(world.proxy, named('EVAL'))
      const job = await start(await plan({ kind: 'destroy group' }))
      await held
      await world.sluice.api.job.cancel({ jobId: job.id })
      world.proxy.resume()
      const ended = await world.sluice.finished(job)
      expect(ended).toMatchObject({ state: 'cancelled', counts: { changed: 500 } })
      expect(await undo(ended)).toMatchObject({ state: 'done' })
      expect(await pendingOf(world.direct)).toEqual(pending)
    })

    test('whose lost reply is read back is known to be gone, and nothing is sent twice', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      const made = await plan({ kind: 'destroy group' })
      const destroys = ([command, lua = '']: readonly string[]) => command === 'EVAL' && lua.includes('DESTROY')
      void world.proxy.fault(destroys, { kind: 'cut-before-reply' }, 1)
      const job = await world.sluice.finished(await start(made))
      expect(job).toMatchObject({ state: 'interrupted', counts: { changed: 4, unknown: 0 } })
      expect(await callsOf(world.direct, 'eval')).toBe(2)
      expect(await standing()).toBeUndefined()
    })

    test('is not changed by a plan that was made for another one', async () => {
      await half()
      await world.direct.xgroup('CREATE', KEY, 'other', '0')
      const made = await plan({ kind: 'destroy group' })
      const { api } = world.sluice
      await expect(api.group.change({ ...on(KEY, 'other'), planId: made.id })).rejects.toMatchObject({
        code: 'STALE_PLAN',
      })
      await expect(api.group.change({ ...on(), planId: 'none' })).rejects.toMatchObject({ code: 'STALE_PLAN' })
      expect(
        await world.sluice.api.group.list({ connectionId: on().connectionId, key: KEY, countLag: false }),
      ).toHaveLength(2)
    })

    test('is not undone twice', async () => {
      await half()
      const job = await change({ kind: 'set id', to: '2-0' })
      await undo(job)
      await expect(undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })
  })
})
