import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { UndoWhich } from '../../../../shared/model/undo-plan'
import type { CommandMatch, Fault } from '../../../helpers/fault-proxy'
import { rewriteJournal } from '../journal/rewrite-journal'
import { copiesIn, DEAD, deadLetter } from './copy-kit'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  idsFrom,
  isOpen,
  KEY,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
  walked,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

const NEVER_SENT: Fault = { kind: 'cut-before-forward' }

/** What an undo only may have given back, the next one neither takes for given back nor gives back as if it were certain. */
onEveryServer((world) => {
  const IDS = idsFrom(1, 6)
  const HELD = IDS.map((id) => [id, 'alice', '1'])

  async function preview({ recordId }: Pick<Job, 'recordId'>, which?: UndoWhich) {
    const { api, connectionId } = world.sluice
    return (await walked(api.recovery.planUndo({ connectionId, recordId, which }))).ready.plan
  }
  async function recordOf({ recordId }: Pick<Job, 'recordId'>) {
    const { api, connectionId } = world.sluice
    const { records } = await api.journal.list({ connectionId, count: 100 })
    return records.find(({ id }) => id === recordId)
  }
  async function done(action: RecoveryAction): Promise<Job> {
    await seed(world.direct, { held: { alice: IDS } })
    return world.sluice.recover(ofConsumer('alice'), action)
  }
  /** Its reply is lost, and nothing tells that it can't be carried out any more. */
  async function undoLost(job: Job, command: CommandMatch, fault: Fault): Promise<Job> {
    const { proxy, sluice } = world
    const refused: Fault = { kind: 'answer', reply: '-NOPERM no\r\n' }
    void proxy.fault(command, fault, 1)
    void proxy.fault('CLIENT', refused, 1000)
    void proxy.fault('INFO', refused, 1000)
    const undo = await sluice.undo(job)
    expect(undo).toMatchObject({ state: 'interrupted' })
    await isOpen(sluice)
    return undo
  }
  /** As a kill would leave it: what it sent is in the journal, what came of it is not. */
  async function forgetOutcome({ recordId }: Job): Promise<void> {
    const { sluice } = world
    await sluice.restart(() =>
      rewriteJournal(sluice.dataDir, (line) =>
        line['id'] === recordId && (line['t'] === 'outcome' || line['t'] === 'end') ? null : line,
      ),
    )
  }

  describe('an undo whose reply was lost for good', () => {
    test('of an ack, and that did nothing, can be done again, as possible', async () => {
      const job = await done(ack)
      expect(await undoLost(job, isClaim, NEVER_SENT)).toMatchObject({ counts: counts({ unknown: 6 }) })
      expect(await pendingOf(world.direct)).toEqual([])
      expect(await preview(job)).toMatchObject({ entries: 0, others: 6 })
      expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 6 }) })
      expect(await recordOf(job)).toMatchObject({ undo: { undoneBy: null } })
      expect(await world.sluice.undo(job, 'possible')).toMatchObject({ counts: counts({ changed: 6 }) })
      expect(await pendingOf(world.direct)).toEqual(HELD)
      expect((await recordOf(job))?.undo.undoneBy).not.toBeNull()
    })

    test('of a claim is done again: owner and count tell', async () => {
      const job = await done(claimTo('bob'))
      await undoLost(job, isClaim, NEVER_SENT)
      expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 6 }) })
      expect(await pendingOf(world.direct)).toEqual(HELD)
    })

    test('of a dead-letter can be done again, as possible', async () => {
      const job = await done(deadLetter())
      await undoLost(job, isClaim, NEVER_SENT)
      expect(await preview(job)).toMatchObject({ entries: 0, others: 6 })
      expect(await world.sluice.undo(job, 'possible')).toMatchObject({ counts: counts({ changed: 6 }) })
      expect([await pendingOf(world.direct), await copiesIn(world.direct)]).toEqual([HELD, []])
    })

    test('leaves what it was of as the holder of its entries', async () => {
      const { direct, sluice } = world
      const first = await done(claimTo('bob'))
      const at = await serverTime(direct)
      await expect.poll(() => serverTime(direct), { interval: 1 }).toBeGreaterThan(at + 2)
      const second = await sluice.recover(ofIds(['5-0', '6-0']), ack)
      await undoLost(second, isClaim, NEVER_SENT)
      const held = [{ recordId: second.recordId, entries: 2 }]
      expect(await preview(first)).toMatchObject({ entries: 4, leftAlone: 2, held })
    })
  })

  describe('an undo that Sluice was killed in', () => {
    test('of an ack: what its consumer has handled since is no certain one', async () => {
      const { direct, sluice } = world
      const job = await done(ack)
      await forgetOutcome(await sluice.undo(job))
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      const now = await pendingOf(direct)
      expect(await preview(job)).toMatchObject({ entries: 0, leftAlone: 6, others: 2 })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ leftAlone: 6 }) })
      expect(await pendingOf(direct)).toEqual(now)
    })

    test('of a dead-letter, before the copies went: what was handled since is no certain one', async () => {
      const { direct, proxy, sluice } = world
      const job = await done(deadLetter())
      void proxy.fault('XDEL', { kind: 'answer', reply: '-ERR not now\r\n' }, 1)
      const undo = await sluice.undo(job)
      await isOpen(sluice)
      await forgetOutcome(undo)
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      const now = await pendingOf(direct)
      expect(await copiesIn(direct, DEAD)).toHaveLength(6)
      expect(await preview(job)).toMatchObject({ entries: 0, others: 2 })
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(now)
    })

    test('and what a later one gave back for certain is never given back again', async () => {
      const { direct, sluice } = world
      const job = await done(ack)
      const killed = await sluice.undo(job)
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      await forgetOutcome(killed)
      expect(await sluice.undo(job, 'possible')).toMatchObject({ counts: { changed: 2, leftAlone: 4 } })
      await direct.xack(KEY, GROUP, '1-0')
      await sluice.undo(job, 'possible').catch((error: unknown) => expect(error).toMatchObject({ code: 'BAD_INPUT' }))
      expect((await pendingOf(direct)).map(([id]) => id)).toEqual(IDS.slice(1))
    })
  })

  test('one that told what came back, and was refused the copies, gave it back for certain', async () => {
    const { direct, proxy, sluice } = world
    const job = await done(deadLetter())
    void proxy.fault('XDEL', { kind: 'answer', reply: '-ERR not now\r\n' }, 1)
    expect(await sluice.undo(job)).toMatchObject({ state: 'failed', counts: counts({ changed: 6 }) })
    await direct.xack(KEY, GROUP, ...IDS)
    expect((await preview(job, 'possible')).entries).toBe(0)
  })
})
