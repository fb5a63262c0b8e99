import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Fault } from '../../../helpers/fault-proxy'
import { counts, GROUP, heldBy, idsFrom, KEY, ofConsumer, onEveryServer, seed, type World } from './recovery-kit'
import { saying } from '../../../helpers/saying'

const release = (mode: 'SILENT' | 'FAIL' | 'FATAL' = 'SILENT'): RecoveryAction => ({ kind: 'release', mode })

/** Sluice meets a server that seems to have XNACK; this befalls each later one, and the server gets none of them. */
async function seemToHave({ proxy, sluice }: World, fault: Fault, times: number): Promise<(readonly string[])[]> {
  const sent: (readonly string[])[] = []
  const isProbe = (args: readonly string[]) => args[0] === 'XNACK' && args.at(-1) === 'no-id'
  void proxy.fault('COMMAND', { kind: 'answer', reply: '-NOPERM no permissions\r\n' })
  void proxy.fault(isProbe, {
    kind: 'answer',
    reply: '-ERR Invalid stream ID specified as stream command argument\r\n',
  })
  const isReal = (args: readonly string[]) => args[0] === 'XNACK' && args.at(-1) !== 'no-id' && sent.push(args) > 0
  void proxy.fault(isReal, fault, times)
  await sluice.restart()
  return sent
}

onEveryServer((world) => {
  describe('a release to the group', () => {
    test('is refused, with the reason, where the server has no XNACK', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const refused = { code: 'UNSUPPORTED', data: { feature: 'xnack', reason: saying('This server has no XNACK.') } }
      await expect(sluice.plan(ofConsumer('alice'), release())).rejects.toMatchObject(refused)
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })

    test('sends each entry once, in the mode asked for, and says that it can’t be undone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sent = await seemToHave(world, { kind: 'answer', reply: ':1\r\n' }, 3)
      const plan = await sluice.plan(ofConsumer('alice'), release('FATAL'))
      expect(plan).toMatchObject({ changes: 3, guard: { atomic: false }, undo: { possible: false } })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ kind: 'release', state: 'done', undoable: false, counts: counts({ changed: 3 }) })
      expect(sent).toEqual(idsFrom(1, 3).map((id) => ['XNACK', KEY, GROUP, 'FATAL', 'IDS', '1', id]))
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('counts as left alone what was not pending any more', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await seemToHave(world, { kind: 'answer', reply: ':0\r\n' }, 3)
      const job = await sluice.recover(ofConsumer('alice'), release())
      expect(job).toMatchObject({ state: 'done', counts: counts({ leftAlone: 3 }) })
    })

    test('says so when the server refuses it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await seemToHave(world, { kind: 'answer', reply: '-NOPERM no permissions\r\n' }, 3)
      const job = await sluice.recover(ofConsumer('alice'), release('FAIL'))
      expect(job).toMatchObject({ state: 'failed', error: { data: { prefix: 'NOPERM' } }, counts: { changed: 0 } })
    })

    test('that never reaches the server is read back, and sent no second time', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sent = await seemToHave(world, { kind: 'cut-before-forward' }, 1)
      const job = await sluice.recover(ofConsumer('alice'), release())
      const lost = { code: 'UNKNOWN_OUTCOME' }
      expect(job).toMatchObject({ state: 'interrupted', error: lost, counts: counts({ leftAlone: 3 }) })
      expect(sent).toHaveLength(1)
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })
  })
})
