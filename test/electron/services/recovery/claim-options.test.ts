import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import {
  callsOf,
  counts,
  everything,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  type World,
  serverTime,
} from './recovery-kit'
import { isClaim, xclaimsOf } from '../../../helpers/is-claim'
import { saying } from '../../../helpers/saying'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

const claim = (how: Pick<Claim, 'idle' | 'deliveries'>, to = 'bob'): Claim => ({
  kind: 'claim',
  to,
  includeGone: false,
  ...how,
})

/** Server time of the last delivery of each pending entry, ms since 1970, as the server itself keeps it. */
async function deliveredAt(direct: Redis): Promise<ReadonlyMap<string, number>> {
  const told = (await direct.call('XINFO', 'STREAM', KEY, 'FULL', 'COUNT', 0)) as unknown[]
  const groups = told[told.indexOf('groups') + 1] as unknown[][]
  const group = groups[0] ?? []
  const rows = group[group.indexOf('pending') + 1] as [string, string, string, string][]
  return new Map(rows.map(([id, , at]) => [id, Number(at)]))
}

const countsOf = async (direct: Redis): Promise<string[]> => (await pendingOf(direct)).map(([, , count]) => count)

/** Every claim that Sluice sends from now on. */
function claimsSent({ proxy }: World): (readonly string[])[] {
  const sent: (readonly string[])[] = []
  void proxy.fault((args) => isClaim(args) && sent.push(args) < 0, { kind: 'delay', ms: 0 })
  return sent
}
const idsIn = (args: readonly string[]): readonly string[] =>
  xclaimsOf(args).flatMap((words) => words.filter((each) => /^\d+-\d+$/.test(each)))

async function deliverTimes(direct: Redis, times: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, count] of Object.entries(times)) {
    await direct.xclaim(KEY, GROUP, 'alice', 0, id, 'RETRYCOUNT', count, 'JUSTID')
  }
}

/** Redis from 8.4 on looks for an entry's place from the newest delivery on. */
async function isSlow(direct: Redis): Promise<boolean> {
  const about = await direct.info('server')
  const [, major = '0', minor = '0'] = /redis_version:(\d+)\.(\d+)/.exec(about) ?? []
  return !about.includes('valkey') && Number(major) * 1_000 + Number(minor) >= 8_004
}

onEveryServer((world) => {
  describe('a claim that keeps the idle time', () => {
    test('leaves each entry as idle as it was, and undo gives back owner and delivery count', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 12), bob: ['50-0'] } })
      for (const id of idsFrom(1, 9)) {
        const idle = 1_000 * Number(id.split('-')[0]) ** 3
        await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, id, 'IDLE', idle, 'RETRYCOUNT', 3, 'JUSTID')
      }
      const began = await serverTime(direct)
      const [before, times] = [await pendingOf(direct), await deliveredAt(direct)]
      const job = await sluice.recover(ofConsumer('alice'), claim({ idle: 'kept' }))
      const tookMs = (await serverTime(direct)) - began
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 12 }), undoable: true })
      expect(await heldBy(direct, 'bob')).toHaveLength(13)
      expect(await countsOf(direct)).toEqual(before.map(([, , count]) => count))
      for (const [id, at] of await deliveredAt(direct)) {
        expect(at).toBeLessThanOrEqual(times.get(id) ?? 0)
        // It was as idle when it was read, and has been claimed since.
        expect((times.get(id) ?? 0) - at).toBeLessThanOrEqual(tookMs)
      }
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('leaves alone what was delivered again after it was planned', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const plan = await sluice.plan(ofConsumer('alice'), claim({ idle: 'kept', deliveries: 'plusOne' }))
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ counts: counts({ changed: 3, leftAlone: 1 }) })
      expect(await pendingOf(direct)).toEqual([
        ['1-0', 'bob', '2'],
        ['2-0', 'carol', '2'],
        ['3-0', 'bob', '2'],
        ['4-0', 'bob', '2'],
      ])
    })

    test('carries so few ids at once that no server is kept busy', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { away: idsFrom(1, 1_940), alice: idsFrom(2_001, 60) } })
      const sent = claimsSent(world)
      const job = await sluice.recover(ofConsumer('alice'), claim({ idle: 'kept' }))
      expect(job).toMatchObject({ counts: counts({ changed: 60 }) })
      const most = (await isSlow(direct)) ? 10 : 500
      for (const args of sent) expect(idsIn(args).length).toBeLessThanOrEqual(most)
      expect(sent.flatMap(idsIn)).toHaveLength(60)
    })

    test('is refused, with the reason, where this server would have to walk through too much', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { away: idsFrom(1, 20_000), alice: ['30000-0'] } })
      const slow = await isSlow(direct)
      const planned = sluice.plan(ofIds(['30000-0']), claim({ idle: 'kept' }))
      if (slow) {
        await expect(planned).rejects.toMatchObject({
          code: 'UNSUPPORTED',
          data: { reason: saying('20001 entries are pending') },
        })
        await sluice.plan(ofIds(['30000-0']), claim({ idle: 'anew', deliveries: 'plusOne' }))
      } else {
        expect(await sluice.finished(await sluice.run(await planned))).toMatchObject({ counts: counts({ changed: 1 }) })
      }
    })

    test('stops before it begins where too much has become pending since it was planned', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), claim({ idle: 'kept' }))
      const pipeline = direct.pipeline()
      for (const id of idsFrom(10, 20_000)) pipeline.xadd(KEY, id, 'n', '1')
      await pipeline.exec()
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'carol', 'COUNT', 20_000, 'STREAMS', KEY, '>')
      const job = await sluice.finished(await sluice.run(plan))
      if (await isSlow(direct)) {
        expect(job).toMatchObject({ state: 'failed', error: { code: 'UNSUPPORTED' }, counts: counts({}) })
        expect(await heldBy(direct, 'alice')).toHaveLength(3)
      } else expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
    })
  })

  describe('a claim that raises the delivery count', () => {
    const BEFORE = { '1-0': '0', '2-0': '1', '3-0': '9007199254740991', '4-0': '9223372036854775807' }

    test('adds one to each, and undo takes it off again', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5), bob: ['6-0'] } })
      await deliverTimes(direct, BEFORE)
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claim({ deliveries: 'plusOne' }))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      // Redis counts no further than the last one.
      expect(await countsOf(direct)).toEqual(['1', '2', '9007199254740992', '9223372036854775807', '2', '1'])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 5 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('shows in its plan the commands that it sends', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await deliverTimes(direct, { '3-0': '7' })
      const sent = claimsSent(world)
      const plan = await sluice.plan(ofConsumer('alice'), claim({ deliveries: 'plusOne', idle: 'anew' }))
      await sluice.finished(await sluice.run(plan))
      const withoutIdle = (words: readonly string[]): string => [...words.slice(0, 4), ...words.slice(5)].join(' ')
      expect(plan.commands.map((line) => withoutIdle(line.split(' '))).sort()).toEqual(
        sent.flatMap(xclaimsOf).map(withoutIdle).sort(),
      )
      expect(plan.commands.join('\n')).toMatch(/1-0 2-0 4-0 RETRYCOUNT 2 JUSTID/)
    })

    test('whose reply is lost is read back as done, and raises nothing twice', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 8) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claim({ deliveries: 'plusOne', idle: 'kept' }))
      void proxy.fault(isClaim, { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 8 }) })
      expect(await countsOf(direct)).toEqual(Array.from({ length: 8 }, () => '2'))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 8 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('that never reached the server is read back as not done', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 8) } })
      const before = await everything(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claim({ deliveries: 'plusOne' }))
      void proxy.fault(isClaim, { kind: 'cut-before-forward' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 8 }), undoable: false })
      expect(await everything(direct)).toEqual(before)
    })

    test('whose reply is lost does not take a later delivery to its target for its own doing', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: ['1-0', '2-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), claim({ deliveries: 'plusOne' }))
      const reached = holdAt(proxy, isClaim)
      const running = await sluice.run(plan)
      await reached
      await expect.poll(() => heldBy(direct, 'bob'), { timeout: 30_000 }).toHaveLength(2)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0')
      proxy.cut()
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ counts: counts({ changed: 1, unknown: 1 }) })
    })
  })

  describe('a claim that sets the delivery count', () => {
    test('sets it for all, and undo gives each its own back', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      await deliverTimes(direct, { '1-0': '0', '5-0': '9223372036854775807' })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), claim({ deliveries: { set: 0 } }))
      expect(job).toMatchObject({ counts: counts({ changed: 600 }) })
      expect(new Set(await countsOf(direct))).toEqual(new Set(['0']))
      await sluice.restart()
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 600 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('is not undone where the entry was delivered again since', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claim({ deliveries: { set: 5 } }))
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 1 }) })
      expect(await countsOf(direct)).toEqual(['1', '6', '1'])
    })

    test.each([{ set: -1 }, { set: 1.5 }, { set: Number.NaN }, 'minusOne', { set: 2 ** 60 }])(
      'is refused for %j before anything is read',
      async (deliveries) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: ['1-0'] } })
        const action = { ...claim({}), deliveries } as unknown as Claim
        await expect(sluice.plan(ofConsumer('alice'), action)).rejects.toMatchObject({ code: 'BAD_INPUT' })
        expect(await callsOf(direct, 'xpending')).toBe(0)
      },
    )
  })
})
