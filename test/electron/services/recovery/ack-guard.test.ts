import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
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
  KEY,
  named,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
  type World,
} from './recovery-kit'
import { saying } from '../../../helpers/saying'

/** Runs an ack of all that alice holds, and lets something happen after its entries were read and before they are acked. */
async function ackWhile(
  { direct, proxy }: World,
  sluice: Sluice,
  meanwhile: (direct: Redis) => Promise<unknown>,
  [selection, action]: readonly [Selection, RecoveryAction] = [ofConsumer('alice'), ack],
) {
  const plan = await sluice.plan(selection, action)
  const read = await callsOf(direct, 'xpending')
  // A few that were ticked are read one by one.
  const readings = selection.kind === 'ids' ? selection.ids.length : 1
  const held = holdAt(proxy, named('XPENDING'), readings)
  const running = await sluice.run(plan)
  await held
  await executed(direct, 'xpending', read + readings)
  await meanwhile(direct)
  proxy.resume()
  return sluice.finished(running)
}

const TEN = idsFrom(1, 10)
/** The stream is deleted and made anew by another application, with the same ids, group and consumer; each is delivered once. */
async function madeAnew(
  direct: Redis,
  keepsIdle: boolean,
  body: (id: string) => string = () => 'another',
): Promise<void> {
  const pipeline = direct.pipeline().del(KEY)
  for (const id of TEN) pipeline.xadd(KEY, id, 'n', body(id))
  pipeline.xgroup('CREATE', KEY, GROUP, '0').xreadgroup('GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
  if (keepsIdle) pipeline.call('XCLAIM', [KEY, GROUP, 'alice', 0, ...TEN, 'IDLE', 600_000, 'JUSTID'])
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

const toBob = (direct: Redis) => direct.xclaim(KEY, GROUP, 'bob', 0, '3-0', 'JUSTID')

onEveryServer((world) => {
  describe('an ack by script', () => {
    test('says in its plan that nothing comes in between', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      expect((await sluice.plan(ofConsumer('alice'), ack)).guard).toMatchObject({ atomic: true })
      expect((await sluice.plan(ofConsumer('alice'), claimTo('bob'))).guard).toMatchObject({ atomic: true })
    })

    test('leaves alone what somebody else claims in the very moment', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const job = await ackWhile(world, sluice, toBob)
      expect(job).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 9, leftAlone: 1 }) })
      expect(await pendingOf(direct)).toEqual([['3-0', 'bob', '1']])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 9 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(9)
    })

    test('leaves alone what is delivered again in the very moment', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const again = () => direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '4')
      expect(await ackWhile(world, sluice, again)).toMatchObject({ counts: counts({ changed: 9, leftAlone: 1 }) })
      expect(await pendingOf(direct)).toEqual([['5-0', 'alice', '2']])
    })

    test.each<readonly [string, RecoveryAction, Selection]>([
      ['acked', ack, ofConsumer('alice')],
      ['acked, being ticked', ack, ofIds(TEN)],
      ['acked and deleted', { kind: 'ackDelete', references: 'KEEPREF', keepBodies: false }, ofConsumer('alice')],
      ['requeued', { kind: 'requeue', stream: null, provenance: true }, ofConsumer('alice')],
      ['claimed', claimTo('bob'), ofConsumer('alice')],
    ])(
      'of a stream that is made anew with the same ids in the very moment nothing is %s',
      async (_, action, selection) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: TEN }, idleMs: 60_000 })
        const job = await ackWhile(world, sluice, (to) => madeAnew(to, false, (id) => id), [selection, action])
        expect(job.counts.changed).toBe(0)
        expect(await heldBy(direct, 'alice')).toEqual(TEN)
        expect(String(await direct.xlen(KEY))).toBe('10')
      },
    )

    test('nor where the other’s entries are idle for longer: they hold something else', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: TEN }, idleMs: 60_000 })
      const job = await ackWhile(world, sluice, (to) => madeAnew(to, true))
      const problem = { code: 'identity.stream-anew' }
      expect(job).toMatchObject({
        state: 'failed',
        counts: { changed: 0 },
        error: { code: 'STALE_PLAN', data: { problem } },
      })
      expect(await heldBy(direct, 'alice')).toEqual(TEN)
    })

    test('takes names of any bytes and delivery counts beyond 2^53', async () => {
      const { direct, sluice } = world
      const [group, consumer] = [Buffer.from([0xff, 0, 10]), Buffer.from([0xfe, 13, 10])]
      await seed(direct, { group, held: [[consumer, idsFrom(1, 3)]] })
      await direct.call('XCLAIM', [KEY, group, consumer, 0, '2-0', 'RETRYCOUNT', '9223372036854775807', 'JUSTID'])
      const groupName = { base64: group.toString('base64') }
      const all = ofConsumer({ base64: consumer.toString('base64') })
      const before = await pendingOf(direct, KEY, group)
      const job = await sluice.recover(all, ack, KEY, groupName)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await pendingOf(direct, KEY, group)).toEqual([])
      await sluice.undo(job)
      expect(await pendingOf(direct, KEY, group)).toEqual(before)
    })

    test('of which the reply is lost was sent once, is read back, and can be undone', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 700) } })
      const before = await pendingOf(direct)
      void proxy.fault('EVAL', { kind: 'cut-before-reply' }, 1)
      const job = await sluice.recover(ofConsumer('alice'), ack)
      expect(job).toMatchObject({ state: 'interrupted', undoable: true, error: { code: 'UNKNOWN_OUTCOME' } })
      const acked = 700 - (await pendingOf(direct)).length
      expect(job.counts.unknown + job.counts.changed).toBe(acked)
      expect(await callsOf(direct, 'eval')).toBeLessThanOrEqual(2)
      await sluice.undo(job)
      await sluice.undo(job, 'possible')
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('that never reaches the server leaves everything as it was', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      void proxy.fault('EVAL', { kind: 'cut-before-forward' })
      const job = await sluice.recover(ofConsumer('alice'), ack)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 10 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(10)
    })

    test('that is forbidden after the plan was made acks nothing, and says what is forbidden', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const sluice = await openAs(world)
      try {
        const plan = await sluice.plan(ofConsumer('alice'), ack)
        await direct.call('ACL', 'SETUSER', 'limited', '-eval')
        const refused = { code: 'REDIS', data: { prefix: 'NOPERM', command: 'EVAL' } }
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'failed', error: refused, counts: { changed: 0, unknown: 0 } })
        expect(await heldBy(direct, 'alice')).toHaveLength(10)
      } finally {
        await sluice.stop()
      }
    })
  })

  describe('an ack where scripts are not allowed', () => {
    test('says in its plan that it can’t be sure, and acks entry by entry', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      const before = await pendingOf(direct)
      const sluice = await openAs(world, '-eval')
      try {
        const plan = await sluice.plan(ofConsumer('alice'), ack)
        expect(plan.guard.atomic).toBe(false)
        expect(plan.guard.note).toEqual(saying('Scripts are not allowed'))
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 600 }) })
        expect([await callsOf(direct, 'eval'), await callsOf(direct, 'xack')]).toEqual([0, 600])
        await sluice.undo(job)
        expect(await pendingOf(direct)).toEqual(before)
      } finally {
        await sluice.stop()
      }
    })

    test('still counts apart what its consumer acked in the very moment', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const sluice = await openAs(world, '-eval')
      try {
        const job = await ackWhile(world, sluice, () => direct.xack(KEY, GROUP, '3-0', '4-0'))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 8, leftAlone: 2 }) })
        expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 8 }) })
        expect(await heldBy(direct, 'alice')).not.toContain('3-0')
      } finally {
        await sluice.stop()
      }
    })

    test('is refused when XACK is not allowed either', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const sluice = await openAs(world, '-xack')
      try {
        const refused = { code: 'UNSUPPORTED', data: { feature: 'xack' } }
        await expect(sluice.plan(ofConsumer('alice'), ack)).rejects.toMatchObject(refused)
      } finally {
        await sluice.stop()
      }
    })
  })
})
