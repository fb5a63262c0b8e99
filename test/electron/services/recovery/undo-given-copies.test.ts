import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { UndoWhich } from '../../../../shared/model/undo-plan'
import { words } from '../../../../shared/words/words'
import { copy } from '../copy/copy-kit'
import { copiesIn, DEAD, deadLetter } from './copy-kit'
import {
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  walked,
} from './recovery-kit'

const requeue: RecoveryAction = { kind: 'requeue', stream: 'copies', provenance: true }

/** A copy that a group was given is not deleted by an undo that was not asked to. */
onEveryServer((world) => {
  async function preview({ recordId }: Pick<Job, 'recordId'>, which?: UndoWhich) {
    const { api, connectionId } = world.sluice
    return (await walked(api.recovery.planUndo({ connectionId, recordId, which }))).ready.plan
  }
  async function undo({ recordId }: Pick<Job, 'recordId'>, which?: UndoWhich): Promise<Job> {
    const { api, connectionId } = world.sluice
    return world.sluice.finished(await api.recovery.undo({ connectionId, recordId, which }))
  }
  /** A group holds all that it was given, or some of it, and stands before it again. */
  async function readAndSetBack(stream: string, count = 100): Promise<void> {
    const { direct } = world
    await direct.xreadgroup('GROUP', 'readers', 'r', 'COUNT', count, 'STREAMS', stream, '>')
    await direct.xgroup('SETID', stream, 'readers', '0')
  }
  async function target(stream: string): Promise<void> {
    const { direct } = world
    await direct.xadd(stream, '1-0', 'a', 'b')
    await direct.xgroup('CREATE', stream, 'readers', '$')
  }

  describe('where a group holds copies, and was set back after it had read them', () => {
    test.each([5, 40])('the undo of a copy of %i leaves those, and deletes the others', async (entries) => {
      const { direct, sluice } = world
      for (const id of idsFrom(1, entries)) await direct.xadd(KEY, id, 'n', id)
      await target('copies')
      const job = await copy(sluice)
      await readAndSetBack('copies', 3)
      const held = await pendingOf(direct, 'copies', 'readers')
      expect(await preview(job)).toMatchObject({ entries: entries - 3, leftAlone: 3 })
      expect(await undo(job)).toMatchObject({ counts: counts({ changed: entries - 3, leftAlone: 3 }) })
      expect((await copiesIn(direct, 'copies')).map(({ id }) => id)).toEqual(['1-0', ...held.map(([id]) => id)])
    })

    test('the undo of a requeue leaves those, and their entries', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await target('copies')
      const job = await sluice.recover(ofConsumer('alice'), requeue)
      await readAndSetBack('copies', 3)
      expect(await preview(job)).toMatchObject({ entries: 2, leftAlone: 3 })
      expect(await undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 3 }) })
      expect(await copiesIn(direct, 'copies')).toHaveLength(4)
      expect(await heldBy(direct, 'alice')).toEqual(['4-0', '5-0'])
    })
  })

  describe('the undo of a dead-letter whose copies a group was given', () => {
    async function readInPart(): Promise<Job> {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await target(DEAD)
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      await direct.xreadgroup('GROUP', 'readers', 'r', 'COUNT', 3, 'STREAMS', DEAD, '>')
      const [first, second] = (await copiesIn(direct)).slice(1)
      await direct.xack(DEAD, 'readers', first?.id ?? '', second?.id ?? '')
      return job
    }

    test('takes the others, and tells of these, handled or held', async () => {
      const { direct } = world
      const job = await readInPart()
      const plan = await preview(job)
      expect(plan).toMatchObject({ entries: 2, leftAlone: 3, others: 3, given: 3 })
      expect(words.recovery.undoing(plan)).toBe(
        'Would give back 2 entries; of 3 a group was given the copies: undone separately',
      )
      expect(await undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 3 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['4-0', '5-0'])
      expect(await copiesIn(direct)).toHaveLength(4)
    })

    test('takes these by themselves, where that is asked for', async () => {
      const { direct } = world
      const job = await readInPart()
      const plan = await preview(job, 'possible')
      expect(plan).toMatchObject({ entries: 3, others: 2, given: 3 })
      expect(words.recovery.undoing(plan)).toContain('of these, 3 copies that a group was given would be deleted')
      expect(await undo(job, 'possible')).toMatchObject({ counts: counts({ changed: 3, leftAlone: 2 }) })
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 3))
      expect(await undo(job)).toMatchObject({ counts: counts({ changed: 2 }) })
      expect(await pendingOf(direct, KEY, GROUP)).toHaveLength(5)
      expect((await copiesIn(direct)).map(({ id }) => id)).toEqual(['1-0'])
    })

    test('looks at each part just before it is taken: what was given meanwhile stays', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 150) } })
      await target(DEAD)
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      // The copies of the first hundred go.
      const held = holdAt(proxy, ([name, key]) => name === 'XDEL' && key === DEAD)
      const running = undo(job)
      await held
      await expect.poll(() => copiesIn(direct)).toHaveLength(51)
      await direct.xreadgroup('GROUP', 'readers', 'r', 'COUNT', 30, 'STREAMS', DEAD, '>')
      proxy.resume()
      expect(await running).toMatchObject({ counts: counts({ changed: 120, leftAlone: 30 }) })
      expect(await copiesIn(direct)).toHaveLength(31)
    })

    test('leaves them also where the group was set back', async () => {
      const { direct } = world
      const job = await readInPart()
      await direct.xgroup('SETID', DEAD, 'readers', '0')
      const [[held] = ['']] = await pendingOf(direct, DEAD, 'readers')
      // What it acked is to be delivered anew: nobody works on that.
      expect(await undo(job)).toMatchObject({ counts: counts({ changed: 4, leftAlone: 1 }) })
      expect((await copiesIn(direct)).map(({ id }) => id)).toEqual(['1-0', held])
    })
  })
})
