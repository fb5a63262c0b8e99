import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { openAs } from './limited-user'
import { counts, GROUP, heldBy, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed } from './recovery-kit'

const requeue = (stream: string | null = null, provenance = false): RecoveryAction => ({
  kind: 'requeue',
  stream,
  provenance,
})

/** Fields of the entries after the first `skip`. */
async function after(direct: Redis, skip: number, key = KEY): Promise<string[][]> {
  return (await direct.xrange(key, '-', '+')).slice(skip).map(([, fields]) => fields)
}

const fieldsOf = (ids: readonly string[]): string[][] => ids.map((id) => ['n', id])

onEveryServer((world) => {
  describe('requeueing', () => {
    test('puts copies at the end of the same stream, where the group gets them anew', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      expect(plan).toMatchObject({ action: { stream: KEY }, guard: { atomic: true }, undo: { possible: true } })
      expect(plan.warnings).not.toContain('new-stream')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ kind: 'requeue', state: 'done', counts: counts({ changed: 3 }) })
      expect(await pendingOf(direct)).toEqual([['9-0', 'bob', '1']])
      expect(await after(direct, 4)).toEqual(fieldsOf(idsFrom(1, 3)))
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'carol', 'STREAMS', KEY, '>')
      expect(await heldBy(direct, 'carol')).toHaveLength(3)
    })

    test('puts them into another stream, with where they come from when asked to', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2) } })
      const job = await sluice.recover(ofConsumer('alice'), requeue('other', true))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
      const [first = []] = await after(direct, 0, 'other')
      expect(first.slice(0, -1)).toEqual([
        ...['n', '1-0', 'sluice:stream', KEY, 'sluice:group', GROUP, 'sluice:id', '1-0'],
        ...['sluice:consumer', 'alice', 'sluice:deliveries', '1', 'sluice:at'],
      ])
    })

    test('of more than one batch keeps the order', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 730) } })
      await sluice.recover(ofConsumer('alice'), requeue())
      expect(await after(direct, 730)).toEqual(fieldsOf(idsFrom(1, 730)))
    })

    test('is refused where something else than a stream has the name', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      await direct.set('other', 'x')
      const refused = { code: 'BAD_INPUT', data: { field: 'action.stream' } }
      await expect(sluice.plan(ofConsumer('alice'), requeue('other'))).rejects.toMatchObject(refused)
    })

    test('acks nothing when the server is out of memory', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      await direct.config('SET', 'maxmemory', '1')
      try {
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'failed', error: { data: { prefix: 'OOM' } }, counts: { changed: 0 } })
        expect([await after(direct, 3), (await pendingOf(direct)).length]).toEqual([[], 3])
      } finally {
        await direct.config('SET', 'maxmemory', '0')
      }
    })

    test('that never reaches the server leaves everything as it was', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      void proxy.fault('EVAL', { kind: 'cut-before-forward' })
      const job = await sluice.recover(ofConsumer('alice'), requeue())
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 3 }) })
      expect([await after(direct, 3), (await pendingOf(direct)).length]).toEqual([[], 3])
    })

    test('whose reply is lost calls it unknown where no field tells the copies, and makes no second ones', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      const job = await sluice.recover(ofConsumer('alice'), requeue())
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 3 }) })
      expect(await after(direct, 3)).toEqual(fieldsOf(idsFrom(1, 3)))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ leftAlone: 3 }) })
      expect(await pendingOf(direct)).toEqual([])
    })

    test('whose reply is lost is known where fields tell the copies', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const before = await pendingOf(direct)
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      const job = await sluice.recover(ofConsumer('alice'), requeue(null, true))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 3 }) })
      await sluice.undo(job)
      expect([await pendingOf(direct), await after(direct, 3)]).toEqual([before, []])
    })

    test('without scripts calls it unknown what may have a copy after a lost reply', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await openAs(world, '-eval')
      try {
        void proxy.fault('XADD', { kind: 'cut-before-reply' })
        const job = await sluice.recover(ofConsumer('alice'), requeue())
        expect(job.state).toBe('interrupted')
        expect(job.counts).toMatchObject({ changed: 0, unknown: 3 })
        expect(await heldBy(direct, 'alice')).toHaveLength(3)
      } finally {
        await sluice.stop()
      }
    })
  })

  describe('undoing a requeue', () => {
    test('takes back what no group was given yet', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), requeue())
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect([await pendingOf(direct), await after(direct, 4)]).toEqual([before, []])
    })

    test('leaves alone what a group was given, be it handled or not', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), requeue())
      await direct.xgroup('CREATE', KEY, 'audit', '0')
      await direct.call('XREADGROUP', 'GROUP', 'audit', 'eve', 'COUNT', 4, 'NOACK', 'STREAMS', KEY, '>')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 1 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['2-0', '3-0'])
      expect(await after(direct, 3)).toEqual(fieldsOf(['1-0']))
    })

    test('is looked at before: the plan says what would come back', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const job = await sluice.recover(ofConsumer('alice'), requeue('other'))
      await direct.xgroup('CREATE', 'other', 'g', '$')
      const { connectionId } = sluice
      const { recordId } = job
      const states = []
      for await (const each of await sluice.api.recovery.planUndo({ connectionId, recordId })) states.push(each)
      expect(states.at(-1)).toMatchObject({ state: 'ready', plan: { entries: 0, leftAlone: 3 } })
      expect(await after(direct, 0, 'other')).toHaveLength(3)
    })
  })
})
