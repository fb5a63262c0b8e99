import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { standingOfMade } from '../../../../electron/services/recovery/undo/made-consumers'
import type { GroupChange } from '../../../../shared/model/group-change'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { madeConsumerSentence } from '../../../../shared/words/en/made-consumer-words'
import { saying } from '../../../helpers/saying'
import { rewriteJournal } from '../journal/rewrite-journal'
import {
  claimTo,
  idsFrom,
  ofAll,
  ofConsumer,
  onEveryServer,
  seed,
  serverTime,
  spreadOver,
  walked,
  GROUP,
  KEY,
} from './recovery-kit'

const readsAs = (direct: Redis, name: string) =>
  direct.call('XREADGROUP', 'GROUP', GROUP, name, 'COUNT', '1', 'STREAMS', KEY, '>')

/** As it stands on the disk between a record's first outcome and its end. */
function upToFirstOutcome(line: Record<string, unknown>): Record<string, unknown> | null {
  const isAtEnd = line['t'] === 'madeConsumers' && !JSON.stringify(line).includes('"by":null')
  return line['t'] === 'end' || isAtEnd ? null : line
}

/** Until what a consumer shows from now on is told from what it showed before. */
async function clockMoves(direct: Redis): Promise<void> {
  const from = await serverTime(direct)
  await expect.poll(() => serverTime(direct)).toBeGreaterThan(from + 20)
}

onEveryServer((world) => {
  const on = () => ({ connectionId: world.sluice.connectionId, key: KEY, group: GROUP })
  const undoPlan = async ({ recordId }: { readonly recordId: string }) =>
    (await walked(world.sluice.api.recovery.planUndo({ ...on(), recordId }))).ready.plan
  const consumers = async () => (await world.sluice.api.group.consumers(on())).map(({ name }) => name).sort()
  const removal = (consumer: string): GroupChange => ({ kind: 'remove consumer', consumer, ifMadeHere: true })
  const planRemoval = (consumer: string) => world.sluice.api.group.planChange({ ...on(), change: removal(consumer) })
  const remove = async (consumer: string) => {
    const { id: planId } = await planRemoval(consumer)
    return world.sluice.finished(await world.sluice.api.group.change({ ...on(), planId }))
  }
  const unused = (name: string) => ({ name, pending: 0, used: 'no', removable: true })

  describe('a consumer that a claim made', () => {
    const claims: readonly (readonly [string, RecoveryAction])[] = [
      ['claim', claimTo('new')],
      ['spread', spreadOver(['new'])],
      ['auto-claim', { kind: 'autoClaim', to: 'new', minIdleMs: 1_000, count: 100 }],
    ]
    test.each(claims)('stays after the undo of a %s, which says so, and goes with one click', async (_name, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: 5_000 })
      const job = await sluice.recover(ofAll(), action)
      expect(job).toMatchObject({ state: 'done', counts: { changed: 3 } })
      expect(await undoPlan(job)).toMatchObject({ entries: 3, made: [unused('new')] })
      const undone = await sluice.undo(job)
      expect(undone.remains).toEqual({ consumers: [unused('new')], dropped: 0 })
      expect(await consumers()).toEqual(['alice', 'new'])
      const removed = await remove('new')
      expect(removed).toMatchObject({ kind: 'remove consumer', state: 'done', undoable: true })
      expect(await consumers()).toEqual(['alice'])
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records).toMatchObject([{ id: removed.recordId, action: 'remove consumer', state: 'done' }])
    })

    test('so does one that was made to hold what was made pending', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2) } })
      await direct.xack(KEY, GROUP, '1-0')
      const change: GroupChange = { kind: 'make pending', consumer: 'new', ids: ['1-0'] }
      const { id: planId } = await sluice.api.group.planChange({ ...on(), change })
      const job = await sluice.finished(await sluice.api.group.change({ ...on(), planId }))
      expect(await undoPlan(job)).toMatchObject({ made: [unused('new')] })
      expect((await sluice.undo(job)).remains?.consumers).toEqual([unused('new')])
    })

    test('is known after a restart, and where a later record gave it more', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), carol: idsFrom(4, 2) } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('new'))
      const second = await sluice.recover(ofConsumer('carol'), claimTo('new'))
      await sluice.restart()
      expect(await undoPlan(first)).toMatchObject({
        made: [{ name: 'new', pending: 2, used: 'no', removable: false }],
      })
      await sluice.undo(first)
      await expect(planRemoval('new')).resolves.toMatchObject({ blocked: saying('2 pending entries') })
      expect((await sluice.undo(second)).remains?.consumers).toEqual([unused('new')])
    })

    test('that has read since is somebody’s: it stays, also where it read after the preview', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('new'))
      await sluice.undo(job)
      const { id: planId, blocked } = await planRemoval('new')
      expect(blocked).toBeNull()
      await clockMoves(direct)
      await direct.xadd(KEY, '9-0', 'n', '9')
      await readsAs(direct, 'new')
      await direct.xack(KEY, GROUP, '9-0')
      await expect(sluice.api.group.change({ ...on(), planId })).rejects.toMatchObject({ code: 'BAD_INPUT' })
      expect(await planRemoval('new')).toMatchObject({ blocked: saying('used since') })
      expect(await consumers()).toEqual(['alice', 'new'])
    })

    test('that has read since is not offered by the undo’s preview, nor by its end', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('new'))
      await clockMoves(direct)
      await direct.xadd(KEY, '9-0', 'n', '9')
      await readsAs(direct, 'new')
      const held = { name: 'new', pending: 1, used: 'yes', removable: false }
      expect((await undoPlan(job)).made).toEqual([held])
      await direct.xack(KEY, GROUP, '9-0')
      expect((await undoPlan(job)).made).toEqual([{ ...held, pending: 0 }])
      expect((await sluice.undo(job)).remains?.consumers).toEqual([{ ...held, pending: 0 }])
    })

    test('of which Sluice was killed before it could write when is not offered', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('new'))
      await sluice.restart(() => rewriteJournal(sluice.dataDir, upToFirstOutcome))
      expect((await undoPlan(job)).made).toEqual([{ name: 'new', pending: 0, used: 'unknown', removable: false }])
      await sluice.undo(job)
      expect(await planRemoval('new')).toMatchObject({ blocked: saying('not made from here') })
    })
  })

  describe('a consumer that nobody here made', () => {
    test('is in no undo, and is not removed as if it were', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['4-0'] } })
      await direct.xack(KEY, GROUP, '4-0')
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect((await undoPlan(job)).made).toBeUndefined()
      expect((await sluice.undo(job)).remains).toBeUndefined()
      const { id: planId, blocked } = await planRemoval('bob')
      expect(blocked).toEqual(saying('not made from here'))
      await expect(sluice.api.group.change({ ...on(), planId })).rejects.toMatchObject({ code: 'BAD_INPUT' })
      expect(await consumers()).toEqual(['alice', 'bob'])
    })

    test('also where it came after the preview that called it new', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(plan.warnings).toContain('new-consumer')
      await direct.xadd(KEY, '9-0', 'n', '9')
      await readsAs(direct, 'bob')
      const job = await sluice.finished(await sluice.run(plan))
      expect((await undoPlan(job)).made).toBeUndefined()
    })
  })

  test('the undo of an auto-claim says how many were dropped, in its preview and at its end', async () => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 4), bob: ['5-0'] }, idleMs: 5_000 })
    await direct.xdel(KEY, '1-0', '2-0')
    const job = await sluice.recover(ofAll(), { kind: 'autoClaim', to: 'bob', minIdleMs: 1_000, count: 100 })
    const { dropped } = job.counts
    expect(dropped).toBe(2)
    expect((await undoPlan(job)).dropped).toBe(dropped)
    expect((await sluice.undo(job)).remains?.dropped).toBe(dropped)
  })
})

test('one that another connection made is told of, and is not for this one to remove', () => {
  const info = { name: Buffer.from('bob'), pending: 0, idleMs: 900, inactiveMs: null, everActive: null }
  const read = { atMs: 1_000, tookMs: 1 }
  const made = [{ consumer: 'bob', by: 100, recordId: 'r1', at: 100 }]
  const standing = (own: boolean) => standingOfMade({ infos: [info], read }, { made, touches: [], own })
  expect(standing(true)).toEqual([{ name: 'bob', pending: 0, used: 'no', removable: true }])
  expect(standing(false)).toEqual([{ name: 'bob', pending: 0, used: 'no', removable: false }])
})

test('what is said of it holds for each case', () => {
  const stands = { name: 'bob', pending: 0, used: 'no', removable: true } as const
  const who = 'consumer bob, which was made from here, stays'
  expect(madeConsumerSentence(stands)).toBe(`${who}, empty`)
  expect(madeConsumerSentence({ ...stands, pending: 2 })).toBe(`${who}: it holds 2 entries`)
  expect(madeConsumerSentence({ ...stands, used: 'yes' })).toBe(`${who}, empty: it was used since`)
  expect(madeConsumerSentence({ ...stands, used: 'unknown' })).toBe(
    `${who}, empty: whether it was used since is not known`,
  )
})
