import { describe, expect, test } from 'vitest'
import {
  callsOf,
  claimTo,
  counts,
  everything,
  heldBy,
  idsFrom,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  KEY,
  GROUP,
} from './recovery-kit'
import { serverClock } from '../../../helpers/server-clock'
import { isClaim, xclaimsOf } from '../../../helpers/is-claim'

onEveryServer((world) => {
  describe('a claim', () => {
    test('of all that a consumer holds leaves delivery counts as they are, and everyone else alone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 3), carol: idsFrom(9, 2) } })
      await direct.xclaim(KEY, GROUP, 'alice', 0, '2-0', 'RETRYCOUNT', 7, 'JUSTID')
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(job).toMatchObject({ state: 'done', done: 5, total: 5, to: 'bob', counts: counts({ changed: 5 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'bob', '1'],
        ['2-0', 'bob', '7'],
        ['3-0', 'bob', '1'],
        ['4-0', 'bob', '1'],
        ['5-0', 'bob', '1'],
        ['6-0', 'bob', '1'],
        ['7-0', 'bob', '1'],
        ['8-0', 'bob', '1'],
        ['9-0', 'carol', '1'],
        ['10-0', 'carol', '1'],
      ])
    })

    test('of ticked entries takes these and no others, in any order and however often they are named', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30), bob: idsFrom(31, 30) }, idleMs: 600_000 })
      const seeding = await callsOf(direct, 'xclaim')
      const job = await sluice.recover(ofIds(['45-0', '9-0', '10-0', '9-0', '2-0', '45-0']), claimTo('carol'))
      expect(job).toMatchObject({ state: 'done', total: 4, counts: counts({ changed: 4 }) })
      expect(await heldBy(direct, 'carol')).toEqual(['2-0', '9-0', '10-0', '45-0'])
      expect((await callsOf(direct, 'xclaim')) - seeding).toBe(1)
    })

    test('sends no entry bodies: every claim asks for ids only', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      const sent: (readonly string[])[] = []
      void proxy.fault((args) => isClaim(args) && sent.push(args) < 0, { kind: 'delay', ms: 0 })
      await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(sent.length).toBeGreaterThanOrEqual(2)
      for (const args of sent) {
        const [claim = [], ...more] = xclaimsOf(args)
        expect(more).toEqual([])
        expect(claim.at(-1)).toBe('JUSTID')
        expect(claim.length - 6).toBeLessThanOrEqual(250)
        expect(claim).not.toContain('FORCE')
      }
      expect(sent.flatMap(xclaimsOf).flatMap((claim) => claim.slice(5, -1))).toEqual(idsFrom(1, 700))
    })

    test('creates a consumer that is not there yet', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      await sluice.recover(ofConsumer('alice'), claimTo('never seen'))
      expect(await pendingOf(direct)).toEqual([['1-0', 'never seen', '1']])
    })

    test('leaves out what the target holds already, without touching its idle time', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'], bob: ['2-0', '3-0'] } })
      const before = await direct.xpending(KEY, GROUP, '2-0', '3-0', 9)
      const job = await sluice.recover(ofIds(['1-0', '2-0', '3-0']), claimTo('bob'))
      expect(job).toMatchObject({ state: 'done', done: 3, counts: counts({ changed: 1, leftAlone: 2 }) })
      const after = await direct.xpending(KEY, GROUP, '2-0', '3-0', 9)
      const idleOf = (rows: unknown[]) => rows.map((row) => Number((row as unknown[])[2]))
      idleOf(after).forEach((idle, at) => expect(idle).toBeGreaterThanOrEqual(idleOf(before)[at] ?? 0))
    })

    test('of everything for its own holder changes nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const before = await everything(direct)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('alice'))
      expect(job).toMatchObject({ state: 'done', counts: counts({ leftAlone: 3 }), undoable: false })
      expect(await everything(direct)).toEqual(before)
    })

    test('of a consumer that holds nothing is done at once', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const job = await sluice.recover(ofConsumer('nobody'), claimTo('alice'))
      expect(job).toMatchObject({ state: 'done', done: 0, total: 0, counts: counts({}), undoable: false })
      expect(await callsOf(direct, 'xclaim')).toBe(0)
    })

    test('of ids that are not pending claims the others', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xadd(KEY, '50-0', 'n', '50')
      await direct.xack(KEY, GROUP, '2-0')
      const plan = await sluice.plan(ofIds(['1-0', '2-0', '50-0', '99-0']), claimTo('bob'))
      expect(plan).toMatchObject({ entries: 1, notPending: 3 })
      expect(plan.warnings).toContain('not-pending')
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: counts({ changed: 1 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'bob', '1'],
        ['3-0', 'alice', '1'],
      ])
    })

    test('starts the idle time anew, so that nobody takes them from the target at once', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '1-0', 'IDLE', 3_600_000, 'JUSTID')
      const before = await serverClock(direct)
      await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const [row] = (await direct.xpending(KEY, GROUP, '-', '+', 1)) as unknown[][]
      expect(Number(row?.[2])).toBeLessThanOrEqual((await serverClock(direct)) - before)
    })
  })

  describe('without a target', () => {
    test('all that a consumer holds goes to the one that holds least, of those seen lately', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { away: idsFrom(1, 2), busy: idsFrom(4, 5), ready: idsFrom(10, 3) } })
      const plan = await sluice.plan(ofConsumer('away'), claimTo(null))
      expect(plan).toMatchObject({ action: { kind: 'claim', to: 'ready', includeGone: false } })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ to: 'ready', counts: counts({ changed: 2 }) })
      expect(await heldBy(direct, 'ready')).toHaveLength(5)
    })

    test('ticked entries of one consumer go to another one, even if it holds least itself', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { away: ['1-0'], busy: idsFrom(4, 5) } })
      expect(await sluice.plan(ofIds(['1-0']), claimTo(null))).toMatchObject({ action: { to: 'busy' } })
    })

    test('ticked entries of several consumers go to the one that holds least, and who has it keeps its own', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['4-0'] } })
      const job = await sluice.recover(ofIds(['1-0', '2-0', '4-0']), claimTo(null))
      expect(job).toMatchObject({ to: 'bob', counts: counts({ changed: 2, leftAlone: 1 }) })
      expect(await heldBy(direct, 'bob')).toEqual(['1-0', '2-0', '4-0'])
    })

    test('nothing is planned where there is no other consumer', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const refused = { code: 'BAD_INPUT', data: { field: 'action.to' } }
      await expect(sluice.plan(ofConsumer('alice'), claimTo(null))).rejects.toMatchObject(refused)
      await expect(sluice.plan(ofIds(['1-0']), claimTo(null))).rejects.toMatchObject(refused)
    })
  })
})
