import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { availableServers } from '../../../helpers/available-servers'
import { openAs } from '../recovery/limited-user'
import { counts, holdAt, idsFrom, KEY, named, onEveryServer, type Sluice } from '../recovery/recovery-kit'
import {
  bury,
  copiesIn,
  DEAD,
  expectNothingLost,
  idsOf,
  plan,
  recordOf,
  redrivenIn,
  run,
  start,
  type Asked,
} from './redrive-kit'
import { saying } from '../../../helpers/saying'

const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))
const failed = (code: string, done: Parameters<typeof counts>[0]) => ({
  state: 'failed',
  error: { code },
  counts: counts(done),
})

onEveryServer(
  (world) => {
    beforeEach(async () => {
      await world.direct.xadd(KEY, '1-0', 'n', 'first')
    })

    /** Runs it; when four of ten were moved, and before the next are, `meanwhile` happens. */
    async function interfered(sluice: Sluice, meanwhile: () => Promise<unknown>, asked: Asked = {}): Promise<Job> {
      const { direct, proxy } = world
      await bury(direct, letters(10))
      const made = await plan(sluice, asked)
      // The clock is asked for before each part, and the pages are of 4 and of 16.
      const held = holdAt(proxy, named('TIME'), 2)
      const running = await start(sluice, made)
      await held
      await meanwhile()
      proxy.resume()
      return sluice.finished(running)
    }

    describe.each([
      ['by script', () => Promise.resolve(world.sluice)],
      ['entry by entry', () => openAs(world, '-eval')],
    ] as const)('a redrive %s', (_how, open) => {
      async function on(use: (sluice: Sluice) => Promise<void>): Promise<void> {
        const sluice = await open()
        await use(sluice)
        if (sluice !== world.sluice) await sluice.stop()
      }

      test('that runs out of memory stops with what was moved, and loses nothing', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.config('SET', 'maxmemory', '1'))
          await direct.config('SET', 'maxmemory', '0')
          expect(job).toMatchObject({ ...failed('REDIS', { changed: 4 }), error: { data: { prefix: 'OOM' } }, done: 4 })
          expect(await recordOf(sluice, job)).toMatchObject(failed('REDIS', { changed: 4 }))
          expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([idsFrom(1, 4), idsFrom(5, 6)])
        }))

      test('on a server that became a replica stops, and loses nothing', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.replicaof('127.0.0.1', 1))
          await direct.replicaof('NO', 'ONE')
          expect(job).toMatchObject({ ...failed('REDIS', { changed: 4 }), error: { data: { prefix: 'READONLY' } } })
          await expectNothingLost(direct, idsFrom(1, 10))
        }))

      test('whose origin is deleted meanwhile stops, and does not make it anew', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.del(KEY))
          expect(job).toMatchObject({
            ...failed('NOT_FOUND', { changed: 4 }),
            error: { data: { what: 'stream', name: KEY } },
          })
          expect([await direct.exists(KEY), await idsOf(direct, DEAD)]).toEqual(['0', idsFrom(5, 6)])
        }))

      test('whose origin is deleted meanwhile makes it anew when it may', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.del(KEY), { create: true })
          expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 10 }) })
          expect(await redrivenIn(direct)).toEqual(idsFrom(5, 6))
        }))

      test('whose origin becomes something else meanwhile stops', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.set(KEY, 'text'))
          expect(job).toMatchObject({ ...failed('REDIS', { changed: 4 }), error: { data: { prefix: 'WRONGTYPE' } } })
          expect(job.failures).toMatchObject([{ id: '5-0' }])
          expect(job.failures[0]?.reason).toEqual(saying(/^It can’t go to orders: WRONGTYPE/))
          expect([await direct.get(KEY), await idsOf(direct, DEAD)]).toEqual(['text', idsFrom(5, 6)])
        }))

      test('whose dead-letter stream is deleted meanwhile copies no more of it', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, () => direct.del(DEAD))
          expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, gone: 6 }) })
          expect(await redrivenIn(direct)).toEqual(idsFrom(1, 4))
        }))

      test('whose dead-letter stream is made anew meanwhile leaves what has the same ids', () =>
        on(async (sluice) => {
          const { direct } = world
          const job = await interfered(sluice, async () => {
            await direct.del(DEAD)
            await bury(
              direct,
              idsFrom(5, 6).map((id) => ({ id, own: ['n', 'another'] })),
            )
          })
          expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, leftAlone: 6 }) })
          expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([idsFrom(1, 4), idsFrom(5, 6)])
        }))

      test('on a connection that is made read-only meanwhile sends nothing more', () =>
        on(async (sluice) => {
          const { direct, redis, proxy } = world
          const { api, connectionId } = sluice
          const [{ username } = { username: '' }] = await api.connection.list()
          const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
          const profile = redis.connection({ endpoint, username, readOnly: true })
          const job = await interfered(sluice, () => api.connection.save({ id: connectionId, profile }))
          expect(job).toMatchObject(failed('READ_ONLY', { changed: 4 }))
          await expectNothingLost(direct, idsFrom(1, 10))
        }))
    })

    test('a dead-letter stream that is made anew between two pages ends the redrive before the second', async () => {
      const { direct, proxy, sluice } = world
      await bury(direct, letters(10))
      const made = await plan(sluice)
      const held = holdAt(proxy, named('EVAL'))
      const running = await start(sluice, made)
      await held
      await expect.poll(() => idsOf(direct, DEAD)).toHaveLength(6)
      await direct.del(DEAD)
      await bury(direct, letters(6))
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject(failed('STALE_PLAN', { changed: 4 }))
      expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([idsFrom(1, 4), idsFrom(1, 6)])
    })

    test('a right that is taken away meanwhile stops it', async () => {
      const { direct } = world
      const limited = await openAs(world)
      const job = await interfered(limited, () => direct.call('ACL', 'SETUSER', 'limited', '-xadd'))
      expect(job).toMatchObject({ ...failed('REDIS', { changed: 4 }), error: { data: { command: 'XADD' } } })
      await expectNothingLost(direct, idsFrom(1, 10))
      await limited.stop()
    })

    test('the right to delete, taken away meanwhile, leaves one copy that is told of, and no second', async () => {
      const { direct } = world
      const limited = await openAs(world)
      const job = await interfered(limited, () => direct.call('ACL', 'SETUSER', 'limited', '-xdel'))
      const copy = (await copiesIn(direct, KEY)).at(-1)?.id
      expect(job).toMatchObject({ ...failed('REDIS', { changed: 4, unknown: 1 }), failures: [{ id: '5-0' }] })
      expect(job.failures[0]?.reason).toEqual(saying(`copied as ${copy}`))
      expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([idsFrom(1, 5), idsFrom(5, 6)])
      await limited.stop()
    })

    describe('entry by entry', () => {
      async function without(use: (sluice: Sluice) => Promise<void>): Promise<void> {
        const sluice = await openAs(world, '-eval')
        await use(sluice).finally(() => sluice.stop())
      }
      const ofDead = ([name, key]: readonly string[]): boolean => name === 'XDEL' && key === DEAD
      const refusal = { kind: 'answer', reply: '-NOPERM this user has no permissions\r\n' } as const

      test('an entry that can’t be deleted has its copy taken back', () =>
        without(async (sluice) => {
          const { direct, proxy } = world
          await bury(direct, letters(3))
          const made = await plan(sluice)
          void proxy.fault(ofDead, refusal)
          const job = await run(sluice, made)
          expect(job).toMatchObject({ ...failed('REDIS', {}), failures: [{ id: '1-0' }] })
          expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([[], idsFrom(1, 3)])
        }))

      test('an entry that can’t be deleted, and nor can its copy, is told to be in both', () =>
        without(async (sluice) => {
          const { direct, proxy } = world
          await bury(direct, letters(3))
          const made = await plan(sluice)
          void proxy.fault('XDEL', refusal, 2)
          const job = await run(sluice, made)
          expect(job).toMatchObject({ ...failed('REDIS', { unknown: 1 }), failures: [{ id: '1-0' }] })
          expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([['1-0'], idsFrom(1, 3)])
        }))

      test('an entry that somebody else takes between its copy and its deletion has no copy left', () =>
        without(async (sluice) => {
          const { direct, proxy } = world
          await bury(direct, letters(3))
          const made = await plan(sluice)
          const held = holdAt(proxy, ([name, key]) => name === 'XADD' && key === KEY, 2)
          const running = await start(sluice, made)
          await held
          await expect.poll(() => redrivenIn(direct)).toHaveLength(2)
          await direct.xdel(DEAD, '2-0')
          proxy.resume()
          expect(await sluice.finished(running)).toMatchObject({
            state: 'done',
            counts: counts({ changed: 2, gone: 1 }),
          })
          expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([['1-0', '3-0'], []])
        }))
    })
  },
  {},
  availableServers().slice(0, 1),
)
