import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { deadLetter } from './copy-kit'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  newestDelivery,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
  spreadOver,
  walked,
} from './recovery-kit'

onEveryServer((world) => {
  /** Claims alice's five for bob, does more to what bob holds, and undoes that. */
  async function claimedAndBack(later: RecoveryAction): Promise<Job> {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 5) } })
    const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
    await tick()
    const second = await sluice.recover(ofConsumer('bob'), later)
    expect(await sluice.undo(second)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 5))
    return first
  }
  /** Lets the server's clock go on, so that what follows has a later delivery time. */
  async function tick(): Promise<void> {
    const at = await serverTime(world.direct)
    await expect.poll(() => serverTime(world.direct), { interval: 1 }).toBeGreaterThan(at + 2)
  }
  const undone = (changed: number) => ({ state: 'done', counts: counts({ changed, leftAlone: 5 - changed }) })

  describe('undoing a claim after a later action on the same entries was undone', () => {
    test.each([
      ['claim', claimTo('carol')],
      ['spread', spreadOver(['carol', 'dave'])],
      ['ack', ack],
      ['dead-letter', deadLetter()],
    ] as const)('a %s: gives all back, exactly', async (_what, later) => {
      const { direct, sluice } = world
      const first = await claimedAndBack(later)
      const { connectionId } = sluice
      const { ready } = await walked(sluice.api.recovery.planUndo({ connectionId, recordId: first.recordId }))
      expect(ready.plan).toMatchObject({ entries: 5, leftAlone: 0 })
      expect(await sluice.undo(first)).toMatchObject(undone(5))
      expect(await pendingOf(direct)).toEqual(idsFrom(1, 5).map((id) => [id, 'alice', '1']))
    })

    test('works through three of them, and after a restart', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const jobs: Job[] = []
      for (const [from, to] of [
        ['alice', 'bob'],
        ['bob', 'carol'],
        ['carol', 'dave'],
      ] as const) {
        jobs.unshift(await sluice.recover(ofConsumer(from), claimTo(to)))
        await tick()
      }
      await sluice.restart()
      for (const job of jobs) {
        expect(await sluice.undo(job)).toMatchObject(undone(5))
        await tick()
      }
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 5))
    })

    test('works though it was tried too early, and left all alone then', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      const second = await sluice.recover(ofConsumer('bob'), claimTo('carol'))
      expect(await sluice.undo(first)).toMatchObject(undone(0))
      expect(await sluice.undo(second)).toMatchObject(undone(5))
      expect(await sluice.undo(first)).toMatchObject(undone(5))
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 5))
      await expect(sluice.undo(first)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('works where the same was done and undone twice', async () => {
      const { direct, sluice } = world
      const first = await claimedAndBack(claimTo('carol'))
      await tick()
      const again = await sluice.recover(ofConsumer('bob'), claimTo('dave'))
      expect(await sluice.undo(again)).toMatchObject(undone(5))
      expect(await sluice.undo(first)).toMatchObject(undone(5))
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 5))
    })

    test('leaves alone what moved after that: delivered again, touched, acked, claimed', async () => {
      const { direct, sluice } = world
      const first = await claimedAndBack(claimTo('carol'))
      await tick()
      await direct.xclaim(KEY, GROUP, 'bob', 0, '1-0')
      const touchedAt = await newestDelivery(direct)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
      await direct.xack(KEY, GROUP, '3-0')
      await direct.xclaim(KEY, GROUP, 'eve', 0, '4-0', 'JUSTID')
      expect(touchedAt).toBeGreaterThan(0)
      expect(await sluice.undo(first)).toMatchObject(undone(1))
      expect((await pendingOf(direct)).map(([id, consumer]) => [id, consumer])).toEqual([
        ['1-0', 'bob'],
        ['2-0', 'bob'],
        ['4-0', 'eve'],
        ['5-0', 'alice'],
      ])
    })

    test('leaves alone what moved between the two actions', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      await direct.xclaim(KEY, GROUP, 'bob', 0, '1-0') // one more delivery
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID') // a sign of life
      await tick()
      const second = await sluice.recover(ofConsumer('bob'), claimTo('carol'))
      expect(await sluice.undo(second)).toMatchObject(undone(5))
      expect(await sluice.undo(first)).toMatchObject(undone(3))
      expect(await heldBy(direct, 'bob')).toEqual(['1-0', '2-0'])
    })

    test('leaves alone what the later undo could not give back', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      const second = await sluice.recover(ofConsumer('bob'), claimTo('carol'))
      await tick()
      await direct.xclaim(KEY, GROUP, 'carol', 0, '1-0')
      expect(await sluice.undo(second)).toMatchObject(undone(4))
      await direct.xclaim(KEY, GROUP, 'bob', 0, '1-0', 'RETRYCOUNT', 1, 'JUSTID') // looks as the first left it
      expect(await sluice.undo(first)).toMatchObject(undone(4))
      expect(await heldBy(direct, 'bob')).toEqual(['1-0'])
    })

    test('does not take what was undone in another group for this one', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await direct.xgroup('CREATE', KEY, 'other', '0')
      await direct.call('XREADGROUP', 'GROUP', 'other', 'bob', 'COUNT', 5, 'STREAMS', KEY, '>')
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      await direct.xclaim(KEY, GROUP, 'bob', 0, '1-0', 'JUSTID')
      const second = await sluice.recover(ofConsumer('bob'), claimTo('carol'), KEY, 'other')
      await sluice.undo(second)
      expect(await sluice.undo(first)).toMatchObject(undone(4))
      expect(await heldBy(direct, 'bob')).toEqual(['1-0'])
    })
  })
})
