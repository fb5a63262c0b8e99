import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { words } from '../../../../shared/words/words'
import { deadLetter } from './copy-kit'
import {
  ack,
  claimTo,
  counts,
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
  serverTime,
  spreadOver,
  walked,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

/** What a later action holds is undone once that is; nothing is given back twice. */
onEveryServer((world) => {
  const IDS = idsFrom(1, 10)
  const LATER = idsFrom(5, 6)

  async function tick(): Promise<void> {
    const at = await serverTime(world.direct)
    await expect.poll(() => serverTime(world.direct), { interval: 1 }).toBeGreaterThan(at + 2)
  }
  async function preview({ recordId }: Pick<Job, 'recordId'>) {
    const { api, connectionId } = world.sluice
    return (await walked(api.recovery.planUndo({ connectionId, recordId }))).ready.plan
  }
  async function recordOf({ recordId }: Pick<Job, 'recordId'>) {
    const { api, connectionId } = world.sluice
    const { records } = await api.journal.list({ connectionId, count: 100 })
    const record = records.find(({ id }) => id === recordId)
    if (!record) throw new Error('it is not in the journal')
    return record
  }

  describe('an undo of a claim of which a later action holds a part', () => {
    test.each([
      ['claim', claimTo('carol')],
      ['spread', spreadOver(['carol', 'dave'])],
      ['ack', ack],
      ['dead-letter', deadLetter()],
    ] as const)(
      'a %s: gives back the rest, says after what the part can be, and gives it then',
      async (_what, later) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: IDS } })
        const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
        await tick()
        const second = await sluice.recover(ofIds(LATER), later)

        const held = [{ recordId: second.recordId, entries: 6 }]
        expect(await preview(first)).toMatchObject({ entries: 4, leftAlone: 6, held })
        expect(words.recovery.undoing(await preview(first))).toContain('undo that first')
        expect(await sluice.undo(first)).toMatchObject({ state: 'done', counts: counts({ changed: 4, leftAlone: 6 }) })
        const partly = { back: 4, held: [{ ...held[0], isUndone: false }] }
        expect(await recordOf(first)).toMatchObject({ undo: { undoneBy: null, partly } })
        expect(words.journal.undonePartly(await recordOf(first))).toMatch(
          /^Undone: 4 of 10\. 6 can be undone after “.+” is\.$/,
        )

        await sluice.restart()
        expect(await sluice.undo(second)).toMatchObject({ state: 'done', counts: { changed: 6 } })
        expect(words.journal.undonePartly(await recordOf(first))).toMatch(/6 may be undone now/)
        expect(await preview(first)).toMatchObject({ entries: 6, leftAlone: 0 })
        expect(await sluice.undo(first)).toMatchObject({ state: 'done', counts: counts({ changed: 6 }) })
        expect(await pendingOf(direct)).toEqual(IDS.map((id) => [id, 'alice', '1']))
        expect((await recordOf(first)).undo.undoneBy).not.toBeNull()
        await expect(sluice.undo(first)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      },
    )

    test('closes the record where others hold the rest, and nobody’s undo will bring it back', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await direct.xack(KEY, GROUP, ...LATER)
      expect(await preview(first)).toMatchObject({ entries: 4, leftAlone: 6 })
      expect((await preview(first)).held).toBeUndefined()
      await sluice.undo(first)
      expect((await recordOf(first)).undo).toMatchObject({ undoneBy: expect.any(String) as string })
    })

    test('and by a second one, once what a later action took was acked: there is nothing to wait for', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      await sluice.recover(ofIds(LATER), claimTo('carol'))
      await sluice.undo(first)
      expect((await recordOf(first)).undo).toMatchObject({
        undoneBy: null,
        partly: { back: 4, held: [{ entries: 6 }] },
      })
      await direct.xack(KEY, GROUP, ...LATER)
      const again = await sluice.undo(first)
      expect(again).toMatchObject({ state: 'done', counts: counts({ leftAlone: 6 }) })
      expect((await recordOf(first)).undo.undoneBy).toBe(again.recordId)
    })

    test('that was cancelled says how much is back, and the next one does the rest', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_200) } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      const reached = holdAt(proxy, isClaim)
      const running = await sluice.api.recovery.undo({ connectionId: sluice.connectionId, recordId: first.recordId })
      await reached
      await sluice.api.job.cancel({ jobId: running.id })
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ state: 'cancelled', counts: counts({ changed: 500 }) })
      expect(words.journal.undonePartly(await recordOf(first))).toMatch(/^Undone: 500 of 1.200\. The last undo/)
      expect(await sluice.undo(first)).toMatchObject({ state: 'done', total: 700, counts: counts({ changed: 700 }) })
      expect((await recordOf(first)).undo.undoneBy).not.toBeNull()
      expect(await heldBy(direct, 'alice')).toHaveLength(1_200)
    })

    test('promises nothing that the later one’s consumer has acked, nor what it gave on', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS } })
      const first = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await tick()
      const second = await sluice.recover(ofIds(LATER), claimTo('carol'))
      await direct.xack(KEY, GROUP, '5-0', '6-0')
      await direct.xclaim(KEY, GROUP, 'eve', 0, '7-0', 'JUSTID')
      const plan = await preview(first)
      expect(plan).toMatchObject({ entries: 4, leftAlone: 6, held: [{ recordId: second.recordId, entries: 3 }] })
      await sluice.undo(first)
      await sluice.undo(second)
      expect(await sluice.undo(first)).toMatchObject({ counts: { changed: 3 } })
      expect(await heldBy(direct, 'alice')).toEqual(['1-0', '2-0', '3-0', '4-0', '8-0', '9-0', '10-0'])
      expect(await heldBy(direct, 'eve')).toEqual(['7-0'])
    })

    test('gives nothing back twice: what was acked since it came back stays acked', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS } })
      const first = await sluice.recover(ofConsumer('alice'), ack)
      await direct.call('XCLAIM', KEY, GROUP, 'carol', 0, ...LATER, 'FORCE', 'JUSTID')
      await tick()
      const second = await sluice.recover(ofConsumer('carol'), claimTo('dave'))
      expect(await sluice.undo(first)).toMatchObject({ counts: { changed: 4 } })
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      await sluice.undo(second)
      const now = await pendingOf(direct)
      expect(await preview(first)).toMatchObject({ entries: 0 })
      await sluice.undo(first)
      expect(await pendingOf(direct)).toEqual(now)
    })
  })
})
