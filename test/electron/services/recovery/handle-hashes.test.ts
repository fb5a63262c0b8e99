import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { UndoPlan, UndoWhich } from '../../../../shared/model/undo-plan'
import { saying } from '../../../helpers/saying'
import { handle, isAck, numbered, tweets } from './hash-kit'
import { openAs } from './limited-user'
import {
  callsOf,
  claimTo,
  counts,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofAll,
  ofIds,
  onEveryServer,
  openSluice,
  pendingOf,
  walked,
  type Sluice,
} from './recovery-kit'

const HASH = 'tweet:a'
const reading = (n: number, ...more: string[]): string[] => ['id', 'a', 'n', String(n), ...more]

async function undoPlan(
  { api, connectionId }: Sluice,
  { recordId }: { readonly recordId: string },
  which?: UndoWhich,
): Promise<UndoPlan> {
  return (await walked(api.recovery.planUndo({ connectionId, recordId, which }))).ready.plan
}

/** Some servers let fields expire by themselves. */
async function hasFieldExpiry(direct: Redis): Promise<boolean> {
  const [known] = (await direct.call('COMMAND', 'INFO', 'HPEXPIREAT')) as unknown[]
  return known !== null && known !== undefined
}

onEveryServer((world) => {
  describe('hashes that exist', () => {
    test('are counted and shown before, and undo gives back what they held and nothing else', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      await direct.hset(HASH, 'n', '17', 'other', 'kept')
      await direct.expire(HASH, 1_000)
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ looked: 2, exist: 1, overwritten: 1, unknown: 0, noHash: 0, tooLarge: 0 })
      expect(plan.hashes?.first).toEqual([
        {
          ...{ key: HASH, exists: true, moreFields: 0 },
          fields: [
            { name: 'id', before: null, after: { value: 'a', size: 1, cut: false } },
            {
              ...{ name: 'n', before: { value: '17', size: 2, cut: false } },
              after: { value: '3', size: 1, cut: false },
            },
          ],
        },
      ])
      expect(plan.warnings).toContain('hashes-exist')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 2, written: 2 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3', other: 'kept' })
      expect(await undoPlan(sluice, job)).toMatchObject({
        entries: 2,
        hashes: { back: 2, left: 0, unsaved: 0, atomic: true },
      })
      const undone = await sluice.undo(job)
      expect(undone).toMatchObject({ state: 'done', counts: counts({ changed: 2, hashesBack: 2, hashesLeft: 0 }) })
      expect(await direct.hgetall(HASH)).toEqual({ n: '17', other: 'kept' })
      expect(await direct.exists('tweet:b')).toBe('0')
      expect(String(await direct.ttl(HASH))).toMatch(/^[1-9]/)
      expect(await heldBy(direct, 'alice')).toEqual(['1-0', '2-0'])
    })

    test('that another writes just before us, once they were looked at, are left as it wrote them', async () => {
      const { direct, proxy, sluice } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1'], ['id', 'c', 'n', '1']])
      await direct.hset(HASH, 'n', '17')
      await direct.hset('tweet:b', 'n', '')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.guard.note.code).toBe('guard.handle')
      const looked = holdAt(proxy, named('HMGET'))
      const running = sluice.run(plan)
      await looked
      await direct.hset(HASH, 'n', '18')
      await direct.hdel('tweet:b', 'n')
      proxy.resume()
      const job = await sluice.finished(await running)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1, written: 1 }) })
      expect(job.failures.map(({ id, reason }) => [id, reason.code])).toEqual([
        ['1-0', 'recovery.hash-changed'],
        ['2-0', 'recovery.hash-changed'],
      ])
      expect(await direct.hgetall(HASH)).toEqual({ n: '18' })
      expect([await direct.exists('tweet:b'), await direct.hget('tweet:c', 'n')]).toEqual(['0', '1'])
      expect(await heldBy(direct, 'monitor')).toEqual(['1-0', '2-0'])
      // It is looked at anew, and its undo gives back what the other wrote.
      const again = await sluice.recover(ofIds(['1-0']), handle())
      expect([again.counts.changed, await direct.hget(HASH, 'n')]).toEqual([1, '3'])
      await sluice.undo(again)
      expect(await direct.hgetall(HASH)).toEqual({ n: '18' })
    })

    test('are written by commands where scripts are not allowed, and the plan says what that may lose', async () => {
      const { direct } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const limited = await openAs(world, '-eval')
      const plan = await limited.plan(ofAll(), handle())
      expect(plan.guard.note.code).toBe('guard.handle-by-commands')
      expect(await limited.finished(await limited.run(plan))).toMatchObject({
        counts: counts({ changed: 1, written: 1 }),
      })
      expect(await direct.hget(HASH, 'n')).toBe('3')
      await limited.stop()
    })

    test('of an entry of more fields than one HSET in a script may carry are written whole', async () => {
      const { direct, sluice } = world
      const many = Array.from({ length: 4_000 }, (_, at) => [`f${at}`, String(at)]).flat()
      await tweets(direct, [['id', 'a', ...many]])
      expect(await sluice.recover(ofAll(), handle())).toMatchObject({ counts: counts({ changed: 1, written: 1 }) })
      expect([String(await direct.hlen(HASH)), await direct.hget(HASH, 'f3999')]).toEqual(['4001', '3999'])
    })

    test('of any bytes, long or empty, are given back byte by byte', async () => {
      const { direct, sluice } = world
      const [name, before, after] = [Buffer.from([0xff, 0x00, 0x0a]), Buffer.from([0xfe, 0x22]), Buffer.from([0x80])]
      const long = Buffer.alloc(300_000, 'é')
      await tweets(direct, [['id', 'a', name, after, 'empty', 'full', 'long', 'short', 'was', '']])
      await direct.hset(HASH, name, before, 'empty', '', 'long', long, 'was', 'full')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes?.first[0]?.fields).toContainEqual({
        name: { base64: name.toString('base64') },
        before: { value: { base64: before.toString('base64') }, size: 2, cut: false },
        after: { value: { base64: after.toString('base64') }, size: 1, cut: false },
      })
      expect(plan.hashes?.first[0]?.fields.find((each) => each.name === 'long')?.before).toMatchObject({
        ...{ size: 300_000, cut: true, value: 'é'.repeat(128) },
      })
      const job = await sluice.finished(await sluice.run(plan))
      await sluice.undo(job)
      expect(await direct.hmgetBuffer(HASH, name, 'empty', 'long', 'was', 'id')).toEqual([
        ...[before, Buffer.alloc(0), long, Buffer.from('full'), null],
      ])
    })

    test('that others changed since are left alone field by field, counted, and told before', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3, 'text', 'new'), ['id', 'b', 'n', '1'], ['id', 'c', 'n', '1']])
      await direct.hset(HASH, 'n', '17', 'text', 'old')
      await direct.hset('tweet:b', 'n', '0')
      const job = await sluice.recover(ofAll(), handle())
      await direct.hset(HASH, 'n', '4')
      await direct.del('tweet:c')
      expect((await undoPlan(sluice, job)).hashes).toMatchObject({ back: 1, left: 2 })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 3, hashesBack: 1, hashesLeft: 2 }) })
      expect(await direct.hgetall(HASH)).toEqual({ n: '4', text: 'old' })
      expect(await direct.hgetall('tweet:b')).toEqual({ n: '0' })
      expect(await direct.exists('tweet:c')).toBe('0')
    })

    test('that came after the plan are saved as well', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3)])
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ exist: 0, first: [{ key: HASH, exists: false }] })
      expect(plan.warnings).not.toContain('hashes-exist')
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.finished(await sluice.run(plan))
      await sluice.undo(job)
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
    })

    test('whose fields expire by themselves are warned of, and expire again after the undo', async () => {
      const { direct, sluice } = world
      if (!(await hasFieldExpiry(direct))) return
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17', 'other', 'kept')
      const at = Date.now() + 3_600_000
      await direct.call('HPEXPIREAT', HASH, at, 'FIELDS', 2, 'n', 'other')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ expiring: 1 })
      expect(plan.warnings).toContain('hashes-expire')
      const job = await sluice.finished(await sluice.run(plan))
      const times = () => direct.call('HPEXPIRETIME', HASH, 'FIELDS', 2, 'n', 'other')
      expect(((await times()) as unknown[]).map(String)).toEqual(['-1', String(at)])
      await sluice.undo(job)
      expect(((await times()) as unknown[]).map(String)).toEqual([String(at), String(at)])
      expect(await direct.hgetall(HASH)).toEqual({ n: '17', other: 'kept' })
    })

    test('and hold just what is written have nothing to be given back', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'id', 'a', 'n', '3')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ exist: 1, overwritten: 0 })
      const job = await sluice.finished(await sluice.run(plan))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, hashesBack: 0, hashesLeft: 0 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3' })
    })
  })

  describe('several entries that go to one hash', () => {
    test('are undone to what it held before the first of them', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(1), reading(2, 'more', 'x'), ['id', 'b', 'n', '9'], reading(3)])
      await direct.hset(HASH, 'n', '17')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ looked: 4, exist: 1, overwritten: 1 })
      expect(plan.hashes?.first[0]?.fields).toContainEqual(
        expect.objectContaining({ name: 'n', before: expect.objectContaining({ value: '17' }) as unknown }),
      )
      const job = await sluice.finished(await sluice.run(plan))
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3', more: 'x' })
      expect((await undoPlan(sluice, job)).hashes).toMatchObject({ back: 2, left: 0 })
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 4, hashesBack: 2, hashesLeft: 0 }) })
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
    })

    test('of which the last does not come back: it stays as that one wrote it', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(1, 'first', 'x'), reading(2)])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      await direct.xdel(KEY, '2-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, gone: 1, hashesBack: 1 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '2' })
    })

    test('of which the last comes back by a later undo than the first: it holds what it held before both', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(1), reading(2)])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      await direct.xclaim(KEY, GROUP, 'dave', 0, '2-0', 'FORCE', 'JUSTID')
      const claim = await sluice.recover(ofIds(['2-0']), claimTo('carol'))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, leftAlone: 1 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '2' })
      await sluice.undo(claim)
      await direct.xack(KEY, GROUP, '2-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, hashesBack: 1 }) })
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
    })

    test('of which only the last comes back: it holds what the one before it wrote', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(1), reading(2, 'more', 'x')])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      await direct.xdel(KEY, '1-0')
      expect((await undoPlan(sluice, job)).hashes).toMatchObject({ back: 1, left: 0 })
      await sluice.undo(job)
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '1' })
    })
  })

  describe('what can’t be saved', () => {
    test('for its key is no hash is counted before, fails by itself, and nothing of it is acked', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      await direct.set(HASH, 'text')
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ noHash: 1, exist: 0, unknown: 0 })
      expect(plan.warnings).toContain('no-hashes')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({
        state: 'done',
        counts: counts({ changed: 1, written: 1 }),
        failures: [{ id: '1-0' }],
      })
      expect([await direct.get(HASH), await heldBy(direct, 'monitor')]).toEqual(['text', ['1-0']])
      await sluice.undo(job)
      expect([await direct.get(HASH), await direct.exists('tweet:b')]).toEqual(['text', '0'])
    })

    test('for it holds too much is counted before, and is not written to', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      const long = 'x'.repeat(5 * 1024 * 1024)
      await direct.hset(HASH, 'n', long)
      const plan = await sluice.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ tooLarge: 1, exist: 1 })
      expect(plan.warnings).toContain('hashes-too-large')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1, written: 1 }) })
      expect(job.failures).toEqual([{ id: '1-0', reason: saying('5.0 MiB') }])
      expect(await direct.hget(HASH, 'n')).toBe(long)
      expect(await heldBy(direct, 'monitor')).toEqual(['1-0'])
    })

    test('for it may not be looked at is unknown, and asked for as for good on production', async () => {
      const { direct, redis, proxy } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      await direct.call('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', '+@all', '-hstrlen')
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const profile = redis.connection({ endpoint, username: 'limited', environment: 'prod' })
      const limited = await openSluice(profile, 'secret')
      const plan = await limited.plan(ofAll(), handle())
      expect(plan.hashes).toMatchObject({ unknown: 1, exist: 0 })
      expect(plan.warnings).toContain('hashes-unknown')
      await expect(limited.run(plan)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
      const { connectionId, api } = limited
      const job = await limited.finished(await api.recovery.run({ connectionId, planId: plan.id, confirmation: KEY }))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1, written: 1 }) })
      expect((await undoPlan(limited, job)).hashes).toMatchObject({ back: 0, unsaved: 1 })
      expect(await limited.undo(job)).toMatchObject({ counts: counts({ changed: 1 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3' })
      await limited.stop()
    })

    test('for the right to look at it was taken away since the plan is not written to', async () => {
      const { direct } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const limited = await openAs(world)
      const plan = await limited.plan(ofAll(), handle())
      await direct.call('ACL', 'SETUSER', 'limited', '-hmget')
      const job = await limited.finished(await limited.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ written: 0 }), failures: [{ id: '1-0' }] })
      expect([await direct.hgetall(HASH), await heldBy(direct, 'monitor')]).toEqual([{ n: '17' }, ['1-0']])
      await limited.stop()
    })

    test('for the disk refuses it is not written, and nothing more is begun', async () => {
      const { direct, sluice } = world
      await tweets(direct, numbered(150))
      await direct.hset('tweet:t1', 'text', 'old')
      const folder = join(sluice.dataDir, 'hashes')
      writeFileSync(folder, '')
      const job = await sluice.recover(ofAll(), handle())
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: counts({}) })
      expect([await direct.hgetall('tweet:t1'), await callsOf(direct, 'hset')]).toEqual([{ text: 'old' }, 1])
      expect((await pendingOf(direct)).length).toBe(150)
      rmSync(folder)
      mkdirSync(folder)
      expect(await sluice.recover(ofAll(), handle())).toMatchObject({ counts: counts({ changed: 150 }) })
    })
  })

  describe('an undo', () => {
    test('without scripts looks first, says so, and leaves alone what others changed', async () => {
      const { direct } = world
      await tweets(direct, [reading(3, 'text', 'new'), ['id', 'b', 'n', '1']])
      await direct.hset(HASH, 'n', '17', 'text', 'old')
      const limited = await openAs(world, '-eval')
      const job = await limited.recover(ofAll(), handle())
      await direct.hset(HASH, 'n', '18')
      expect((await undoPlan(limited, job)).hashes).toMatchObject({ back: 1, left: 1, atomic: false })
      expect(await limited.undo(job)).toMatchObject({ counts: counts({ changed: 2, hashesBack: 1, hashesLeft: 1 }) })
      expect(await direct.hgetall(HASH)).toEqual({ n: '18', text: 'old' })
      expect(await direct.exists('tweet:b')).toBe('0')
      await limited.stop()
    })

    test.each(['eval', 'none'])('by a user who may not remove fields tells which hashes stay (%s)', async (allowed) => {
      const { direct } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      const limited = await openAs(world, '-hdel', ...(allowed === 'eval' ? [] : ['-eval']))
      const job = await limited.recover(ofAll(), handle())
      const undone = await limited.undo(job)
      // The rest, were there any, is left to somebody who may.
      expect(undone).toMatchObject({ state: 'failed', counts: counts({ changed: 2, hashesBack: 0 }) })
      expect(undone.failures).toEqual([
        { id: '1-0', reason: saying('stays as it was written') },
        { id: '2-0', reason: saying('stays as it was written') },
      ])
      expect([await direct.hgetall(HASH), await heldBy(direct, 'alice')]).toEqual([{ id: 'a', n: '3' }, ['1-0', '2-0']])
      await limited.stop()
    })

    test.each(['cut-before-forward', 'cut-before-reply'] as const)(
      'whose reply is lost as a hash is given back (%s) has its entry pending, and tells of the hash',
      async (kind) => {
        const { direct, proxy, sluice } = world
        await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
        await direct.hset(HASH, 'n', '17')
        const job = await sluice.recover(ofAll(), handle())
        void proxy.fault('EVAL', { kind })
        const undone = await sluice.undo(job)
        expect(undone.state).not.toBe('done')
        expect(undone).toMatchObject({ counts: { changed: 2, hashesBack: 0 } })
        expect(undone.failures).toEqual([
          { id: '1-0', reason: saying('is not known') },
          { id: '2-0', reason: saying('stays as it was written') },
        ])
        expect(await heldBy(direct, 'alice')).toEqual(['1-0', '2-0'])
        const wasBack = kind === 'cut-before-reply'
        expect(await direct.hgetall(HASH)).toEqual(wasBack ? { n: '17' } : { id: 'a', n: '3' })
      },
    )

    test('of what may have been acked, whose reply was lost, gives the hashes back with it', async () => {
      const { direct, proxy, sluice } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const plan = await sluice.plan(ofAll(), handle())
      void proxy.fault(isAck, { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ counts: counts({ unknown: 1, written: 1 }) })
      expect((await undoPlan(sluice, job)).hashes).toMatchObject({ back: 0 })
      expect((await undoPlan(sluice, job, 'possible')).hashes).toMatchObject({ back: 1 })
      await sluice.undo(job, 'possible')
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
    })

    test('by a user who may not write one of the keys tells of that one, and gives the others back', async () => {
      const { direct } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      await direct.hset(HASH, 'n', '17')
      const limited = await openAs(world, 'resetkeys', `~${KEY}`, '~tweet:*')
      const job = await limited.recover(ofAll(), handle())
      await direct.call('ACL', 'SETUSER', 'limited', 'resetkeys', `~${KEY}`, '~tweet:b')
      const undone = await limited.undo(job)
      expect(undone).toMatchObject({ state: 'done', counts: counts({ changed: 2, hashesBack: 1 }) })
      expect(undone.failures).toEqual([{ id: '1-0', reason: saying('stays as it was written') }])
      expect([await direct.hgetall(HASH), await direct.exists('tweet:b')]).toEqual([{ id: 'a', n: '3' }, '0'])
      await limited.stop()
    })

    test('leaves the hash of an entry that can’t come back: it is all there is of it', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      await direct.xdel(KEY, '1-0')
      expect(await undoPlan(sluice, job)).toMatchObject({ entries: 0, gone: 1, hashes: { back: 0, left: 0 } })
      await sluice.undo(job)
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3' })
    })

    test('leaves the hash of an entry that somebody made pending just before: that did not come back by it', async () => {
      const { direct, proxy, sluice } = world
      await direct.hset('tweet:t1', 'n', 'before')
      await tweets(direct, numbered(2))
      const job = await sluice.recover(ofAll(), handle())
      const [first = ''] = (await direct.xrange(KEY, '-', '+')).map(([id]) => id)
      const written = await direct.hgetall('tweet:t1')
      const read = await callsOf(direct, 'xpending')
      const held = holdAt(proxy, named('XPENDING'))
      const undoing = sluice.undo(job)
      await held
      await expect.poll(() => callsOf(direct, 'xpending')).toBeGreaterThan(read)
      await direct.call('XCLAIM', KEY, GROUP, 'eve', 0, first, 'FORCE', 'JUSTID')
      proxy.resume()
      expect(await undoing).toMatchObject({ counts: { changed: 1, leftAlone: 1 } })
      expect(await direct.hgetall('tweet:t1')).toEqual(written)
    })

    test('of the rest does not touch what was handled anew since the first', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3), ['id', 'b', 'n', '1']])
      await direct.hset(HASH, 'n', '17')
      await direct.hset('tweet:b', 'n', '0')
      const job = await sluice.recover(ofAll(), handle())
      const later = await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0', 'FORCE', 'JUSTID')
      expect(later).toEqual(['2-0'])
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 1, leftAlone: 1, hashesBack: 1 }) })
      // The consumer handles it as it should: the very same values.
      await direct.hset(HASH, ...reading(3))
      await direct.xack(KEY, GROUP, '1-0')
      await direct.xack(KEY, GROUP, '2-0')
      await sluice.undo(job).catch(() => null)
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3' })
    })

    test('of a record whose file is gone says so, and gives the entries back', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      rmSync(join(sluice.dataDir, 'hashes'), { recursive: true })
      expect(await undoPlan(sluice, job)).toMatchObject({
        hashes: { back: 0, left: 0, unsaved: 1 },
        note: saying('The hashes stay as they were written'),
      })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1, hashesBack: 0 }) })
      expect(await direct.hgetall(HASH)).toEqual({ id: 'a', n: '3' })
    })

    test('after a restart finds what was saved, in a file of this user alone that the journal names', async () => {
      const { direct, sluice } = world
      await tweets(direct, [reading(3)])
      await direct.hset(HASH, 'n', '17')
      const job = await sluice.recover(ofAll(), handle())
      await sluice.restart()
      const { records } = await sluice.api.journal.list({ count: 1 })
      const [record] = records
      expect(record).toMatchObject({ counts: { changed: 1, written: 1 } })
      expect(statSync(record?.backupFile ?? '').mode & 0o777).toBe(0o600)
      await sluice.undo(job)
      expect(await direct.hgetall(HASH)).toEqual({ n: '17' })
    })
  })

  test('planning looks at the hashes of the first thousand at most, and says so', async () => {
    const { direct, sluice } = world
    await tweets(direct, numbered(1_200))
    await direct.hset('tweet:t1', 'text', 'old')
    const plan = await sluice.plan(ofAll(), handle())
    expect(plan.hashes).toMatchObject({ looked: 1_000, exist: 1 })
    expect(await callsOf(direct, 'hlen')).toBe(1_000)
    expect([await direct.hgetall('tweet:t1'), await callsOf(direct, 'hset')]).toEqual([{ text: 'old' }, 1])
  })

  test('a server that refuses to tell is not asked for each of them', async () => {
    const { direct } = world
    await tweets(direct, numbered(500))
    const limited = await openAs(world, '-hlen')
    expect((await limited.plan(ofAll(), handle())).hashes).toMatchObject({ looked: 50, unknown: 50 })
    await limited.stop()
  })

  test('what is ticked alone is looked at', async () => {
    const { direct, sluice } = world
    await tweets(direct, numbered(5))
    await direct.hset('tweet:t1', 'text', 'old')
    const plan = await sluice.plan(ofIds(idsFrom(2, 2)), handle())
    expect(plan.hashes).toMatchObject({ looked: 2, exist: 0 })
  })
})
