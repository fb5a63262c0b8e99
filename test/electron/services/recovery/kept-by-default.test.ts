import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { ConsumerHealth } from '../../../../shared/model/group'
import type { EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { openAs } from './limited-user'
import { isClaim } from '../../../helpers/is-claim'
import { longer } from '../../../helpers/soak'
import {
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  sentSoFar,
  type Sluice,
  type World,
} from './recovery-kit'

const HOUR_MS = 3_600_000
const kept = (to: string): RecoveryAction => ({ kind: 'claim', to, includeGone: false })
const spreadKept = (to: string[]): RecoveryAction => ({ kind: 'spread', to, includeGone: false })
const HANDLE = { kind: 'handle', to: 'bob', minIdleMs: 0, prefix: 'hash:', idField: null } as const
const anew: RecoveryAction = { kind: 'claim', to: 'bob', includeGone: false, idle: 'anew' }

/** How long each pending entry has been idle by the server, ms. */
async function idleTimes(direct: Redis): Promise<readonly number[]> {
  const rows = (await direct.xpending(KEY, GROUP, '-', '+', 1000)) as [string, string, string, string][]
  return rows.map(([, , idleMs]) => Number(idleMs))
}

/** As the group's own view tells it, and as the first screen does. */
async function healthOf(
  { sluice }: World,
  name: string,
): Promise<readonly [ConsumerHealth | undefined, number | null]> {
  const { api, connectionId } = sluice
  const list = await api.group.consumers({ connectionId, key: KEY, group: GROUP })
  const [summary] = await api.stream.summaries({ connectionId, keys: [KEY] })
  return [list.find((each) => each.name === name)?.health, summary?.groups[0]?.stuck ?? null]
}

/** As the walk over all streams tells it, of the group's consumers that look alive. */
async function walkedOver({ api, connectionId }: Sluice): Promise<readonly (number | null)[]> {
  for await (const event of await api.monitoring.watch({ connectionId })) {
    const [group] = event.kind === 'streams' ? (event.streams[0]?.summary.groups ?? []) : []
    if (group) return [group.active, group.stuck]
  }
  throw new Error('nothing was told of the stream')
}

/** It asks for new entries, and is given one that is there. */
async function polls(direct: Redis, name: string): Promise<void> {
  await direct.call('XREADGROUP', 'GROUP', GROUP, name, 'STREAMS', KEY, '>')
}

async function isSlow(direct: Redis): Promise<boolean> {
  const about = await direct.info('server')
  const [, major = '0', minor = '0'] = /redis_version:(\d+)\.(\d+)/.exec(about) ?? []
  return !about.includes('valkey') && Number(major) * 1_000 + Number(minor) >= 8_004
}

onEveryServer((world) => {
  describe('the idle time', () => {
    test.each([
      ['claim', kept('bob')],
      ['spread', spreadKept(['bob', 'carol'])],
      ['claim for a new name', kept('new')],
    ])('stays what it is by a %s and by its undo, unless told otherwise', async (_what, action) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20), bob: ['50-0'], carol: ['51-0'] }, idleMs: HOUR_MS })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), action)
      expect(plan.action).toMatchObject({ idle: 'kept' })
      expect(plan.notes.at(-1)).toEqual({ code: 'recovery.idle-kept', params: {} })
      expect([plan.undo.note.code, plan.guard.note.code]).toEqual(['undo.claim-kept', 'guard.claim-by-script'])
      expect(plan.guard.atomic).toBe(true)
      for (const line of plan.commands) expect(line).toMatch(/ TIME \d+ JUSTID$/)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 20 }) })
      expect(await heldBy(direct, 'alice')).toEqual([])
      for (const ms of await idleTimes(direct)) expect(ms).toBeGreaterThanOrEqual(HOUR_MS)
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(before)
      for (const ms of await idleTimes(direct)) expect(ms).toBeGreaterThanOrEqual(HOUR_MS)
    })

    test('of entries that were all delivered at another time is kept by two scripts for 500', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 500), bob: ['5000-0'] }, idleMs: HOUR_MS })
      for (const [at, id] of idsFrom(1, 500).entries())
        await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, id, 'IDLE', HOUR_MS + 100 * at, 'JUSTID')
      const before = await idleTimes(direct)
      const scripts = sentSoFar(proxy, 'EVAL')
      const job = await sluice.recover(ofConsumer('alice'), kept('bob'))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 500 }) })
      if (!(await isSlow(direct))) expect(sentSoFar(proxy, 'EVAL') - scripts).toBe(2)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 500 }) })
      if (!(await isSlow(direct))) expect(sentSoFar(proxy, 'EVAL') - scripts).toBe(4)
      for (const [at, ms] of (await idleTimes(direct)).entries()) expect(ms).toBeGreaterThanOrEqual(before[at] ?? 0)
    })

    test('begins anew where that is asked for, by the undo as well', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) }, idleMs: HOUR_MS })
      const plan = await sluice.plan(ofConsumer('alice'), anew)
      expect([plan.notes.at(-1)?.code, plan.undo.note.code]).toEqual(['recovery.idle-anew', 'undo.claim'])
      const job = await sluice.finished(await sluice.run(plan))
      for (const ms of await idleTimes(direct)) expect(ms).toBeLessThan(HOUR_MS)
      await sluice.undo(job)
      for (const ms of await idleTimes(direct)) expect(ms).toBeLessThan(HOUR_MS)
    })

    test('begins anew by itself where to keep it would hold up this server, and the plan says so', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 2_000), bob: ['5000-0'] }, idleMs: HOUR_MS })
      const slow = await isSlow(direct)
      const idleOf = async (...asked: Parameters<typeof sluice.plan>) => {
        const { action, notes } = await sluice.plan(...asked)
        return ['idle' in action && action.idle, notes[1]?.code]
      }
      const all = slow ? ['anew', 'recovery.idle-anew'] : ['kept', 'recovery.idle-kept']
      expect(await idleOf(ofConsumer('alice'), kept('bob'))).toEqual(all)
      expect(await idleOf(ofConsumer('alice'), spreadKept(['bob']))).toEqual(all)
      // A few of them cost little.
      expect(await idleOf(ofIds(idsFrom(1, 10)), kept('bob'))).toEqual(['kept', 'recovery.idle-kept'])
    })

    test('an undo keeps it in parts of a size that does not hold up the server', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 900), bob: ['5000-0'] }, idleMs: HOUR_MS })
      const job = await sluice.recover(ofConsumer('alice'), kept('bob'))
      expect(job).toMatchObject({ counts: counts({ changed: 900 }) })
      const undo = await sluice.undo(job)
      expect(undo).toMatchObject({ state: 'done', counts: counts({ changed: 900 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(900)
      for (const ms of await idleTimes(direct)) expect(ms).toBeGreaterThanOrEqual(HOUR_MS)
    })

    test('what its new owner was given once more is left alone by the undo', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      const job = await sluice.recover(ofConsumer('alice'), kept('bob'))
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', 1, 'STREAMS', KEY, '0')
      // A claim of its own keeps owner and count: the time tells.
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, leftAlone: 2 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0'])
    })
  })

  describe('another claim that keeps the idle time, in the very moment of ours', () => {
    const takes = () =>
      world.direct.call('XCLAIM', [KEY, GROUP, 'dave', 0, '1-0', '3-0', 'IDLE', 2 * HOUR_MS, 'JUSTID'])
    const reads = ([name, ...args]: readonly string[]): boolean => name === 'XPENDING' && args.length > 2
    const sent = () => sentSoFar(world.proxy, 'EVAL') + sentSoFar(world.proxy, 'XCLAIM')

    /** Another takes two of them at each reading of the pending list that comes before the claim, in one run after the other. */
    async function atEachReading(prepare: () => Promise<() => Promise<Job>>, changed = 18): Promise<number> {
      const { direct, proxy } = world
      for (let nth = 1; ; nth += 1) {
        await direct.flushall()
        await seed(direct, { held: { alice: idsFrom(1, 20), bob: ['50-0'], carol: ['51-0'] }, idleMs: HOUR_MS })
        const start = await prepare()
        const before = sent()
        const held = holdAt(proxy, (args) => reads(args) && sent() === before, nth)
        const running = start()
        const isHeld = await Promise.race([held.then(() => true), running.then(() => false)])
        if (!isHeld) return nth - 1
        await takes()
        proxy.resume()
        expect(await running).toMatchObject({ state: 'done', counts: counts({ changed, leftAlone: 2 }) })
        expect(await heldBy(direct, 'dave')).toEqual(['1-0', '3-0'])
      }
    }

    test.each([
      ['claim', kept('bob')],
      ['claim that does not', anew],
      ['spread', spreadKept(['bob', 'carol'])],
      ['spread that does not', { ...spreadKept(['bob', 'carol']), idle: 'anew' } as const],
      ['handling', HANDLE],
      ['handling that does not', { ...HANDLE, idle: 'anew' } as const],
    ] as const)('keeps what it took: a %s looks at the owner as well', async (_what, action) => {
      const { sluice } = world
      const readings = await atEachReading(async () => {
        const plan = await sluice.plan(ofConsumer('alice'), action)
        return async () => sluice.finished(await sluice.run(plan))
      })
      expect(readings).toBeGreaterThan(0)
    })

    test.each([
      ['a claim', kept('bob'), 18],
      ['one that does not', anew, 18],
      ['an XAUTOCLAIM', { kind: 'autoClaim', to: 'bob', minIdleMs: 60_000, count: 100 }, 20],
    ] as const)('keeps what it took back from the undo of %s', async (_what, action, changed) => {
      const { sluice } = world
      const readings = await atEachReading(async () => {
        const of = action.kind === 'autoClaim' ? ofAll({ minIdleMs: 60_000 }) : ofConsumer('alice')
        const job = await sluice.recover(of, action)
        return () => sluice.undo(job)
      }, changed)
      expect(readings).toBeGreaterThan(0)
    })

    test('proves nothing of a claim whose reply is lost', async () => {
      const { direct, proxy, sluice } = world
      const start = async () => {
        await direct.flushall()
        await seed(direct, { held: { alice: idsFrom(1, 20), bob: ['50-0'] }, idleMs: HOUR_MS })
        return sluice.plan(ofConsumer('alice'), kept('bob'))
      }
      const first = await start()
      let readings = 0
      void proxy.fault((args) => reads(args) && ++readings < 0, { kind: 'delay', ms: 0 })
      const claim = holdAt(proxy, isClaim)
      const firstRun = sluice.run(first)
      await claim
      const before = readings
      proxy.resume()
      await sluice.finished(await firstRun)

      const plan = await start()
      const held = holdAt(proxy, reads, before)
      void proxy.fault(isClaim, { kind: 'cut-before-reply' })
      const running = sluice.run(plan)
      await held
      // As idle as before, and with whom it was: only its count is another.
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '1-0', 'IDLE', 2 * HOUR_MS, 'RETRYCOUNT', 5, 'JUSTID')
      proxy.resume()
      const job = await sluice.finished(await running)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 19, leftAlone: 1 }) })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 19 }) })
      expect(await heldBy(direct, 'alice')).toHaveLength(20)
    })

    test.each([kept('bob'), anew])('is told of beforehand where no script may look: %j', async (action) => {
      const { direct } = world
      const sluice = await openAs(world, '-eval')
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      const plan = await sluice.plan(ofConsumer('alice'), action)
      expect(plan.guard).toMatchObject({ atomic: false, note: { code: 'guard.claim' } })
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: counts({ changed: 3 }) })
      expect(await heldBy(direct, 'bob')).toHaveLength(3)
      await sluice.stop()
    })
  })

  describe('what can’t be written to a hash', () => {
    test('stays pending as idle as it was, and its new owner is not stuck by it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 150), bob: ['500-0'] }, idleMs: HOUR_MS })
      await direct.xack(KEY, GROUP, '500-0')
      await polls(direct, 'bob')
      await direct.set('hash:2-0', 'a string')
      await direct.set('hash:140-0', 'a string')
      const plan = await sluice.plan(ofConsumer('alice'), HANDLE)
      expect(plan.action).toMatchObject({ idle: 'kept' })
      expect(plan.notes.map(({ code }) => code)).toEqual(['recovery.unwritten-kept'])
      for (const line of plan.commands.filter((each) => each.startsWith('XCLAIM')))
        expect(line).toMatch(/ TIME \d+ JUSTID$/)
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: { changed: 148 } })
      expect(await heldBy(direct, 'bob')).toEqual(['2-0', '140-0'])
      for (const ms of await idleTimes(direct)) expect(ms).toBeGreaterThanOrEqual(HOUR_MS)
      const [, stuck] = await healthOf(world, 'bob')
      expect(stuck).toBe(0)
    })

    test('begins anew where that is asked for, and the plan says how much later others come to it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      await direct.set('hash:2-0', 'a string')
      const plan = await sluice.plan(ofConsumer('alice'), { ...HANDLE, idle: 'anew' })
      const [note] = plan.notes
      expect(note).toMatchObject({ code: 'recovery.unwritten-anew', params: { idle: { code: 'recovery.idle-anew' } } })
      await sluice.finished(await sluice.run(plan))
      expect(await heldBy(direct, 'bob')).toEqual(['2-0'])
      for (const ms of await idleTimes(direct)) expect(ms).toBeLessThan(HOUR_MS)
    })
  })

  describe('who was given entries that are idle for long', () => {
    test('is not stuck by them, also once Sluice was started anew', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) }, idleMs: HOUR_MS })
      await polls(direct, 'bob')
      await sluice.recover(ofConsumer('alice'), kept('bob'))
      await polls(direct, 'bob')
      expect(await healthOf(world, 'bob')).toEqual(['active', 0])
      await sluice.restart()
      expect(await walkedOver(sluice)).toEqual([2, 0])
      expect(await healthOf(world, 'bob')).toEqual(['active', 0])
    })

    test('is stuck by what it held itself, though it lies among them', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4), bob: ['5-0'], carol: idsFrom(6, 4) }, idleMs: HOUR_MS })
      await sluice.recover(ofIds([...idsFrom(1, 4), ...idsFrom(6, 4)]), kept('bob'))
      await polls(direct, 'bob')
      expect(await healthOf(world, 'bob')).toEqual(['stuck', 1])
      await direct.xack(KEY, GROUP, '5-0')
      expect(await healthOf(world, 'bob')).toEqual(['active', 0])
    })

    test('is stuck once it has had them for longer than the threshold', async () => {
      const { direct, sluice } = world
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000, neglectedAfterMs: 1_000 })
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      await polls(direct, 'bob')
      await sluice.recover(ofConsumer('alice'), kept('bob'))
      await expect
        .poll(
          async () => {
            await direct.xadd(KEY, '*', 'n', 'new')
            await polls(direct, 'bob')
            return healthOf(world, 'bob')
          },
          { timeout: 20_000 },
        )
        .toEqual(['stuck', 1])
    })

    test('is stuck where another client moved them', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      await direct.call('XCLAIM', KEY, GROUP, 'bob', 0, ...idsFrom(1, 3), 'IDLE', HOUR_MS, 'JUSTID')
      await polls(direct, 'bob')
      expect(await healthOf(world, 'bob')).toEqual(['stuck', 1])
    })

    test('who is given them back by an undo is as stuck as before', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) }, idleMs: HOUR_MS })
      const job = await sluice.recover(ofConsumer('alice'), kept('bob'))
      await polls(direct, 'alice')
      expect(await healthOf(world, 'alice')).toEqual(['active', 0])
      await sluice.undo(job)
      await polls(direct, 'alice')
      expect(await healthOf(world, 'alice')).toEqual(['stuck', 1])
    })
  })

  const NAMES = ['alice', 'bob', 'carol'] as const
  const name = fc.constantFrom(...NAMES)
  const step = fc.oneof(
    fc.record({ kind: fc.constant('move' as const), from: name, to: name, count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant('undo' as const) }),
    fc.record({ kind: fc.constant('reads its own' as const), who: name, count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('acks' as const), who: name, count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  )

  test('whoever is given what and takes it back: stuck is who did not touch what was there for long', async () => {
    const { direct } = world
    // No id comes twice: the journal knows what was given to whom.
    let base = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
        const { sluice } = world
        await direct.flushall()
        base += 1_000
        await seed(direct, {
          held: { alice: idsFrom(base, 14), bob: idsFrom(base + 100, 14), carol: idsFrom(base + 50, 3) },
          idleMs: HOUR_MS,
        })
        /** Held for a moment only, by a claim or a delivery of just now. */
        const fresh = new Set<EntryId>()
        const moves: { readonly job: Job; readonly before: ReadonlySet<EntryId> }[] = []
        for (const one of steps) {
          if (one.kind === 'restart') await sluice.restart()
          if (one.kind === 'reads its own')
            await direct.call('XREADGROUP', 'GROUP', GROUP, one.who, 'COUNT', one.count, 'STREAMS', KEY, '0')
          if (one.kind === 'acks' || one.kind === 'reads its own') {
            const ids = (await heldBy(direct, one.who)).slice(0, one.count)
            if (one.kind === 'acks' && ids.length > 0) await direct.xack(KEY, GROUP, ...ids)
            if (one.kind === 'reads its own') for (const id of ids) fresh.add(id)
          }
          if (one.kind === 'move' && one.from !== one.to) {
            const ids = (await heldBy(direct, one.from)).slice(-one.count)
            if (ids.length === 0) continue
            const before = new Set(fresh)
            moves.push({ job: await sluice.recover(ofIds(ids), kept(one.to)), before })
            for (const id of ids) fresh.add(id)
          }
          if (one.kind === 'undo') {
            const last = moves.pop()
            if (last === undefined) continue
            const holders = new Map((await pendingOf(direct)).map(([id, who]) => [id, who]))
            await sluice.undo(last.job)
            // What came back is as it was for who had it.
            for (const [id, who] of (await pendingOf(direct)).map(([id, who]) => [id, who] as const))
              if (holders.get(id) !== who && !last.before.has(id)) fresh.delete(id)
          }
        }
        await direct.xadd(KEY, '*', 'n', 'new')
        for (const who of NAMES) {
          await direct.xadd(KEY, '*', 'n', 'new')
          await direct.call('XREADGROUP', 'GROUP', GROUP, who, 'COUNT', 1, 'STREAMS', KEY, '>')
        }
        for (const who of NAMES) {
          const first = (await heldBy(direct, who)).slice(0, 10)
          const isStuck = first.some((id) => !fresh.has(id) && Number(id.split('-')[0]) < base + 1_000)
          expect([who, (await healthOf(world, who))[0]]).toEqual([who, isStuck ? 'stuck' : 'active'])
        }
      }),
      { numRuns: longer(20) },
    )
  })
})
