import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Criteria } from '../../../../shared/model/selection'
import {
  ack,
  claimTo,
  idsFrom,
  ofAll,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
  GROUP,
  KEY,
  type Held,
} from './recovery-kit'
import { longer } from '../../../helpers/soak'

/** What a living consumer does beside Sluice. */
type Move = { readonly kind: 'ack' | 'take' | 'read' | 'read again'; readonly at: number }

/** What is pending at first. */
interface Start {
  readonly entries: number
  /** Who holds what, in turn. */
  readonly holders: readonly number[]
  /** Entries that were delivered once more. */
  readonly counted: readonly number[]
}

const CONSUMERS = ['a', 'b', 'c', 'd']
const aMove = fc.record({ kind: fc.constantFrom('ack', 'take', 'read', 'read again'), at: fc.nat(999) })
const someCriteria: fc.Arbitrary<Criteria> = fc.oneof(
  fc.constant({}),
  fc.record({ consumers: fc.subarray(CONSUMERS, { minLength: 1 }) }),
  fc.record({ from: fc.integer({ min: 1, max: 300 }).map((at) => `${at}-0`) }),
  fc.record({ minDeliveries: fc.integer({ min: 1, max: 3 }) }),
)
const anAction: fc.Arbitrary<RecoveryAction> = fc.oneof(
  fc.constantFrom(...CONSUMERS, 'new').map((to) => claimTo(to)),
  fc.subarray([...CONSUMERS, 'new'], { minLength: 1 }).map((to) => spreadOver(to)),
  fc.constant(ack),
)
const aWorld = fc.record({
  entries: fc.integer({ min: 1, max: 300 }),
  holders: fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
  counted: fc.array(fc.nat(299), { maxLength: 20 }),
  criteria: someCriteria,
  action: anAction,
  before: fc.array(aMove, { maxLength: 6 }),
  during: fc.array(aMove, { maxLength: 12 }),
})

onEveryServer((world) => {
  async function prepare({ entries, holders, counted }: Start): Promise<void> {
    const { direct } = world
    await direct.flushall()
    const held: Record<string, string[]> = {}
    for (const [at, id] of idsFrom(1, entries).entries()) {
      const consumer = CONSUMERS[holders[at % holders.length] ?? 0] ?? 'a'
      ;(held[consumer] ??= []).push(id)
    }
    await seed(direct, { held })
    for (const [id, consumer] of await pendingOf(direct)) {
      const count = 1 + counted.filter((at) => `${at + 1}-0` === id).length
      await direct.call('XCLAIM', [KEY, GROUP, consumer as string, 0, id, 'RETRYCOUNT', count, 'JUSTID'])
    }
    for (const id of idsFrom(1_000, 5)) await direct.xadd(KEY, id, 'n', id)
  }

  /** One move of a living consumer; gives the ids that it acked. */
  async function make(direct: Redis, { kind, at }: Move): Promise<readonly string[]> {
    if (kind === 'read') {
      await direct.call('XREADGROUP', ['GROUP', GROUP, 'live', 'COUNT', 1, 'STREAMS', KEY, '>'])
      return []
    }
    const pending = await pendingOf(direct)
    const [id] = pending[at % Math.max(1, pending.length)] ?? []
    if (id === undefined) return []
    if (kind === 'take') await direct.call('XCLAIM', [KEY, GROUP, 'live', 0, id])
    if (kind === 'read again') await direct.call('XCLAIM', [KEY, GROUP, 'a', 0, id])
    return kind === 'ack' && String(await direct.xack(KEY, GROUP, id)) === '1' ? [id] : []
  }

  test(
    'whatever a living consumer does meanwhile, no entry is lost, and none is acked that the plan did not show',
    { timeout: 120_000 },
    async () => {
      const { direct, sluice } = world
      await fc.assert(
        fc.asyncProperty(aWorld, async ({ criteria, action, before, during, ...start }) => {
          await prepare(start)
          const all = idsFrom(1, start.entries)
          const shown = new Set((await pendingOf(direct)).map(([id]) => id))
          const plan = await sluice.plan(ofAll(criteria), action)
          const live = new Set<string>()
          for (const move of before) for (const id of await make(direct, move)) live.add(id)
          const job = await sluice.run(plan)
          const moves = (async () => {
            for (const move of during) for (const id of await make(direct, move)) live.add(id)
          })()
          const [{ state, counts }] = await Promise.all([sluice.finished(job), moves])
          expect(state).toBe('done')

          const left = new Set((await pendingOf(direct)).map(([id]) => id))
          const missing = all.filter((id) => !left.has(id))
          const ackedByUs = missing.filter((id) => !live.has(id))
          if (action.kind === 'ack') {
            expect(ackedByUs.length).toBe(counts.changed)
            for (const id of ackedByUs) expect(shown.has(id)).toBe(true)
            expect(ackedByUs.length).toBeLessThanOrEqual(plan.entries)
          } else {
            expect(ackedByUs).toEqual([])
            expect(counts.changed).toBeLessThanOrEqual(plan.changes)
          }
          expect(counts.unknown).toBe(0)
        }),
        { numRuns: longer(25) },
      )
    },
  )

  test(
    'an action that nobody interfered with is taken back exactly: owners and delivery counts',
    { timeout: 120_000 },
    async () => {
      const { direct, sluice } = world
      await fc.assert(
        fc.asyncProperty(aWorld, async ({ criteria, action, ...start }) => {
          await prepare(start)
          const before = await pendingOf(direct)
          const job = await sluice.recover(ofAll(criteria), action)
          if (job.counts.changed === 0) return
          const undone = await sluice.undo(job)
          const { written: _written, ...same } = job.counts
          expect(undone).toMatchObject({ state: 'done', counts: { ...same, leftAlone: 0 } })
          expect(await pendingOf(direct)).toEqual(before)
        }),
        { numRuns: longer(25) },
      )
    },
  )

  test('an undo gives back only what is as the action left it', { timeout: 120_000 }, async () => {
    const { direct, sluice } = world
    await fc.assert(
      fc.asyncProperty(aWorld, async ({ criteria, action, before, during, ...start }) => {
        await prepare(start)
        const first = new Map((await pendingOf(direct)).map((row) => [row[0], row]))
        const job = await sluice.recover(ofAll(criteria), action)
        const live = new Set<string>()
        for (const move of [...before, ...during]) for (const id of await make(direct, move)) live.add(id)
        const between = new Map((await pendingOf(direct)).map((row) => [row[0], row]))
        if (job.counts.changed === 0) return
        await sluice.undo(job)
        for (const [id, consumer, deliveries] of await pendingOf(direct)) {
          // Each is as it was at first, or as it stood before the undo: nothing else is made up.
          const seen: (Held | undefined)[] = [first.get(id), between.get(id)]
          expect(seen).toContainEqual([id, consumer, deliveries])
          if (live.has(id)) expect(action.kind).toBe('ack')
        }
      }),
      { numRuns: longer(25) },
    )
  })
})
