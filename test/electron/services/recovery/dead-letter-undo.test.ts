import { describe, expect, test } from 'vitest'
import { copiesIn, DEAD, deadLetter, originals } from './copy-kit'
import { counts, GROUP, idsFrom, KEY, ofConsumer, ofIds, onEveryServer, pendingOf, seed, walked } from './recovery-kit'
import { errorWords } from '../../../../shared/words/errors'
import { saying, telling } from '../../../helpers/saying'

onEveryServer((world) => {
  describe('undoing dead-lettering', () => {
    test('gives back owner and delivery count, and deletes the copies', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 130), bob: idsFrom(200, 20) } })
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '201-0', 'RETRYCOUNT', '9007199254740993', 'JUSTID')
      await direct.xadd(DEAD, '1-0', 'an', 'other')
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofIds([...idsFrom(1, 130), ...idsFrom(200, 10)]), deadLetter())
      await sluice.restart()
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'done', counts: counts({ changed: 140 }) })
      expect(await pendingOf(direct)).toEqual(before)
      expect(await copiesIn(direct)).toEqual([{ id: '1-0', fields: [['an', 'other']] }])
    })

    test('leaves alone what has no copy any more, is pending again, or is gone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      const [first] = await copiesIn(direct)
      await direct.xdel(DEAD, first?.id ?? '')
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '2-0', 'FORCE', 'RETRYCOUNT', 4, 'JUSTID')
      await direct.xdel(KEY, '3-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 2, gone: 1 }) })
      expect(await pendingOf(direct)).toEqual([
        ['2-0', 'bob', '4'],
        ['4-0', 'alice', '1'],
        ['5-0', 'alice', '1'],
      ])
      expect(await originals(direct)).toEqual(['2-0', '3-0'])
    })

    test('after the dead-letter stream is gone gives nothing back', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      await direct.del(DEAD)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 5 }) })
      expect(await pendingOf(direct)).toEqual([])
    })

    test.each([
      ['dead-lettering', deadLetter()],
      ['a requeue elsewhere', { kind: 'requeue', stream: DEAD, provenance: true }],
    ] as const)(
      'of %s: where the target is of another type by now, plan and run say of which key',
      async (_, action) => {
        const { direct, sluice } = world
        const { api, connectionId } = sluice
        await seed(direct, { held: { alice: idsFrom(1, 3) } })
        const { recordId } = await sluice.recover(ofConsumer('alice'), action)
        await direct.del(DEAD)
        await direct.hset(DEAD, 'a', 'hash')
        const planned = walked(api.recovery.planUndo({ connectionId, recordId }))
        await expect(planned).rejects.toEqual(telling(`${DEAD}: WRONGTYPE`))
        const undone = await sluice.undo({ recordId })
        expect(undone).toMatchObject({ state: 'failed', error: { data: { prefix: 'WRONGTYPE', key: DEAD } } })
        expect(undone.counts).toEqual(counts({}))
        expect(undone.error && errorWords(undone.error)?.title).toBe(`${DEAD} is not a stream any more`)
        expect(await pendingOf(direct)).toEqual([])
      },
    )

    test('that can’t delete the copies says that there are both now', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2) } })
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      void proxy.fault('XDEL', { kind: 'answer', reply: '-NOPERM no permissions\r\n' })
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'failed', counts: counts({ changed: 2 }) })
      expect(undone.failures).toHaveLength(2)
      expect(undone.failures[0]?.reason).toEqual(saying('its copy'))
      expect(await pendingOf(direct)).toHaveLength(2)
    })
  })
})
