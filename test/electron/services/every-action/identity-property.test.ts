import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { availableServers, serverBinary } from '../../../helpers/available-servers'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { isSoak, longer } from '../../../helpers/soak'
import { openSluice, walked, type Sluice } from '../recovery/recovery-kit'
import { EVENTS, happen, streamsOf, type Event, type Ground, type Connected } from './identity-events'
import { proofs } from './proofs'
import { stateOf } from './stream-state'
import { pending, seedTestBed, type Proof, type TestBed } from './test-bed'

const events = Object.keys(EVENTS) as Event[]
/** A plan is made on one connection, and run on it. */
const beforeRun = events.filter((event) => !event.startsWith('another connection') && !event.startsWith('it is a copy'))
const servers = availableServers().filter(({ name }) => name === serverBinary().name || isSoak)

const restarted: Event = 'the server is restarted with its data'
const elsewhere: Event = 'another connection to it is made, under another name'

/** Whether nothing of what it is about is another's now. */
const isSame = (happened: readonly Event[]): boolean => happened.every((event) => EVENTS[event] === 'same')
/** What is restored comes from a backup, or is copied, whatever the groups are by the time of the run. */
const isAboutGroups = ({ kind }: Proof): boolean =>
  !kind.startsWith('restore') && kind !== 'swap streams' && kind !== 'copy'
/** A server that was started anew without replicas has its address alone: at another one, it is another server. */
const isProven = (happened: readonly Event[]): boolean =>
  isSame(happened) && !(happened.includes(restarted) && happened.includes(elsewhere))
/** No question where nothing changed, and nothing touched of what is another's. */
onEachServer(
  'on %s',
  (version) => {
    let redis: TestRedis
    let direct: Redis
    let sluice: Sluice
    let beds = 0
    beforeAll(async () => {
      redis = await startRedis({ version, config: ['appendonly yes', 'appendfsync always'] })
      direct = redis.client({ stringNumbers: true })
      sluice = await openSluice(redis.connection())
    })
    afterAll(async () => {
      await sluice.stop()
      await redis.stop()
    })
    const undoable = new Map(
      proofs
        .filter(({ undone, on }) => undone !== null && (on?.(version) ?? true))
        .map((proof) => [proof.action, proof]),
    )

    /** All entries, groups and what is pending in them, and all keys beside them. */
    const everything = async (now: Connected, key: string): Promise<unknown> => ({
      keys: (await now.direct.keys(`${key}*`)).sort(),
      streams: await Promise.all((await streamsOf(now.direct, key)).map((name) => stateOf(now.direct, name))),
    })
    async function after(happened: readonly Event[], key: string, start: Ground): Promise<Connected> {
      let now: Connected = start
      for (const event of happened) now = await happen(event, key, { ...start, ...now })
      return now
    }

    async function tried(action: string, ...asked: readonly [readonly Event[], readonly Event[]]): Promise<void> {
      const proof = undoable.get(action) as Proof
      const concerns = (...what: (typeof EVENTS)[Event][]) => {
        return (event: Event): boolean => isAboutGroups(proof) || what.includes(EVENTS[event])
      }
      // What is copied comes from the stream itself.
      const before = asked[0].filter(concerns('same', ...(proof.kind === 'copy' ? (['streams'] as const) : [])))
      const then = asked[1].filter(concerns('same', 'streams'))
      const key = `bed-${(beds += 1)}`
      const bed: TestBed = { sluice, direct, key }
      const ground: Ground = { redis, sluice, direct, connectionId: sluice.connectionId }
      await seedTestBed(bed)
      await proof.prepare?.(bed)
      const held = await pending(bed)
      const run = await proof.plan(bed)
      await after(before, key, ground)
      const stood = await everything(ground, key)
      const job = await run().catch((error: unknown) => {
        // What was looked at on a server that was started anew since is looked at once more.
        if (isSame(before) && !before.includes(restarted)) throw error
        return null
      })
      if (job === null || !isSame(before)) {
        expect(await everything(ground, key)).toEqual(stood)
        return
      }
      const now = await after(then, key, ground)
      const { connectionId } = now
      const { recordId } = job
      const undo = async () => sluice.finished(await sluice.api.recovery.undo({ connectionId, recordId }))
      if (isProven(then)) {
        const { ready } = await walked(sluice.api.recovery.planUndo({ connectionId, recordId }))
        expect(ready.plan.doubts ?? []).toEqual([])
        expect(await undo()).toMatchObject({ state: 'done' })
        await proof.undone?.(bed, held)
      } else {
        const there = await everything(now, key)
        await undo().catch(() => null)
        expect(await everything(now, key)).toEqual(there)
      }
    }

    test(
      'every kind is taken back unasked from what it was done to, and from nothing else',
      async () => {
        const kinds = fc.constantFrom(...undoable.keys())
        const between = fc.array(fc.constantFrom(...beforeRun), { maxLength: 1 })
        const since = fc.array(fc.constantFrom(...events), { maxLength: 2 })
        await fc.assert(fc.asyncProperty(kinds, between, since, tried), { numRuns: longer(30) })
      },
      longer(120_000),
    )
  },
  servers,
)
