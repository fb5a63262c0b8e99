import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { UndoWhich } from '../../../../shared/model/undo-plan'
import { words } from '../../../../shared/words/words'
import { saying } from '../../../helpers/saying'
import { longer } from '../../../helpers/soak'
import { rewriteJournal } from '../journal/rewrite-journal'
import { copiesIn, DEAD, deadLetter } from './copy-kit'
import { openAs } from './limited-user'
import { ack, claimTo, GROUP, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed, walked } from './recovery-kit'
import type { Sluice } from './recovery-kit'

/** Before it learnt what came of what it sent: no outcome, no end. */
function forgetOutcomes(dataDir: string): void {
  rewriteJournal(dataDir, (line) => (line['t'] === 'outcome' || line['t'] === 'end' ? null : line))
}

/** What is certain is undone; what may have been its consumer's doing, by itself. */
onEveryServer((world) => {
  const IDS = idsFrom(1, 6)
  async function preview({ recordId }: Pick<Job, 'recordId'>, which?: UndoWhich, sluice: Sluice = world.sluice) {
    const { api, connectionId } = sluice
    return (await walked(api.recovery.planUndo({ connectionId, recordId, which }))).ready.plan
  }
  async function undo({ recordId }: Pick<Job, 'recordId'>, which?: UndoWhich, sluice: Sluice = world.sluice) {
    const { api, connectionId } = sluice
    return sluice.finished(await api.recovery.undo({ connectionId, recordId, which }))
  }
  async function killedIn(action: RecoveryAction): Promise<Job> {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: IDS } })
    const job = await sluice.recover(ofConsumer('alice'), action)
    await sluice.restart(() => forgetOutcomes(sluice.dataDir))
    return job
  }

  describe('the undo of an ack that Sluice was killed in', () => {
    test('gives nothing back by itself, and offers what is possible with its count', async () => {
      const { direct } = world
      const job = await killedIn(ack)
      const plan = await preview(job)
      expect(plan).toMatchObject({ entries: 0, others: 6 })
      expect(words.recovery.undoing(plan)).toContain('6 may have been acked from here')
      expect(await undo(job)).toMatchObject({ counts: { changed: 0, leftAlone: 6 } })
      expect(await pendingOf(direct)).toEqual([])

      expect(await preview(job, 'possible')).toMatchObject({ entries: 6, which: 'possible' })
      expect(await undo(job, 'possible')).toMatchObject({ counts: { changed: 6, leftAlone: 0 } })
      expect(await pendingOf(direct)).toEqual(IDS.map((id) => [id, 'alice', '1']))
      await expect(undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('parts the certain from the possible, whatever the consumers acked: by brute force', async () => {
      const { direct, sluice } = world
      const acked = fc.subarray(IDS)
      await fc.assert(
        fc.asyncProperty(acked, acked, fc.boolean(), async (certain, theirs, possibleFirst) => {
          await direct.flushall()
          await seed(direct, { held: { alice: IDS } })
          const ours = IDS.filter((id) => !theirs.includes(id))
          // An ack of some whose outcome is known, and one of all the rest, which is forgotten.
          const job = await sluice.recover(ofConsumer('alice'), ack)
          const known = certain.filter((id) => ours.includes(id))
          await sluice.restart(() => tell(sluice.dataDir, job.recordId, known))
          const order: readonly UndoWhich[] = possibleFirst ? ['possible', 'certain'] : ['certain', 'possible']
          for (const which of order) {
            const before = await pendingOf(direct)
            const plan = await preview(job, which).catch(() => null)
            const done = await undo(job, which).catch(() => null)
            const back = (await pendingOf(direct)).filter((row) => !before.some(([id]) => id === row[0]))
            expect(back).toHaveLength(plan?.entries ?? 0)
            expect(done?.counts.changed ?? 0).toBe(back.length)
            if (which === 'certain') expect(back.map(([id]) => id)).toEqual(known)
            else expect(back.some(([id]) => known.includes(id))).toBe(false)
          }
        }),
        { numRuns: longer(4) },
      )
    })
  })

  /** Leaves of a record's outcomes only that these were acked; all else is as if no reply had come. */
  function tell(dataDir: string, recordId: string, known: readonly string[]): void {
    rewriteJournal(dataDir, (line) => {
      if (line['id'] !== recordId || line['t'] !== 'outcome') return line
      const unsure = IDS.filter((id) => !known.includes(id))
      const counts = { ...(line['counts'] as object), changed: known.length, unknown: unsure.length }
      return { ...line, unsure, counts }
    })
  }

  test('an ack whose reply is lost: what its consumer acked meanwhile is not made pending', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: IDS } })
    const plan = await sluice.plan(ofConsumer('alice'), ack)
    void proxy.fault((args) => /^(EVAL|XACK)$/i.test(args[0] ?? ''), { kind: 'cut-before-forward' }, 1)
    void proxy.fault('CLIENT', { kind: 'answer', reply: '-NOPERM no\r\n' }, 1000)
    void proxy.fault('INFO', { kind: 'answer', reply: '-NOPERM no\r\n' }, 1000)
    const running = await sluice.run(plan)
    await direct.xack(KEY, GROUP, ...IDS)
    const job = await sluice.finished(running)
    await expect
      .poll(
        () =>
          preview(job).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)
    await undo(job).catch(() => null)
    expect(await pendingOf(direct)).toEqual([])
  })

  describe('the undo of a copying that Sluice was killed in', () => {
    test('by a script is certain, where there is a copy: it was acked in the same step', async () => {
      const { direct } = world
      const job = await killedIn(deadLetter())
      const plan = await preview(job)
      expect(plan).toMatchObject({ entries: 6 })
      expect(plan.others).toBeUndefined()
      expect(await undo(job)).toMatchObject({ counts: { changed: 6 } })
      expect(await copiesIn(direct)).toEqual([])
    })

    test('without provenance can’t find the copies: the preview says so, and so did the plan', async () => {
      const { direct, sluice } = world
      const requeue: RecoveryAction = { kind: 'requeue', stream: 'again', provenance: false }
      await seed(direct, { held: { alice: IDS } })
      const made = await sluice.plan(ofConsumer('alice'), requeue)
      expect(made.undo.note).toEqual(saying('don’t say where they come from'))
      const job = await sluice.finished(await sluice.run(made))
      await sluice.restart(() => forgetOutcomes(sluice.dataDir))
      const plan = await preview(job)
      expect(plan).toMatchObject({ entries: 0, leftAlone: 6, untraced: 6 })
      expect(words.recovery.undoing(plan)).toContain('nothing tells their copies')
      await undo(job)
      expect(await pendingOf(direct)).toEqual([])
      expect(await copiesIn(direct, 'again')).toHaveLength(6)
    })

    test('by commands is possible: its consumer may have acked after the copy was made', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: IDS } })
      const sluice = await openAs(world, '-eval')
      try {
        const job = await sluice.recover(ofConsumer('alice'), deadLetter())
        await sluice.restart(() => forgetOutcomes(sluice.dataDir))
        expect(await preview(job, 'certain', sluice)).toMatchObject({ entries: 0, others: 6 })
        expect(await preview(job, 'possible', sluice)).toMatchObject({ entries: 6 })
        expect(await undo(job, 'possible', sluice)).toMatchObject({ counts: { changed: 6 } })
        expect(await copiesIn(direct)).toEqual([])
      } finally {
        await sluice.stop()
      }
    })
  })

  test('a dead-letter script that comes late is found by its copies’ provenance, where nothing can be fenced', async () => {
    const { direct, proxy } = world
    await seed(direct, { held: { alice: IDS } })
    const sluice = await openAs(world, '-client', '-info')
    try {
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      // It is held on its way, and let go once the loss was read back.
      const held: (readonly string[])[] = []
      void proxy.fault(
        (args) => {
          const isIt = /^EVAL$/i.test(args[0] ?? '') && held.length === 0
          if (isIt) held.push(args)
          return isIt
        },
        { kind: 'cut-before-forward' },
        1,
      )
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 6 } })
      await direct.call(held[0]?.[0] ?? '', ...(held[0] ?? []).slice(1))
      expect(await pendingOf(direct)).toEqual([])
      await expect
        .poll(
          () =>
            preview(job, 'certain', sluice).then(
              ({ entries }) => entries,
              () => null,
            ),
          { timeout: 20_000 },
        )
        .toBe(6)
      expect(await undo(job, 'certain', sluice)).toMatchObject({ counts: { changed: 6 } })
      expect(await pendingOf(direct)).toEqual(IDS.map((id) => [id, 'alice', '1']))
      expect(await copiesIn(direct, DEAD)).toEqual([])
    } finally {
      await sluice.stop()
    }
  })

  test('a claim that Sluice was killed in is given back as before: owner and count tell whose it was', async () => {
    const job = await killedIn(claimTo('bob'))
    expect(await undo(job)).toMatchObject({ counts: { changed: 6 } })
    expect(await pendingOf(world.direct)).toEqual(IDS.map((id) => [id, 'alice', '1']))
  })
})
