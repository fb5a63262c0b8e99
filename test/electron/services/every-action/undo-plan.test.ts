import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UndoPlan } from '../../../../shared/model/undo-plan'
import { availableServers, serverBinary } from '../../../helpers/available-servers'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { isSoak, longer } from '../../../helpers/soak'
import { GROUP, openSluice, walked, type Held, type Sluice } from '../recovery/recovery-kit'
import { heldIn } from './faulty-bed'
import { proofs } from './proofs'
import { ALICE, seedTestBed, type TestBed } from './test-bed'

/** What others may do to an entry that was changed, before it is undone. */
const DEEDS = ['nothing', 'ack', 'claim', 'touch', 'deliver', 'delete', 'bring back'] as const
/** And to all of it. */
const EVENTS = ['nothing', 'copies deleted', 'copies read', 'trimmed to 3', 'group made again', 'all gone'] as const

async function doTo({ direct, key }: TestBed, id: string, deed: (typeof DEEDS)[number]): Promise<void> {
  const claim = (consumer: string, ...how: string[]) =>
    direct.call('XCLAIM', key, GROUP, consumer, 0, id, ...how).catch(() => null)
  switch (deed) {
    case 'nothing':
      return
    case 'ack':
      await direct.xack(key, GROUP, id).catch(() => null)
      return
    case 'claim':
      await claim('carol', 'JUSTID')
      return
    case 'touch':
      await claim('bob', 'JUSTID')
      return
    case 'deliver':
      await claim('bob')
      return
    case 'delete':
      await direct.xdel(key, id)
      return
    case 'bring back':
      await claim('carol', 'FORCE', 'JUSTID')
  }
}

async function happen({ direct, key }: TestBed, event: (typeof EVENTS)[number]): Promise<void> {
  const copies = async (from: string) =>
    (await direct.xrange(from, '-', '+')).map(([id]) => id).filter((id) => !/^\d-0$/.test(id))
  switch (event) {
    case 'nothing':
      return
    case 'copies deleted':
      for (const from of [key, `${key}:dead`]) {
        const some = (await copies(from)).slice(0, 3)
        if (some.length > 0) await direct.xdel(from, ...some)
      }
      return
    case 'copies read':
      await direct.call('XREADGROUP', 'GROUP', 'audit', 'eve', 'COUNT', 2, 'STREAMS', key, '>')
      return
    case 'trimmed to 3':
      await direct.xtrim(key, 'MAXLEN', 3)
      return
    case 'group made again':
      await direct.xgroup('CREATE', key, GROUP, '9-0').catch(() => null)
      return
    case 'all gone':
      await direct.xtrim(key, 'MAXLEN', 0)
  }
}

const servers = availableServers().filter(({ name }) => name === serverBinary().name || isSoak)

/** What an undo's preview says is what comes back, whatever others did meanwhile. */
onEachServer(
  'on %s',
  (version) => {
    let redis: TestRedis
    let direct: Redis
    let sluice: Sluice
    let beds = 0
    beforeAll(async () => {
      redis = await startRedis({ version })
      direct = redis.client({ stringNumbers: true })
      sluice = await openSluice(redis.connection())
    })
    afterAll(async () => {
      await sluice.stop()
      await redis.stop()
    })
    const undoable = proofs.filter(({ kind, undone, on }) => {
      // Of these the preview names a key rather than entries: they have tests of their own.
      return undone !== null && !['restore stream', 'swap streams'].includes(kind) && (on?.(version) ?? true)
    })

    async function planOf(recordId: string): Promise<UndoPlan | null> {
      const { connectionId } = sluice
      // A refusal is a preview as well.
      return walked(sluice.api.recovery.planUndo({ connectionId, recordId })).then(
        ({ ready }) => ready.plan,
        () => null,
      )
    }

    async function undoOf(recordId: string, accepts: string[]) {
      const { api, connectionId, finished } = sluice
      return finished(await api.recovery.undo({ connectionId, recordId, accepts }))
    }

    describe.each(undoable.map((proof) => [proof.action, proof] as const))('of “%s”', (_action, proof) => {
      test(
        'the preview says what comes back, and the undo does just that',
        async () => {
          const deeds = fc.array(fc.constantFrom(...DEEDS), { minLength: ALICE.length, maxLength: ALICE.length })
          await fc.assert(
            fc.asyncProperty(deeds, fc.constantFrom(...EVENTS), async (each, event) => {
              const bed: TestBed = { sluice, direct, key: `plan:${(beds += 1)}` }
              await seedTestBed(bed)
              await proof.prepare?.(bed)
              const job = await (await proof.plan(bed))()
              if (job === null) throw new Error('what is no job has no undo')
              await happen(bed, event)
              for (const [at, id] of ALICE.entries()) await doTo(bed, id, each[at] ?? 'nothing')

              const before = await heldIn(bed).catch((): readonly Held[] => [])
              const plan = await planOf(job.recordId)
              expect(await heldIn(bed).catch(() => [])).toEqual(before)
              // What others did may leave nothing to know the stream or the group by: then it is asked.
              const accepts = (plan?.doubts ?? []).map(({ code }) => code)
              const undone = await undoOf(job.recordId, accepts).catch(() => null)
              const after = await heldIn(bed).catch((): readonly Held[] => [])
              const without = (all: readonly Held[], some: readonly Held[]) =>
                all.filter((row) => !some.some((one) => JSON.stringify(one) === JSON.stringify(row)))
              // What was made pending goes.
              const back = proof.kind === 'make pending' ? without(before, after) : without(after, before)
              if (plan === null) {
                expect(back).toEqual([])
                expect(undone?.counts.changed ?? 0).toBe(0)
                return
              }
              expect(undone).toMatchObject({ state: 'done', counts: { leftAlone: plan.leftAlone, gone: plan.gone } })
              if (proof.kind !== 'restore entries' && proof.kind !== 'copy') expect(back).toHaveLength(plan.entries)
              // What comes back beside entries counts as one.
              expect(undone?.counts.changed).toBe(plan.entries + besides(plan))
              for (const { name, after: told } of plan.consumers) {
                expect(after.filter(([, consumer]) => consumer === name)).toHaveLength(told)
              }
            }),
            { numRuns: longer(12) },
          )
        },
        longer(60_000),
      )
    })
  },
  servers,
)

function besides({ instead }: UndoPlan): number {
  return instead === undefined || instead.code === 'undo.fills-group' ? 0 : 1
}
