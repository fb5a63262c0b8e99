import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { isForGood } from '../../../../shared/for-good'
import type { Job } from '../../../../shared/model/job'
import type { References } from '../../../../shared/model/references'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { sentence } from '../../../../shared/words/messages'
import { saying } from '../../../helpers/saying'
import { DEAD, deadLetter, originals } from './copy-kit'
import { openAs } from './limited-user'
import {
  counts,
  executed,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'

const requeue = (deleteOriginal: References = 'KEEPREF'): RecoveryAction => ({
  ...{ kind: 'requeue', stream: null, provenance: true },
  deleteOriginal,
})

onEveryServer((world) => {
  const ids = async (key = KEY): Promise<string[]> => (await world.direct.xrange(key, '-', '+')).map(([id]) => id)
  const audit = (count: number) =>
    world.direct.call('XREADGROUP', 'GROUP', 'audit', 'eve', 'COUNT', count, 'STREAMS', KEY, '>')
  const hasModes = (): Promise<boolean> =>
    world.direct.call('XDELEX', 'none', 'ACKED', 'IDS', 1, '1-0').then(
      () => true,
      () => false,
    )

  describe('what another group would lose that nobody was shown is not deleted', () => {
    const needs: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['a group was made since', () => world.direct.xgroup('CREATE', KEY, 'late', '0')],
      ['a group was set back since', () => world.direct.xgroup('SETID', KEY, 'audit', '1-0')],
    ]
    const actions: readonly RecoveryAction[] = [
      { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true },
      requeue(),
      deadLetter({ deleteOriginal: 'KEEPREF' }),
    ]

    test.each(
      needs.flatMap(([title, happens]) => actions.map((action) => ({ title, kind: action.kind, happens, action }))),
    )('$kind: $title', async ({ happens, action }) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xgroup('CREATE', KEY, 'audit', '3-0')
      const plan = await sluice.plan(ofConsumer('alice'), action)
      await happens()
      const problem = { code: 'plan.group-since' }
      await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'STALE_PLAN', data: { problem } })
      expect([await ids(), await heldBy(direct, 'alice')]).toEqual([idsFrom(1, 3), idsFrom(1, 3)])
    })

    test('where only the group itself was set back, it is', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      await direct.xgroup('SETID', KEY, GROUP, '1-0')
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({
        state: 'done',
        counts: counts({ changed: 3 }),
      })
    })
  })

  describe('the originals of copies', () => {
    test('are deleted once acked, their bodies in a file; the plan tells who loses them, and that it is for good', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      await direct.xgroup('CREATE', KEY, 'audit', '0')
      await audit(2)
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      expect([isForGood(plan), plan.undo.possible, plan.undo.note.code]).toEqual([
        ...[true, false, 'undo.originals-deleted'],
      ])
      expect(plan.otherGroups).toMatchObject([
        { name: 'audit', pending: { value: 2 }, unread: { value: 1 }, gets: { value: 3 }, had: { value: 2 } },
      ])
      expect(plan.warnings).toEqual(expect.arrayContaining(['others-need', 'others-get']))
      expect(plan.commands[0]).toMatch(/, then XACK orders billing 1-0, XDEL orders 1-0$/)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', undoable: false, failures: [], counts: counts({ changed: 3 }) })
      expect((await ids())[0]).toBe('9-0')
      expect(await originals(direct, KEY)).toEqual([undefined, ...idsFrom(1, 3)])
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect([records[0]?.backupFile, sentence(records[0]!.summary)]).toEqual([
        expect.stringMatching(/backups/),
        'requeue to orders, deleting the originals',
      ])
      const [name = ''] = readdirSync(join(sluice.dataDir, 'backups'))
      const lines = readFileSync(join(sluice.dataDir, 'backups', name), 'utf8')
        .trimEnd()
        .split('\n')
      expect(lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(idsFrom(1, 3))
    })

    test('stay where nobody asked for their end', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await sluice.recover(ofConsumer('alice'), deadLetter())
      expect(await ids()).toEqual(idsFrom(1, 3))
    })

    test('of a dead-letter that another group needs stay by ACKED, and are told', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xgroup('CREATE', KEY, 'audit', '0')
      await audit(3)
      await direct.xack(KEY, 'audit', '2-0')
      const ask = () => sluice.plan(ofConsumer('alice'), deadLetter({ deleteOriginal: 'ACKED' }))
      if (!(await hasModes())) {
        await expect(ask()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
        return
      }
      const job = await sluice.finished(await sluice.run(await ask()))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(job.failures).toEqual(
        ['1-0', '3-0'].map((id) => ({ id, reason: saying(/another group holds it, or has not read it/) })),
      )
      expect([await ids(), await pendingOf(direct)]).toEqual([['1-0', '3-0'], []])
    })

    test('are not deleted, nor anything copied, where their backup can’t be written', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      mkdirSync(sluice.dataDir, { recursive: true })
      writeFileSync(join(sluice.dataDir, 'backups'), 'no folder')
      const job = await sluice.recover(ofConsumer('alice'), deadLetter({ deleteOriginal: 'KEEPREF' }))
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: counts({}) })
      expect([await ids(), await ids(DEAD), await heldBy(direct, 'alice')]).toEqual([
        ...[idsFrom(1, 3), [], idsFrom(1, 3)],
      ])
    })

    test('stay where the user may not delete: that is told before', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await openAs(world, '-xdel')
      try {
        await expect(sluice.plan(ofConsumer('alice'), requeue())).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      } finally {
        await sluice.stop()
      }
    })

    test('that the server refuses to delete in the end are told one by one, and the job fails', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const limited = await openAs(world)
      try {
        const plan = await limited.plan(ofConsumer('alice'), requeue())
        await direct.call('ACL', 'SETUSER', 'limited', '-xdel')
        const job = await limited.finished(await limited.run(plan))
        expect(job).toMatchObject({ state: 'failed', counts: counts({ changed: 3 }) })
        expect(job.failures.map(({ id, reason }) => [id, reason.code])).toEqual(
          idsFrom(1, 3).map((id) => [id, 'recovery.original-may-stay']),
        )
        expect(await ids()).toHaveLength(6)
      } finally {
        await limited.stop()
      }
    })

    test('whose deletion got no answer are looked for: those that are there are told', async () => {
      const { direct, proxy, sluice } = world
      // Not the one by which a new connection finds out what it may do.
      const deletion = ([name, key]: readonly string[]): boolean => name === 'XDEL' && key === KEY
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      void proxy.fault(deletion, { kind: 'cut-before-forward' })
      const stay = await sluice.recover(ofConsumer('alice'), requeue())
      expect(stay).toMatchObject({ state: 'interrupted', counts: counts({ changed: 3 }) })
      expect(stay.failures.map(({ id }) => id)).toEqual(idsFrom(1, 3))
      await direct.del(KEY)
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      void proxy.fault(deletion, { kind: 'cut-before-reply' })
      const gone = await sluice.recover(ofConsumer('alice'), requeue())
      expect(gone).toMatchObject({ state: 'interrupted', failures: [], counts: counts({ changed: 3 }) })
    })

    test('whose copying got no answer stay, and are told', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      const job = await sluice.recover(ofConsumer('alice'), requeue())
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 3 }) })
      expect(job.failures.map(({ id }) => id)).toEqual(idsFrom(1, 3))
      expect(await ids()).toHaveLength(6)
    })
  })

  describe('what ends in the midst of a part', () => {
    const stayed = ({ failures }: Job) => failures.map(({ id, reason }) => [id, reason.code])
    const mayStay = (...those: string[]) => those.map((id) => [id, 'recovery.original-may-stay'])
    beforeEach(() => seed(world.direct, { held: { alice: idsFrom(1, 2) } }))

    test('cancelled while it copies, the originals of the copies go as well', async () => {
      const { proxy, sluice } = world
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      const reached = holdAt(proxy, named('EVAL'))
      const running = await sluice.run(plan)
      await reached
      await sluice.api.job.cancel({ jobId: running.id })
      proxy.resume()
      const job = await sluice.finished(running)
      expect([job.counts, job.failures]).toEqual([counts({ changed: 2 }), []])
      expect(await originals(world.direct, KEY)).toEqual(['1-0', '2-0'])
    })

    test('at the ack of a second one, the first one’s original is told as well', async () => {
      const limited = await openAs(world, '-eval')
      try {
        const plan = await limited.plan(ofConsumer('alice'), requeue())
        void world.proxy.fault(([name, , , id]) => name === 'XACK' && id === '2-0', { kind: 'cut-in-reply', bytes: 0 })
        const job = await limited.finished(await limited.run(plan))
        expect([job.state, stayed(job).sort()]).toEqual(['interrupted', mayStay('1-0', '2-0')])
        expect(await ids()).toHaveLength(4)
      } finally {
        await limited.stop()
      }
    })

    test('between the copies and the deletion, where the server no longer tells how long the target is', async () => {
      const { proxy } = world
      const sluice = await openAs(world, '-eval')
      try {
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ maxLen: 100, deleteOriginal: 'KEEPREF' }))
        let looks = 0
        const isSecond = ([name, key]: readonly string[]) => name === 'XLEN' && key === DEAD && ++looks === 2
        void proxy.fault(isSecond, { kind: 'answer', reply: '-ERR not now\r\n' })
        const job = await sluice.finished(await sluice.run(plan))
        expect([job.state, stayed(job)]).toEqual(['failed', mayStay('1-0', '2-0')])
        expect(job.counts).toEqual(counts({ changed: 2 }))
        expect(await ids()).toEqual(['1-0', '2-0'])
      } finally {
        await sluice.stop()
      }
    })
  })

  describe('the backup of originals says what went, and what stayed', () => {
    /** How many of them went, may have gone, and stayed. */
    const fates = async ({ recordId }: Job, { api }: Pick<Sluice, 'api'> = world.sluice) => {
      const { backups } = await api.restore.backups()
      const { entries, unsure, stayed } = backups.find(({ record }) => record?.id === recordId)?.contents ?? {}
      return { entries, unsure, stayed }
    }
    beforeEach(() => seed(world.direct, { held: { alice: idsFrom(1, 3) } }))

    test('once all is done', async () => {
      const job = await world.sluice.recover(ofConsumer('alice'), requeue())
      expect([job.state, await fates(job)]).toEqual(['done', { entries: 3, unsure: 0, stayed: 0 }])
    })

    test('where another group keeps some', async () => {
      const { direct, sluice } = world
      if (!(await hasModes())) return
      await direct.xgroup('CREATE', KEY, 'audit', '0')
      await audit(3)
      await direct.xack(KEY, 'audit', '2-0')
      const job = await sluice.recover(ofConsumer('alice'), deadLetter({ deleteOriginal: 'ACKED' }))
      expect([job.state, await fates(job)]).toEqual(['done', { entries: 1, unsure: 0, stayed: 2 }])
    })

    test('where others acked some meanwhile: those were not copied', async () => {
      const { direct, sluice } = world
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      await direct.xack(KEY, GROUP, '1-0')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 2, leftAlone: 1 }))
      expect([(await ids())[0], await fates(job)]).toEqual(['1-0', { entries: 2, unsure: 0, stayed: 0 }])
    })

    test('where the server refuses the deletion', async () => {
      const limited = await openAs(world)
      try {
        const plan = await limited.plan(ofConsumer('alice'), requeue())
        await world.direct.call('ACL', 'SETUSER', 'limited', '-xdel')
        const job = await limited.finished(await limited.run(plan))
        expect([job.state, await fates(job, limited)]).toEqual(['failed', { entries: 0, unsure: 0, stayed: 3 }])
      } finally {
        await limited.stop()
      }
    })

    test.each([
      ['EVAL', 'cut-before-forward', { entries: 0, unsure: 0, stayed: 3 }],
      ['EVAL', 'cut-before-reply', { entries: 0, unsure: 0, stayed: 3 }],
      ['XDEL', 'cut-before-forward', { entries: 0, unsure: 0, stayed: 3 }],
      ['XDEL', 'cut-before-reply', { entries: 3, unsure: 0, stayed: 0 }],
    ] as const)('where the connection is lost at %s (%s)', async (command, kind, fate) => {
      void world.proxy.fault(command, { kind })
      const job = await world.sluice.recover(ofConsumer('alice'), requeue())
      expect([job.state, await fates(job)]).toEqual(['interrupted', fate])
    })

    test('and nothing for certain where the stream went while the reply was lost', async () => {
      const { direct, proxy, sluice } = world
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ deleteOriginal: 'KEEPREF' }))
      const struck = proxy.fault('XDEL', { kind: 'cut-before-reply' }).then(() => proxy.refuse())
      const running = await sluice.run(plan)
      await struck
      await executed(direct, 'xdel', 1)
      await direct.del(KEY)
      proxy.accept()
      const job = await sluice.finished(running)
      expect([job.state, await fates(job)]).toEqual(['interrupted', { entries: 3, unsure: 3, stayed: 0 }])
    })
  })
})
