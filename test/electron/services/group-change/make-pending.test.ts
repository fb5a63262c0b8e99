import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroupChange, GroupChangePlan } from '../../../../shared/model/group-change'
import type { Job } from '../../../../shared/model/job'
import { saying } from '../../../helpers/saying'
import { longer } from '../../../helpers/soak'
import { openAs } from '../recovery/limited-user'
import {
  callsOf,
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from '../recovery/recovery-kit'

type MakePending = Extract<GroupChange, { kind: 'make pending' }>
const makes = (ids: readonly string[], consumer: MakePending['consumer'] = 'bob'): MakePending => ({
  kind: 'make pending',
  consumer,
  ids: [...ids],
})

onEveryServer((world) => {
  const on = (sluice: Sluice) => ({ connectionId: sluice.connectionId, key: KEY, group: GROUP })
  const plan = (change: MakePending, sluice = world.sluice): Promise<GroupChangePlan> =>
    sluice.api.group.planChange({ ...on(sluice), change })
  const run = async ({ id: planId }: Pick<GroupChangePlan, 'id'>, sluice = world.sluice): Promise<Job> =>
    sluice.finished(await sluice.api.group.change({ ...on(sluice), planId }))
  const make = async (change: MakePending): Promise<Job> => run(await plan(change))
  /** Ten entries; the five that were given to alice went with her. */
  async function loseAlice(): Promise<void> {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 2) } })
    await direct.xadd(KEY, '8-0', 'n', 'unread')
    await direct.call('XGROUP', 'DELCONSUMER', KEY, GROUP, 'alice')
  }

  describe('entries that were lost with their consumer', () => {
    test('are pending again with whom was named, as delivered once', async () => {
      await loseAlice()
      const claims = await callsOf(world.direct, 'xclaim')
      const made = await plan(makes(['3-0', '1-0', '3-0'], 'carol'))
      expect(made).toMatchObject({
        change: { ids: ['1-0', '3-0'] },
        made: { entries: 2, pending: 0, unread: 0, gone: 0 },
        before: { pending: 2, consumers: 1 },
        after: { pending: 4, consumers: 2 },
        blocked: null,
      })
      expect(await callsOf(world.direct, 'xclaim')).toBe(claims)
      expect(await run(made)).toMatchObject({ kind: 'make pending', state: 'done', counts: counts({ changed: 2 }) })
      expect((await pendingOf(world.direct)).filter(([, who]) => who === 'carol')).toEqual([
        ['1-0', 'carol', '1'],
        ['3-0', 'carol', '1'],
      ])
    })

    test('are got by a worker that reads its own pending list, and acked', async () => {
      await loseAlice()
      await make(makes(idsFrom(1, 5)))
      const { direct } = world
      const reply = await direct.xreadgroup('GROUP', GROUP, 'bob', 'STREAMS', KEY, '0')
      const [[, entries]] = reply as [[string, [string, string[]][]]]
      expect(entries.map(([id]) => id)).toEqual(idsFrom(1, 7))
      expect(String(await direct.xack(KEY, GROUP, ...idsFrom(1, 7)))).toBe('7')
    })

    test('an undo acks again, and leaves alone what was given once more, moved on, or acked', async () => {
      await loseAlice()
      const { direct, sluice } = world
      const before = await pendingOf(direct)
      const job = await make(makes(idsFrom(1, 5), 'carol'))
      await direct.xack(KEY, GROUP, '1-0')
      await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, '2-0', 'JUSTID')
      await direct.call('XCLAIM', KEY, GROUP, 'carol', 0, '3-0')
      const back = await sluice.undo(job)
      expect(back).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 3 }) })
      const left = (await pendingOf(direct)).filter(([, who]) => who !== 'bob')
      expect(left).toEqual([
        ['2-0', 'dave', '1'],
        ['3-0', 'carol', '2'],
      ])
      expect((await pendingOf(direct)).filter(([, who]) => who === 'bob')).toEqual(before)
    })

    test('the preview of the undo says what it would ack, of whom', async () => {
      await loseAlice()
      const { sluice } = world
      const job = await make(makes(idsFrom(1, 3), 'carol'))
      await world.direct.xack(KEY, GROUP, '1-0')
      const { recordId } = job
      let told: unknown = null
      for await (const step of await sluice.api.recovery.planUndo({ connectionId: sluice.connectionId, recordId }))
        if (step.state === 'ready') told = step.plan
      expect(told).toMatchObject({
        entries: 2,
        leftAlone: 1,
        consumers: [{ name: 'carol', before: 2, after: 0 }],
        acks: true,
      })
    })
  })

  describe('what is not lost is not made pending', () => {
    test('of what is pending, not delivered yet or gone, none', async () => {
      await loseAlice()
      await world.direct.xdel(KEY, '2-0')
      const made = await plan(makes(['2-0', '3-7', '6-0', '8-0', '99-0']))
      expect(made).toMatchObject({ made: { entries: 0, pending: 1, unread: 1, gone: 3 }, commands: [] })
      expect(made.blocked).toEqual(saying('1 is pending, 1 was not delivered to this group yet, 3 are not in'))
      await expect(run(made)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'change' } })
      expect(await pendingOf(world.direct)).toHaveLength(2)
    })

    test('nor what was not so when it was looked at: only what was shown is done', async () => {
      await loseAlice()
      const made = await plan(makes(['1-0', '6-0']))
      expect(made).toMatchObject({ change: { ids: ['1-0'] }, made: { entries: 1, pending: 1 } })
      await world.direct.xack(KEY, GROUP, '6-0')
      expect(await run(made)).toMatchObject({ counts: counts({ changed: 1 }) })
      expect(await heldBy(world.direct, 'bob')).toEqual(['1-0', '7-0'])
    })

    test('nor what has become pending, was deleted, or is to be delivered by the run', async () => {
      await loseAlice()
      const { direct } = world
      const made = await plan(makes(idsFrom(1, 5)))
      await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, '1-0', 'FORCE', 'JUSTID')
      await direct.xdel(KEY, '2-0')
      await direct.call('XGROUP', 'SETID', KEY, GROUP, '4-0')
      expect(await run(made)).toMatchObject({ state: 'done', counts: counts({ changed: 2, leftAlone: 3 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['3-0', '4-0', '6-0', '7-0'])
      expect(await heldBy(direct, 'dave')).toEqual(['1-0'])
    })

    test('nor what becomes so in the moment before the command', async () => {
      await loseAlice()
      const { direct, proxy, sluice } = world
      const made = await plan(makes(idsFrom(1, 2)))
      const atLook = holdAt(proxy, named('XPENDING'))
      const job = sluice.api.group.change({ ...on(sluice), planId: made.id })
      await atLook
      await direct.call('XCLAIM', KEY, GROUP, 'dave', 0, '1-0', 'FORCE', 'JUSTID')
      proxy.resume()
      expect(await sluice.finished(await job)).toMatchObject({ counts: counts({ changed: 1, leftAlone: 1 }) })
      expect(await heldBy(direct, 'dave')).toEqual(['1-0'])
    })

    test('whatever was asked for, in random states', async () => {
      const { direct } = world
      const some = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(some, some, some, async (acked, deleted, asked) => {
          await direct.flushall()
          await seed(direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 4) } })
          for (const id of idsFrom(10, 3)) await direct.xadd(KEY, id, 'n', 'unread')
          await direct.call('XGROUP', 'DELCONSUMER', KEY, GROUP, 'alice')
          const ids = (all: readonly number[]) => all.map((at) => `${at}-0`)
          if (acked.length > 0) await direct.xack(KEY, GROUP, ...ids(acked))
          if (deleted.length > 0) await direct.xdel(KEY, ...ids(deleted))
          if (asked.length === 0) return
          const before = await pendingOf(direct)
          const made = await plan(makes(ids(asked), 'zoe'))
          const held = new Set(before.map(([id]) => id))
          const wanted = ids(asked)
            .filter((id) => parseInt(id) < 10 && !held.has(id) && !deleted.includes(parseInt(id)))
            .sort((a, b) => parseInt(a) - parseInt(b))
          expect(made.made?.entries).toBe(wanted.length)
          if (wanted.length === 0) {
            expect(made.blocked).not.toBeNull()
            return
          }
          const job = await run(made)
          expect(job).toMatchObject({ state: 'done', counts: counts({ changed: wanted.length }) })
          expect(await heldBy(direct, 'zoe')).toEqual(wanted)
          expect((await pendingOf(direct)).filter(([, who]) => who !== 'zoe')).toEqual(before)
          await world.sluice.undo(job)
          expect(await pendingOf(direct)).toEqual(before)
        }),
        { numRuns: longer(15) },
      )
    })
  })

  describe('what can’t be done', () => {
    test.each([
      ['no ids', []],
      ['what is no id', ['soon']],
      ['more than one command carries', idsFrom(1, 501)],
    ])('is refused: %s', async (_what, ids) => {
      await loseAlice()
      await expect(plan(makes(ids))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('is told of a group that is not there', async () => {
      const { direct } = world
      await direct.xadd(KEY, '1-0', 'n', '1')
      await expect(plan(makes(['1-0']))).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'group' } })
    })

    test('a group made anew since is not touched', async () => {
      await loseAlice()
      const { direct } = world
      const made = await plan(makes(idsFrom(1, 5)))
      await direct.xgroup('DESTROY', KEY, GROUP)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      expect(await run(made)).toMatchObject({ counts: counts({ leftAlone: 5 }) })
      expect(await pendingOf(direct)).toEqual([])
    })

    test('a user without XCLAIM is told before', async () => {
      await loseAlice()
      const sluice = await openAs(world, '-xclaim')
      await expect(plan(makes(['1-0']), sluice)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        data: { feature: 'xclaim' },
      })
    })

    test('without scripts its undo looks and acks one by one', async () => {
      await loseAlice()
      const sluice = await openAs(world, '-eval')
      const job = await run(await plan(makes(idsFrom(1, 5), 'carol'), sluice), sluice)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      expect(await callsOf(world.direct, 'xack')).toBe(5)
    })

    test('a reply that is lost is read back, and what was made is undone', async () => {
      await loseAlice()
      const { direct, proxy, sluice } = world
      const made = await plan(makes(idsFrom(1, 5), 'carol'))
      void proxy.fault('XCLAIM', { kind: 'cut-before-reply' })
      const job = await run(made)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 5 }), undoable: true })
      expect(await heldBy(direct, 'carol')).toEqual(idsFrom(1, 5))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 5 }) })
      expect(await heldBy(direct, 'carol')).toEqual([])
    })
  })

  test('names of any bytes get entries, too', async () => {
    await loseAlice()
    const consumer = { base64: Buffer.from([0xff, 0, 10, 32]).toString('base64') }
    await make(makes(['2-0'], consumer))
    expect(await heldBy(world.direct, consumer)).toEqual(['2-0'])
  })
})
