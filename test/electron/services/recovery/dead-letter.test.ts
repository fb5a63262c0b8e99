import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import { isForGood } from '../../../../shared/for-good'
import { copiesIn, DEAD, deadLetter, originals } from './copy-kit'
import { openAs } from './limited-user'
import {
  callsOf,
  counts,
  everything,
  executed,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  sentSoFar,
  serverTime,
} from './recovery-kit'

onEveryServer((world) => {
  describe('dead-lettering', () => {
    test('copies each entry with where it comes from, and then acks it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { bob: ['1-0'], alice: idsFrom(2, 3) } })
      await direct.xadd(KEY, '9-0', 'b', '1', 'a', '2', 'b', '3')
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '9-0', 'FORCE', 'RETRYCOUNT', 7, 'JUSTID')
      const before = await serverTime(direct)
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      expect(plan).toMatchObject({ changes: 4, guard: { atomic: true }, undo: { possible: true } })
      expect(plan.action).toMatchObject({ kind: 'deadLetter', stream: DEAD })
      expect(plan.warnings).toContain('new-stream')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ kind: 'deadLetter', state: 'done', undoable: true, counts: counts({ changed: 4 }) })
      expect(await pendingOf(direct)).toEqual([['1-0', 'bob', '1']])
      const copies = await copiesIn(direct)
      const last = copies.at(-1)
      const at = last?.fields.at(-1)?.[1]
      expect(Number(at)).toBeGreaterThanOrEqual(before)
      expect(Number(at)).toBeLessThanOrEqual(await serverTime(direct))
      expect(last?.fields).toEqual([
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
        ['sluice:stream', KEY],
        ['sluice:group', GROUP],
        ['sluice:id', '9-0'],
        ['sluice:consumer', 'alice'],
        ['sluice:deliveries', '7'],
        ['sluice:reason', 'poison'],
        ['sluice:at', at],
      ])
      expect(copies).toHaveLength(4)
      expect(await direct.xrange(KEY, '-', '+')).toHaveLength(5)
    })

    test('takes names and fields of any bytes', async () => {
      const { direct, sluice } = world
      const [key, group, target] = [Buffer.from([0xff, 10]), Buffer.from([0xfe, 0]), Buffer.from([0xfd])]
      const raw = Buffer.from([0xc3, 0x28, 0])
      await direct.xadd(key, '1-0', raw, raw)
      await direct.xgroup('CREATE', key, group, '0')
      await direct.call('XREADGROUP', ['GROUP', group, raw, 'STREAMS', key, '>'])
      const bytes = (value: Buffer): Bytes => ({ base64: value.toString('base64') })
      const before = await pendingOf(direct, key, group)
      const action = deadLetter({ stream: bytes(target), reason: 'grün\n' })
      const job = await sluice.recover(ofConsumer(bytes(raw)), action, bytes(key), bytes(group))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      const [copy] = await copiesIn(direct, target)
      expect(copy?.fields.slice(0, -1)).toEqual([
        [bytes(raw), bytes(raw)],
        ['sluice:stream', bytes(key)],
        ['sluice:group', bytes(group)],
        ['sluice:id', '1-0'],
        ['sluice:consumer', bytes(raw)],
        ['sluice:deliveries', '1'],
        ['sluice:reason', 'grün\n'],
      ])
      await sluice.undo(job)
      expect(await pendingOf(direct, key, group)).toEqual(before)
      expect(await copiesIn(direct, target)).toEqual([])
    })

    test('of a name without text appends “:dead” to its bytes', async () => {
      const { direct, sluice } = world
      const key = Buffer.from([0xff])
      await seed(direct, { key, held: { alice: ['1-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter(), { base64: key.toString('base64') })
      const stream = { base64: Buffer.concat([key, Buffer.from(':dead')]).toString('base64') }
      expect(plan.action).toMatchObject({ stream })
    })

    test('of many and of large entries goes in bounded parts', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 230) } })
      for (const id of idsFrom(1_000, 4)) await direct.xadd(KEY, id, 'big', Buffer.alloc(700_000, id))
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
      await direct.config('RESETSTAT')
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 234 }) })
      expect(await originals(direct)).toEqual([...idsFrom(1, 230), ...idsFrom(1_000, 4)])
      expect(await callsOf(direct, 'eval')).toBeGreaterThanOrEqual(6)
    })

    /** A dead-letter stream with so many older letters. */
    async function bury(count: number): Promise<void> {
      const pipeline = world.direct.pipeline()
      for (let at = 1; at <= count; at += 1) pipeline.xadd(DEAD, `${at}-0`, 'old', at)
      await pipeline.exec()
    }

    test('keeps the target to about a length when asked to', async () => {
      const { direct, sluice } = world
      await bury(1_000)
      await seed(direct, { held: { alice: idsFrom(1, 200) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ maxLen: 300 }))
      expect(plan.targetLosses).toEqual({ value: 900, certainty: 'atMost' })
      expect(isForGood(plan)).toBe(true)
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({
        state: 'done',
        counts: counts({ changed: 200 }),
      })
      const left = (await copiesIn(direct)).length
      expect(left).toBeGreaterThanOrEqual(300)
      expect(left).toBeLessThan(1_200)
      expect((await originals(direct)).slice(-200)).toEqual(idsFrom(1, 200))
    })

    test('is refused where its own copies would be trimmed away, and nothing is sent', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_000) } })
      const planning = sluice.recover(ofConsumer('alice'), deadLetter({ maxLen: 200 }))
      await expect(planning).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'action.maxLen' } })
      expect(String(await direct.exists(DEAD))).toBe('0')
      expect(await pendingOf(direct)).toHaveLength(1_000)
    })

    test('takes nothing from a target that has room, and is not for good then', async () => {
      const { direct, sluice } = world
      await bury(10)
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ maxLen: 30 }))
      expect(plan.targetLosses).toEqual({ value: 0, certainty: 'atMost' })
      expect(isForGood(plan)).toBe(false)
      await sluice.finished(await sluice.run(plan))
      expect(String(await direct.xlen(DEAD))).toBe('30')
    })

    test.each([
      ['by the script', []],
      ['by commands', ['-eval', '-evalsha']],
    ])('%s, stops before more of the target would go than was shown', async (_way, rules) => {
      const { direct } = world
      const sluice = await openAs(world, ...rules)
      try {
        await bury(100)
        await seed(direct, { held: { alice: idsFrom(1, 50) } })
        const plan = await sluice.plan(ofConsumer('alice'), deadLetter({ maxLen: 120 }))
        expect(plan.guard.atomic).toBe(rules.length === 0)
        expect(plan.targetLosses?.value).toBe(30)
        const pipeline = direct.pipeline()
        for (let at = 101; at <= 900; at += 1) pipeline.xadd(DEAD, `${at}-0`, 'by', 'others')
        await pipeline.exec()
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' }, counts: counts({}) })
        expect(String(await direct.xlen(DEAD))).toBe('900')
        expect(await pendingOf(direct)).toHaveLength(50)
      } finally {
        await sluice.stop()
      }
    })

    test('leaves out what is gone from the stream: there is nothing to copy', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await direct.xdel(KEY, '2-0')
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, gone: 1 }) })
      expect(await pendingOf(direct)).toEqual([['2-0', 'alice', '1']])
      expect(await originals(direct)).toEqual(['1-0', '3-0', '4-0'])
    })

    test('leaves alone what moves in the very moment, and makes no copy of it', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      const before = (await callsOf(direct, 'xrange')) - sentSoFar(proxy, 'xrange')
      // The first four are of the stream’s evidence.
      const held = holdAt(proxy, named('XRANGE'), 5)
      const running = await sluice.run(plan)
      await held
      // Its ten entries were looked at by a script in the server before it began.
      await executed(direct, 'xrange', before + sentSoFar(proxy, 'xrange') + 10)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
      await direct.xack(KEY, GROUP, '3-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 8, leftAlone: 2 }) })
      expect(await originals(direct)).toEqual(['1-0', ...idsFrom(4, 7)])
      expect(await pendingOf(direct)).toEqual([['2-0', 'bob', '1']])
    })
  })

  describe('dead-lettering, when things go wrong', () => {
    test('is refused where the target is no stream, or the stream itself', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      await direct.set(DEAD, 'x')
      const refused = { code: 'BAD_INPUT', data: { field: 'action.stream' } }
      await expect(sluice.plan(ofConsumer('alice'), deadLetter())).rejects.toMatchObject(refused)
      await expect(sluice.plan(ofConsumer('alice'), deadLetter({ stream: KEY }))).rejects.toMatchObject(refused)
    })

    test('acks nothing when the target becomes something else after the plan', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      await direct.set(DEAD, 'x')
      const before = await everything(direct)
      const job = await sluice.finished(await sluice.run(plan))
      const wrong = { code: 'REDIS', data: { prefix: 'WRONGTYPE', key: DEAD } }
      expect(job).toMatchObject({ state: 'failed', error: wrong, counts: { changed: 0, unknown: 0 } })
      expect(await everything(direct)).toEqual(before)
    })

    test('acks nothing when the server is out of memory', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      await direct.config('SET', 'maxmemory', '1')
      try {
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'OOM' } } })
        expect(job.counts).toMatchObject({ changed: 0, unknown: 0 })
        expect([(await pendingOf(direct)).length, await direct.call('EXISTS', DEAD)]).toEqual([5, '0'])
      } finally {
        await direct.config('SET', 'maxmemory', '0')
      }
    })

    test('whose reply is lost finds the copies by where they come from, and copies nothing twice', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const before = await pendingOf(direct)
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 5 }), undoable: true })
      expect(await originals(direct)).toEqual(idsFrom(1, 5))
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      expect(await pendingOf(direct)).toEqual(before)
      expect(await originals(direct)).toEqual([])
    })

    test('whose reply is lost while a consumer acks can’t tell of that one, and says so', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      void proxy.fault((args) => args[0] === 'EVAL' && direct.xack(KEY, GROUP, '2-0') instanceof Promise, {
        kind: 'cut-before-forward',
      })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 4, unknown: 1 }) })
      expect(await originals(direct)).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ counts: { changed: 0 } })
      expect((await pendingOf(direct)).map(([id]) => id)).not.toContain('2-0')
    })

    test.each([
      ['XADD', ['-xadd'], 'xadd'],
      ['XACK', ['-xack'], 'xack'],
      ['XDEL, where no script can do it', ['-eval', '-xdel'], 'xdel'],
    ])('is refused to a user without %s', async (_what, rules, feature) => {
      const { direct } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const sluice = await openAs(world, ...rules)
      try {
        const refused = { code: 'UNSUPPORTED', data: { feature } }
        await expect(sluice.plan(ofConsumer('alice'), deadLetter())).rejects.toMatchObject(refused)
      } finally {
        await sluice.stop()
      }
    })
  })
})
