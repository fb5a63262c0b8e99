import { describe, expect, test } from 'vitest'
import {
  callsOf,
  counts,
  heldBy,
  idsFrom,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
  GROUP,
  KEY,
} from './recovery-kit'

onEveryServer((world) => {
  describe('a spread', () => {
    test('leaves the consumers as level as it can, and says so beforehand', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 1000), a: idsFrom(1001, 200), b: idsFrom(1201, 50) } })
      const plan = await sluice.plan(ofConsumer('dead'), spreadOver(['a', 'b', 'new']))
      const after = [
        { name: 'a', before: 200, after: 417 },
        { name: 'b', before: 50, after: 417 },
        { name: 'dead', before: 1000, after: 0 },
        { name: 'new', before: 0, after: 416 },
      ]
      expect(plan.consumers).toHaveLength(4)
      expect(plan.consumers).toEqual(expect.arrayContaining(after))
      expect(plan.warnings).toContain('new-consumer')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ kind: 'spread', state: 'done', to: null, counts: counts({ changed: 1000 }) })
      for (const { name, after: expected } of after) expect(await heldBy(direct, name)).toHaveLength(expected)
    })

    test('is taken back exactly', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 700), a: idsFrom(701, 20), b: idsFrom(721, 5) } })
      await direct.call('XCLAIM', [KEY, GROUP, 'dead', 0, '3-0', '600-0', 'RETRYCOUNT', 9, 'JUSTID'])
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('dead'), spreadOver(['a', 'b', 'c']))
      expect(job.counts).toEqual(counts({ changed: 700 }))
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 700 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('over nobody in particular takes those that are active, and not the holder', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { holder: idsFrom(1, 9), a: idsFrom(10, 1), b: idsFrom(11, 1) } })
      const plan = await sluice.plan(ofConsumer('holder'), spreadOver(null))
      expect(plan.action).toMatchObject({ to: expect.arrayContaining(['a', 'b']) as unknown })
      expect(plan.action).not.toMatchObject({ to: expect.arrayContaining(['holder']) as unknown })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 9 }))
      expect(await heldBy(direct, 'holder')).toEqual([])
    })

    test('needs somebody: where no other consumer is active it says which field to fill in', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alone: idsFrom(1, 3) } })
      await expect(sluice.plan(ofConsumer('alone'), spreadOver(null))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'action.to' },
      })
      expect(await callsOf(direct, 'xclaim')).toBe(0)
    })

    test('goes to those that hold nothing where none is active, says so, and never to one that is stalled', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 4), stuck: idsFrom(5, 1) } })
      for (const name of ['calm', 'idle']) await direct.xgroup('CREATECONSUMER', KEY, GROUP, name)
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
      const warnings = async () => (await sluice.plan(ofConsumer('dead'), spreadOver(null))).warnings
      await expect.poll(warnings, { timeout: 30_000 }).toContain('targets-quiet')
      const plan = await sluice.plan(ofConsumer('dead'), spreadOver(null))
      expect(plan).toMatchObject({ action: { to: ['calm', 'idle'] }, changes: 4 })
      expect(plan.warnings).not.toContain('target-stalled')
      expect((await sluice.plan(ofConsumer('dead'), spreadOver(['stuck']))).warnings).toContain('target-stalled')
    })

    test('leaves with a target what that target holds already', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { a: idsFrom(1, 10), b: idsFrom(11, 2), dead: idsFrom(13, 8) } })
      const job = await sluice.recover(ofAll(), spreadOver(['a', 'b']))
      expect(job.counts).toEqual(counts({ changed: 8, leftAlone: 12 }))
      expect(await heldBy(direct, 'a')).toHaveLength(10)
      expect(await heldBy(direct, 'b')).toHaveLength(10)
      expect((await heldBy(direct, 'a')).slice(0, 10)).toEqual(idsFrom(1, 10))
    })

    test('over one and the same name given twice is a spread over one', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 5) } })
      const job = await sluice.recover(ofIds(['1-0', '2-0']), spreadOver(['a', 'a']))
      expect(job.counts).toEqual(counts({ changed: 2 }))
      expect(await heldBy(direct, 'a')).toEqual(['1-0', '2-0'])
    })

    test('works with names that are no text', async () => {
      const { direct, sluice } = world
      const odd = Buffer.from([0xff, 0x00, 0x0a])
      await seed(direct, {
        held: [
          ['dead', idsFrom(1, 4)],
          [odd, idsFrom(5, 1)],
        ],
      })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('dead'), spreadOver([{ base64: odd.toString('base64') }, '']))
      expect(job.counts).toEqual(counts({ changed: 4 }))
      expect(await heldBy(direct, { base64: odd.toString('base64') })).toHaveLength(3)
      expect(await heldBy(direct, '')).toHaveLength(2)
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('leaves out what is gone from the stream', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 6) } })
      await direct.xdel(KEY, '2-0', '3-0')
      const job = await sluice.recover(ofConsumer('dead'), spreadOver(['a', 'b']))
      expect(job.counts).toEqual(counts({ changed: 4, gone: 2 }))
      expect(await heldBy(direct, 'dead')).toEqual(['2-0', '3-0'])
    })

    test('leaves alone what moved since the plan', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 6) } })
      const plan = await sluice.plan(ofConsumer('dead'), spreadOver(['a', 'b']))
      await direct.xack(KEY, GROUP, '1-0')
      await direct.call('XCLAIM', [KEY, GROUP, 'erin', 0, '2-0', 'JUSTID'])
      const job = await sluice.finished(await sluice.run(plan))
      expect(job.counts).toEqual(counts({ changed: 4, leftAlone: 2 }))
      expect(await heldBy(direct, 'erin')).toEqual(['2-0'])
    })
  })
})
