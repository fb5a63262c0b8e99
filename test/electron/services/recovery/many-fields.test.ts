import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { sentence } from '../../../../shared/words/messages'
import { rewriteJournal } from '../journal/rewrite-journal'
import { bury, redrive } from '../redrive/redrive-kit'
import { copiesIn, DEAD, deadLetter, originals } from './copy-kit'
import { counts, GROUP, KEY, ofConsumer, onEveryServer, pendingOf, seed, walked } from './recovery-kit'

/** With the seven of the provenance behind them, the second is the first that no script can copy. */
const WIDTHS = [3_493, 3_494, 10_000] as const
const WIDE = WIDTHS.map((_, at) => `${at + 2}-0`)
const ALL = ['1-0', ...WIDE, '9-0']
const fieldsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => [`f${at}`, 'x']).flat()
const requeue: RecoveryAction = { kind: 'requeue', stream: 'again', provenance: true }

/** Wide entries with a small one before and behind them. */
async function seedWide(direct: Redis): Promise<void> {
  await seed(direct, { held: { alice: ['1-0'] } })
  for (const [at, count] of WIDTHS.entries()) await direct.xadd(KEY, `${at + 2}-0`, ...fieldsOf(count))
  await direct.xadd(KEY, '9-0', 'n', '9-0')
  await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...WIDE, '9-0', 'FORCE', 'JUSTID')
}

/** How many fields of their own the copies have. */
const widths = async (direct: Redis, key: string, behind: number): Promise<readonly number[]> =>
  (await copiesIn(direct, key)).map(({ fields }) => fields.length - behind)
const pendingIds = async (direct: Redis) => (await pendingOf(direct)).map(([id]) => id)

onEveryServer((world) => {
  describe('entries of many fields', () => {
    test.each([
      ['dead-letter', deadLetter(), DEAD],
      ['requeue', requeue, 'again'],
    ])('%s takes all of them, in order, and gives them back', async (_name, action, target) => {
      const { direct, sluice } = world
      await seedWide(direct)
      const job = await sluice.recover(ofConsumer('alice'), action)
      expect(job).toMatchObject({ state: 'done', failures: [], counts: counts({ changed: 5 }) })
      expect(await originals(direct, target)).toEqual(ALL)
      expect(
        (await copiesIn(direct, target)).map(({ fields }) => fields.findIndex(([name]) => name === 'sluice:stream')),
      ).toEqual([1, ...WIDTHS, 1])
      expect(await pendingIds(direct)).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 5 }) })
      expect([await pendingIds(direct), await copiesIn(direct, target)]).toEqual([ALL, []])
    })

    test('a copy whose reply is lost is taken back, and its entry stays pending', async () => {
      const { direct, sluice, proxy } = world
      await seedWide(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      void proxy.fault((args) => args[0]?.toUpperCase() === 'XADD', { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: { unknown: 0 } })
      const copied = await originals(direct)
      expect([...copied, ...(await pendingIds(direct))].toSorted()).toEqual(ALL)
    })

    test('an ack whose reply is lost is read back', async () => {
      const { direct, sluice, proxy } = world
      await seedWide(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      void proxy.fault((args) => args[0]?.toUpperCase() === 'XACK', { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.state).toBe('interrupted')
      const pending = await pendingIds(direct)
      for (const id of ALL) expect([...(await originals(direct)), ...pending]).toContain(id)
    })

    test('a refused copy leaves its entry pending, and says why', async () => {
      const { direct, sluice } = world
      await seedWide(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      await direct.set(DEAD, 'no stream')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts.changed).toBe(0)
      expect(await pendingIds(direct)).toEqual(ALL)
    })

    test('one that another consumer takes meanwhile is left to it, and has no copy', async () => {
      const { direct, sluice, proxy } = world
      await seedWide(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      let isTaken = false
      const wide = (args: readonly string[]): boolean => args[0]?.toUpperCase() === 'XADD' && args.length > 20_000
      const taken = proxy.fault(wide, { kind: 'delay', ms: 0 }).then(async () => {
        await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '4-0')
        isTaken = true
      })
      const job = await sluice.finished(await sluice.run(plan))
      await taken
      expect(isTaken).toBe(true)
      // The claim came before the ack, or after it: then there was nothing to claim.
      const pending = await pendingIds(direct)
      expect((await originals(direct)).includes('4-0')).toBe(!pending.includes('4-0'))
      expect(job.counts.changed + job.counts.leftAlone).toBe(5)
    })

    test('what goes by commands is only possible to undo after a kill, and what a script copied is certain', async () => {
      const { direct, sluice } = world
      await seedWide(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      expect(sentence(plan.guard.note)).toContain('moves just in between is acked too')
      const job = await sluice.finished(await sluice.run(plan))
      await sluice.restart(() =>
        rewriteJournal(sluice.dataDir, (line) => (line['t'] === 'outcome' || line['t'] === 'end' ? null : line)),
      )
      const { api, connectionId } = sluice
      const { ready } = await walked(api.recovery.planUndo({ connectionId, recordId: job.recordId }))
      expect(ready.plan).toMatchObject({ entries: 3, others: 2 })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 3, leftAlone: 2 }) })
      expect(await pendingIds(direct)).toEqual(['1-0', '2-0', '9-0'])
      expect(await sluice.undo(job, 'possible')).toMatchObject({ counts: { changed: 2 } })
      expect([await pendingIds(direct), await copiesIn(direct)]).toEqual([ALL, []])
    })

    test('a record of an older Sluice means what it did: by its beginning, all of it was one step', async () => {
      const { direct, sluice } = world
      await seedWide(direct)
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      await sluice.restart(() =>
        rewriteJournal(sluice.dataDir, ({ atomic: _atomic, ...line }) => {
          if (line['t'] === 'begin') return { ...line, atomic: true }
          return line['t'] === 'outcome' || line['t'] === 'end' ? null : line
        }),
      )
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    })

    test('a redrive brings all of them back to their stream', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '0-1', 'n', 'first')
      await bury(
        direct,
        [...WIDTHS, 1].map((count, at) => ({ id: `${at + 1}-0`, own: fieldsOf(count) })),
      )
      expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
      expect((await widths(direct, KEY, 4)).slice(1)).toEqual([...WIDTHS, 1])
      expect(await copiesIn(direct, DEAD)).toEqual([])
    })
  })
})
