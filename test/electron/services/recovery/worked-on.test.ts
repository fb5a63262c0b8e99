import { describe, expect, test } from 'vitest'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { sentence } from '../../../../shared/words/messages'
import { deadLetter } from './copy-kit'
import { ack, claimTo, GROUP, idsFrom, KEY, ofAll, ofConsumer, onEveryServer, seed, spreadOver } from './recovery-kit'

const HOUR_MS = 3_600_000
const requeue: RecoveryAction = { kind: 'requeue', stream: null, provenance: true }
const autoClaim: RecoveryAction = { kind: 'autoClaim', to: 'bob', minIdleMs: 1, count: 100 }
const codes = ({ notes }: RecoveryPlan): string[] => notes.map(({ code }) => code)
const told = ({ notes }: RecoveryPlan): string => notes.map(sentence).join('\n')

onEveryServer((world) => {
  describe('what becomes of the entries after a run', () => {
    test.each([
      ['claim', claimTo('bob'), 'recovery.worked-on', 'bob works on them once it reads its own pending list'],
      ['claim for a new name', claimTo('new'), 'recovery.worked-on-by-new', 'until a consumer is started as new'],
      ['claim for the healthiest', claimTo(null), 'recovery.worked-on', 'bob works on them once'],
      ['spread', spreadOver(['bob', 'carol']), 'recovery.worked-on-by-each', 'works on what it gets once it reads'],
      ['spread over one', spreadOver(['bob']), 'recovery.worked-on', 'bob works on them once'],
      ['auto-claim', autoClaim, 'recovery.worked-on', 'new entries (>) never bring them'],
    ] as const)('is told by a %s in one sentence', async (_what, action, code, words) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] }, idleMs: HOUR_MS })
      const plan = await sluice.plan(ofAll(action.kind === 'autoClaim' ? { minIdleMs: 1 } : {}), action)
      expect(codes(plan)).toEqual([code, 'recovery.idle-anew'])
      expect(told(plan)).toContain(words)
    })

    test('how much later a client takes them by itself is no more than they were idle, of what is moved', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] }, idleMs: 20_000 })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '2-0', 'IDLE', 90_000, 'JUSTID')
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '9-0', 'IDLE', HOUR_MS, 'JUSTID')
      const plan = await sluice.plan(ofAll(), claimTo('bob'))
      expect(plan.notes.at(-1)).toEqual({ code: 'recovery.idle-anew', params: { mostMs: 120_000, complete: true } })
      expect(told(plan)).toContain('does so up to 2 min later.')
    })

    test('it is told of those that were read, where others were not', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10_600), bob: ['90000-0'] }, idleMs: HOUR_MS / 2 })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '10600-0', 'IDLE', HOUR_MS, 'JUSTID')
      expect(told(await sluice.plan(ofConsumer('alice'), claimTo('bob')))).toMatch(
        /up to 3\d min later, by those that were read\./,
      )
    })

    test('a claim that keeps the idle time delays nobody, and says so', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] }, idleMs: HOUR_MS })
      const kept = { kind: 'claim', to: 'bob', includeGone: false, idle: 'kept' } as const
      expect(codes(await sluice.plan(ofConsumer('alice'), kept))).toEqual(['recovery.worked-on', 'recovery.idle-kept'])
    })

    test.each([
      ['requeue', requeue, KEY],
      ['requeue to another stream', { ...requeue, stream: 'other' }, 'other'],
      ['dead-letter', deadLetter(), `${KEY}:dead`],
    ] as const)('a %s says that copies have new ids, and lie at the end', async (_what, action, target) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      const plan = await sluice.plan(ofConsumer('alice'), action)
      expect(codes(plan)[0]).toBe('recovery.copies-have-new-ids')
      expect(told(plan)).toContain(`new id and goes to the end of ${target}: locks`)
    })

    test('a copy says that its holder may be at work, be it quiet or not', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const active = await sluice.plan(ofConsumer('alice'), requeue)
      expect([active.warnings, codes(active)]).toEqual([['consumer-active'], ['recovery.copies-have-new-ids']])
      // Quiet by the threshold, which says nothing of an entry that takes long.
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
      await expect
        .poll(async () => codes(await sluice.plan(ofConsumer('alice'), requeue)), { timeout: 10_000 })
        .toContain('recovery.holder-may-work')
    })

    test('is not told where nothing is moved, or nothing is left to be worked on', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      await direct.xdel(KEY, '9-0')
      const plans = [
        await sluice.plan(ofConsumer('alice'), claimTo('alice')),
        await sluice.plan(ofConsumer('bob'), requeue),
        await sluice.plan(ofConsumer('alice'), ack),
      ]
      expect(plans.map(codes)).toEqual([[], [], []])
    })
  })
})
