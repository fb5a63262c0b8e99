import { ORPCError } from '@orpc/client'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { availableServers, serverBinary } from '../../../helpers/available-servers'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { isSoak, longer } from '../../../helpers/soak'
import { isOpen, openSluice, walked, type Sluice } from '../recovery/recovery-kit'
import { proofs } from './proofs'
import { pending, seedTestBed, type Proof, type TestBed } from './test-bed'

/** What may come between plan, run and undo. Whether it leaves all that it was. */
const EVENTS = {
  nothing: true,
  'the server is restarted with its data': true,
  'the connection is lost': true,
  'another connection to it is made': true,
  'all streams are made anew': false,
  'another server is there': false,
} as const
type Event = keyof typeof EVENTS
const events = Object.keys(EVENTS) as Event[]
const servers = availableServers().filter(({ name }) => name === serverBinary().name || isSoak)

/** Issue 13, A, of every kind that can be undone: no question where nothing changed, and nothing touched of what is another's. */
onEachServer(
  'on %s',
  (version) => {
    let redis: TestRedis
    let direct: Redis
    let sluice: Sluice
    let beds = 0
    beforeAll(async () => {
      redis = await startRedis({ version, config: ['appendonly yes'] })
      direct = redis.client({ stringNumbers: true })
      sluice = await openSluice(redis.connection())
    })
    afterAll(async () => {
      await sluice.stop()
      await redis.stop()
    })
    const undoable = proofs.filter(({ undone, on }) => undone !== null && (on?.(version) ?? true))

    async function isBack(connectionId: string): Promise<void> {
      await expect.poll(() => direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
      await isOpen({ api: sluice.api, connectionId })
      const look = () =>
        sluice.api.stream.info({ connectionId, key: 'none' }).then(
          () => true,
          (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND',
        )
      await expect.poll(look, { timeout: 20_000 }).toBe(true)
    }
    const streams = async (key: string): Promise<string[]> => (await direct.keys(`${key}*`)).sort()
    /** All entries, groups and what is pending in them. */
    async function everything(key: string): Promise<unknown> {
      const all = []
      for (const name of await streams(key)) {
        if ((await direct.type(name)) === 'stream')
          all.push([name, await direct.xrange(name, '-', '+'), await held(name)])
      }
      return all
    }
    async function held(name: string): Promise<unknown> {
      const groups = (await direct.xinfo('GROUPS', name)) as string[][]
      const rows = groups.map(async ([, group = '', ...rest]) => {
        const pendingRows = (await direct.xpending(name, group, '-', '+', 100)) as string[][]
        return [group, rest[rest.indexOf('last-delivered-id') + 1], pendingRows.map(([id, who]) => [id, who])]
      })
      return Promise.all(rows)
    }
    async function anew(key: string, made: readonly (readonly [string, readonly string[], readonly string[]])[]) {
      for (const name of await streams(key)) await direct.del(name)
      for (const [name, ids, groups] of made) {
        for (const id of ids) await direct.xadd(name, id, 'n', 'another')
        for (const group of groups) await direct.xgroup('CREATE', name, group, '0', 'MKSTREAM')
      }
    }
    async function happen(event: Event, key: string, connectionId: string): Promise<string> {
      const made: [string, string[], string[]][] = []
      for (const name of await streams(key)) {
        if ((await direct.type(name)) !== 'stream') continue
        const groups = ((await direct.xinfo('GROUPS', name)) as string[][]).map(([, group = '']) => group)
        made.push([name, (await direct.xrange(name, '-', '+')).map(([id]) => id), groups])
      }
      switch (event) {
        case 'nothing':
          break
        case 'the server is restarted with its data':
          await redis.restart({ keepData: true })
          break
        case 'the connection is lost':
          await direct.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
          break
        case 'another connection to it is made': {
          const { id } = await sluice.api.connection.save({ profile: redis.connection({ name: 'again' }) })
          await sluice.api.connection.open({ connectionId: id })
          return id
        }
        case 'all streams are made anew':
          await anew(key, made)
          break
        case 'another server is there':
          await direct.flushall()
          await redis.restart({ keepData: true })
          await isBack(connectionId)
          await anew(key, made)
      }
      await isBack(connectionId)
      return connectionId
    }

    async function tried(proof: Proof, before: readonly Event[], after: readonly Event[]): Promise<void> {
      const key = `bed-${(beds += 1)}`
      const bed: TestBed = { sluice, direct, key }
      await seedTestBed(bed)
      await proof.prepare?.(bed)
      const held = await pending(bed)
      const run = await proof.plan(bed)
      for (const event of before) await happen(event, key, sluice.connectionId)
      const stood = await everything(key)
      const job = await run().catch(() => null)
      // What was looked at on a server that was started anew since is looked at once more.
      if (job === null) {
        expect(await everything(key)).toEqual(stood)
        return
      }
      let { connectionId } = sluice
      for (const event of after) connectionId = await happen(event, key, connectionId)
      const { recordId } = job
      const undo = async () => sluice.finished(await sluice.api.recovery.undo({ connectionId, recordId }))
      if (after.every((event) => EVENTS[event])) {
        const { ready } = await walked(sluice.api.recovery.planUndo({ connectionId, recordId }))
        expect(ready.plan.doubts ?? []).toEqual([])
        expect(await undo()).toMatchObject({ state: 'done' })
        await proof.undone?.(bed, held)
      } else {
        const there = await everything(key)
        await undo().catch(() => null)
        expect(await everything(key)).toEqual(there)
      }
    }

    test(
      'every kind is taken back unasked from what it was done to, and from nothing else',
      async () => {
        const kinds = fc.constantFrom(...undoable)
        const before = fc.array(
          fc.constantFrom<Event>('nothing', 'the server is restarted with its data', 'the connection is lost'),
          { maxLength: 1 },
        )
        const after = fc.array(fc.constantFrom(...events), { maxLength: 2 })
        await fc.assert(fc.asyncProperty(kinds, before, after, tried), { numRuns: longer(30) })
      },
      longer(120_000),
    )
  },
  servers,
)
