import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newestRedis } from '../../../helpers/available-servers'
import { longer } from '../../../helpers/soak'
import { fill } from '../trim/trim-world'
import { onEveryServer } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { deleteIds, KEY, rebuild, swap, trimTo } from './restore-kit'
import { factsOf } from './stream-facts'

interface Past {
  readonly entries: number
  /** Of each group: how much it was given, and which of it was acked. */
  readonly groups: readonly {
    readonly read: number
    readonly acked: readonly number[]
    readonly claimed: readonly number[]
  }[]
  /** Deleted before, so that they may be pending without being there. */
  readonly deleted: readonly number[]
  readonly cut: { readonly trimTo: number } | { readonly ids: readonly number[] }
}

const positions = fc.array(fc.nat(49), { maxLength: 8 })
const past: fc.Arbitrary<Past> = fc.record({
  entries: fc.integer({ min: 3, max: 50 }),
  groups: fc.array(fc.record({ read: fc.nat(50), acked: positions, claimed: positions }), { maxLength: 3 }),
  deleted: fc.array(fc.nat(49), { maxLength: 3 }),
  cut: fc.oneof(
    fc.record({ trimTo: fc.nat(40) }),
    fc.record({ ids: fc.array(fc.nat(49), { minLength: 1, maxLength: 10 }) }),
  ),
})

/** The group has read more than there is to be added again: from Redis 8.6 on no group may have. */
const readBeyond: Past = {
  entries: 3,
  groups: [{ read: 3, acked: [1], claimed: [] }],
  deleted: [1],
  cut: { trimTo: 0 },
}

onEveryServer((world) => {
  async function live({ entries, groups, deleted }: Past): Promise<void> {
    const { direct } = world
    await direct.flushall()
    const pipeline = direct.pipeline()
    for (let n = 1; n <= entries; n += 1) pipeline.xadd(KEY, `${n}-0`, 'n', n)
    for (const [at, { read, acked, claimed }] of groups.entries()) {
      const group = `group-${at}`
      pipeline.xgroup('CREATE', KEY, group, '0')
      if (read > 0) pipeline.call('XREADGROUP', ['GROUP', group, 'ann', 'COUNT', read, 'STREAMS', KEY, '>'])
      for (const position of claimed) {
        pipeline.call('XCLAIM', [
          KEY,
          group,
          'bob',
          0,
          `${position + 1}-0`,
          'RETRYCOUNT',
          position,
          'IDLE',
          position * 1000,
        ])
      }
      for (const position of acked) pipeline.xack(KEY, group, `${position + 1}-0`)
    }
    // One always stays, and the last one, by which the counters are told.
    for (const position of deleted) if (position + 1 < entries && position > 0) pipeline.xdel(KEY, `${position + 1}-0`)
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
  }

  test('whatever a stream is, trimmed or with entries deleted: restored and swapped it is as it was', async () => {
    const { direct, sluice } = world
    await fc.assert(
      fc.asyncProperty(past, async (each) => {
        await live(each)
        const before = (await factsOf(direct, KEY)) as { entries: unknown; groups: { pending: unknown }[] }
        const trims = 'trimTo' in each.cut
        const ids = 'ids' in each.cut ? each.cut.ids.map((position) => `${(position % each.entries) + 1}-0`) : []
        const there = new Set((await direct.xrange(KEY, '-', '+')).map(([id]) => id))
        const chosen = ids.filter((id) => there.has(id))
        if ('trimTo' in each.cut ? each.cut.trimTo >= there.size : chosen.length === 0) return
        const file = 'trimTo' in each.cut ? await trimTo(sluice, each.cut.trimTo) : await deleteIds(sluice, chosen)
        const made = await rebuild(sluice, file)
        expect(made).toMatchObject({ state: 'done', failures: [] })
        await swap(sluice, made)
        const after = (await factsOf(direct, KEY)) as typeof before
        // What was the greatest id ever deleted before a deletion, Redis does not keep.
        if (trims) expect(after).toEqual(before)
        else {
          expect(after.entries).toEqual(before.entries)
          expect(after.groups.map(({ pending }) => pending)).toEqual(before.groups.map(({ pending }) => pending))
        }
      }),
      { numRuns: longer(8), examples: [[readBeyond]] },
    )
  })
})

describe('a hundred thousand entries, of which twenty thousand are pending', () => {
  // Where pending entries are kept in the order of their delivery, out of order each would cost a walk.
  const world = useOneServer({ version: newestRedis().name })

  test('are restored and swapped, and no command keeps the server busy', { timeout: 300_000 }, async () => {
    const { direct, proxy, sluice } = world
    await fill(direct, 100_000)
    await direct.xgroup('CREATE', KEY, 'billing', '0')
    for (let n = 0; n < 20; n += 1) {
      await direct.call('XREADGROUP', ['GROUP', 'billing', `worker-${n % 3}`, 'COUNT', 1_000, 'STREAMS', KEY, '>'])
    }
    // The oldest were delivered again last.
    for (let n = 1; n <= 2_000; n += 500) {
      const ids = Array.from({ length: 500 }, (_, at) => `${n + at}-0`)
      await direct.call('XCLAIM', [KEY, 'billing', 'worker-9', 0, ...ids, 'JUSTID'])
    }
    const summary = await direct.xpending(KEY, 'billing')
    const file = await trimTo(sluice, 50)
    let mostArguments = 0
    const deliveredAt: number[] = []
    void proxy.fault(
      (args) => {
        mostArguments = Math.max(mostArguments, args.length)
        if (args[0] === 'XCLAIM') deliveredAt.push(Number(args[args.indexOf('TIME') + 1]))
        return false
      },
      { kind: 'delay', ms: 0 },
    )
    const made = await rebuild(sluice, file)
    expect(made).toMatchObject({ state: 'done', failures: [], counts: { changed: 100_000 } })
    await swap(sluice, made)
    // Each command is bounded, and none of the 20 000 is made pending before one that was delivered earlier.
    expect(mostArguments).toBeLessThanOrEqual(520)
    expect(deliveredAt.length).toBeGreaterThanOrEqual(40)
    expect(deliveredAt).toEqual(deliveredAt.toSorted((a, b) => a - b))
    expect(await direct.xlen(KEY)).toBe(100_000)
    expect(await direct.xpending(KEY, 'billing')).toEqual(summary)
  })
})
