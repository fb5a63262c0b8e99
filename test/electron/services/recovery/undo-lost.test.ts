import { isClaim } from '../../../helpers/is-claim'
import { describe, expect, test } from 'vitest'
import {
  ack,
  claimTo,
  counts,
  heldBy,
  idsFrom,
  isOpen,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
  GROUP,
  KEY,
} from './recovery-kit'

/** The reply to the XCLAIM of an undo is lost; what it came to is read. */
onEveryServer((world) => {
  async function held(): Promise<void> {
    await seed(world.direct, { held: { alice: idsFrom(1, 4), bob: idsFrom(5, 3) } })
    // From now on alice and bob are not seen any more.
    const from = await serverTime(world.direct)
    await expect.poll(() => serverTime(world.direct)).toBeGreaterThan(from + 20)
  }
  type Lost = 'cut-before-reply' | 'cut-before-forward'
  /** The undo, at its end; `meanwhile`: before anything is read. */
  async function losing(
    kind: Lost,
    job: { recordId: string },
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    const { proxy, sluice } = world
    const lost = proxy.fault(isClaim, { kind })
    proxy.refuse()
    const ending = sluice.undo(job)
    await lost
    await meanwhile()
    proxy.accept()
    const undo = await ending
    await isOpen(sluice)
    return undo
  }
  const isBack = (consumer: string, ids: readonly string[]) => () =>
    expect.poll(() => heldBy(world.direct, consumer), { timeout: 30_000 }).toEqual(ids)

  describe('of a claim', () => {
    test('that never arrived left all alone', async () => {
      await held()
      const job = await world.sluice.recover(ofConsumer('alice'), claimTo('carol'))
      const undo = await losing('cut-before-forward', job)
      expect(undo).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 4 }) })
      expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
    })

    test('that never arrived, and others acked and claimed some of it, did none of that', async () => {
      const { direct, sluice } = world
      await held()
      const job = await sluice.recover(ofConsumer('alice'), claimTo('carol'))
      const undo = await losing('cut-before-forward', job, async () => {
        await direct.xack(KEY, GROUP, '1-0')
        await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '2-0', 'JUSTID')
      })
      expect(undo.counts).toEqual(counts({ leftAlone: 4 }))
    })

    test('that was carried out is told as done, but for what was acked since', async () => {
      const { direct, sluice } = world
      await held()
      const job = await sluice.recover(ofConsumer('alice'), claimTo('carol'))
      const undo = await losing('cut-before-reply', job, async () => {
        await isBack('alice', idsFrom(1, 4))()
        await direct.xack(KEY, GROUP, '1-0')
      })
      expect(undo.counts).toEqual(counts({ changed: 3, unknown: 1 }))
    })

    test('by several commands that was cut off between them, is told as far as it came', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 300) } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('carol'))
      const cut = proxy.fault((args) => isClaim(args) && args.join(' ').includes('300-0'), {
        kind: 'cut-before-forward',
      })
      proxy.refuse()
      const ending = sluice.undo(job)
      await cut
      await isBack('alice', idsFrom(1, 250))()
      proxy.accept()
      expect(await ending).toMatchObject({ state: 'interrupted', counts: counts({ changed: 250, leftAlone: 50 }) })
      await isOpen(sluice)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 50 }) })
    })
  })

  describe('of an ack', () => {
    test('that never arrived left all alone, where its holder was not seen since', async () => {
      await held()
      const before = await pendingOf(world.direct)
      const job = await world.sluice.recover(ofConsumer('alice'), ack)
      const undo = await losing('cut-before-forward', job)
      expect(undo).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 4 }) })
      expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
      expect(await pendingOf(world.direct)).toEqual(before)
    })

    test('that was carried out, and that its holder handled since, is never given back once more unasked', async () => {
      const { direct, sluice } = world
      await held()
      const job = await sluice.recover(ofConsumer('alice'), ack)
      const undo = await losing('cut-before-reply', job, async () => {
        await isBack('alice', idsFrom(1, 4))()
        await direct.xack(KEY, GROUP, '1-0', '2-0')
        // Delivered once more, so that its count is not what it was.
        await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '2-0')
      })
      expect(undo.counts).toEqual(counts({ changed: 2, unknown: 2 }))
      await sluice.undo(job)
      expect(await heldBy(direct, 'alice')).toEqual(['3-0', '4-0'])
      await sluice.undo(job, 'possible')
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 4))
    })

    test('that never arrived is not known where its holder was seen since', async () => {
      const { direct, sluice } = world
      await held()
      const job = await sluice.recover(ofConsumer('alice'), ack)
      const undo = await losing('cut-before-forward', job, () =>
        direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'COUNT', 1, 'STREAMS', KEY, '0'),
      )
      expect(undo.counts).toEqual(counts({ unknown: 4 }))
    })
  })

  describe('of a requeue', () => {
    test('leaves each copy that was read meanwhile, and tells of it', async () => {
      const { direct, sluice } = world
      await held()
      const action = { kind: 'requeue', stream: 'retry', provenance: true } as const
      const job = await sluice.recover(ofConsumer('alice'), action)
      await direct.xgroup('CREATE', 'retry', 'readers', '0')
      const undo = await losing('cut-before-reply', job, async () => {
        await isBack('alice', idsFrom(1, 4))()
        await direct.xreadgroup('GROUP', 'readers', 'eve', 'COUNT', 1, 'STREAMS', 'retry', '>')
      })
      expect(undo).toMatchObject({ state: 'interrupted', counts: counts({ changed: 4 }) })
      expect(undo.failures.map(({ id, reason }) => [id, reason.code])).toEqual([['1-0', 'recovery.copy-beside']])
      expect(await direct.xlen('retry')).toBe('1')
    })
  })
})
