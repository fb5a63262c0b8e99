import { describe, expect, test } from 'vitest'
import { counts, everything, idsFrom, onEveryServer, seed } from '../recovery/recovery-kit'
import { catchUp, deleteIds, KEY, planRebuild, planSwap, rebuild, swap, trimTo } from './restore-kit'
import { deliveredAt, factsOf } from './stream-facts'
import { saying } from '../../../helpers/saying'

const MADE = `${KEY}:restored`
const ASIDE = `${KEY}:before-restore`

onEveryServer((world) => {
  /** 30 entries; billing: ann and bob hold 10, of different counts, and eve nothing; audit: read 3, acked 2. */
  async function lively(key: string | Buffer = KEY): Promise<void> {
    const { direct } = world
    await seed(direct, { key, held: { ann: idsFrom(1, 6), bob: idsFrom(7, 4) } })
    for (const id of idsFrom(11, 20)) await direct.xadd(key, id, 'n', id, 'twice', '1', 'twice', '2')
    await direct.call('XGROUP', ['CREATECONSUMER', key, 'billing', 'eve'])
    await direct.call('XCLAIM', [
      key,
      'billing',
      'bob',
      0,
      '2-0',
      '3-0',
      'RETRYCOUNT',
      7,
      'TIME',
      1_700_000_000_000,
      'JUSTID',
    ])
    await direct.xgroup('CREATE', key, 'audit', '0')
    await direct.call('XREADGROUP', ['GROUP', 'audit', 'zoe', 'COUNT', 3, 'STREAMS', key, '>'])
    await direct.xack(key, 'audit', '1-0', '2-0')
  }

  describe('a trim that is restored into a new key and swapped', () => {
    test('leaves entries, counters, groups, consumers and pending entries as they were', async () => {
      const { direct, sluice } = world
      await lively()
      const before = await factsOf(direct, KEY)
      const times = await deliveredAt(direct, KEY, 'billing')
      const made = await rebuild(sluice, await trimTo(sluice, 4))
      expect(made).toMatchObject({ kind: 'restore stream', state: 'done', failures: [], undoable: true })
      expect(made.counts).toEqual(counts({ changed: 30 }))
      expect(await direct.xlen(KEY)).toBe('4')
      expect(await factsOf(direct, MADE)).toEqual(before)
      for (const [id, at] of await deliveredAt(direct, MADE, 'billing')) {
        // Never later than the truth; earlier only by what the server's clock ticks while it is read.
        expect(at, id).toBeLessThanOrEqual(times.get(id) ?? 0)
        expect(at, id).toBeGreaterThan((times.get(id) ?? 0) - 50)
      }
      const trimmed = await factsOf(direct, KEY)
      const job = await swap(sluice, made)
      expect(job).toMatchObject({ kind: 'swap streams', state: 'done', counts: counts({ changed: 1 }), undoable: true })
      expect(await factsOf(direct, KEY)).toEqual(before)
      expect(await factsOf(direct, ASIDE)).toEqual(trimmed)
      expect(await direct.exists(MADE)).toBe('0')

      expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
      expect([await factsOf(direct, KEY), await factsOf(direct, MADE)]).toEqual([trimmed, before])
      expect(await direct.exists(ASIDE)).toBe('0')
      expect(await sluice.undo(made)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect([await direct.keys('*'), await factsOf(direct, KEY)]).toEqual([[KEY], trimmed])
    })

    test('is restored whatever bytes its names are', async () => {
      const { direct, sluice } = world
      const odd = (text: string) => Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(text)])
      const key = odd('key')
      await seed(direct, {
        key,
        group: odd('group'),
        held: [
          [odd('ann'), idsFrom(1, 3)],
          [odd('bob'), idsFrom(4, 2)],
        ],
      })
      const before = await factsOf(direct, key)
      const made = await rebuild(sluice, await trimTo(sluice, 1, { base64: key.toString('base64') }))
      await swap(sluice, made)
      expect(await factsOf(direct, key)).toEqual(before)
    })
  })

  describe('deleted entries', () => {
    test('come back between the others, also those that are pending, and what was gone before stays so', async () => {
      const { direct, sluice } = world
      await lively()
      await direct.xdel(KEY, '5-0')
      const before = (await factsOf(direct, KEY)) as { entries: unknown; groups: { pending: unknown }[] }
      const file = await deleteIds(sluice, ['2-0', '9-0', '20-0'])
      const plan = await planRebuild(sluice, file)
      expect(plan).toMatchObject({ entries: 29, inBackup: 3, inStream: 26, inBoth: 0, blocked: null })
      expect(plan.groups).toMatchObject([
        { name: 'audit', pending: 1, gone: 0 },
        { name: 'billing', pending: 10, gone: 1, consumers: 3 },
      ])
      expect(plan.warnings).toEqual(['others-meanwhile', 'stand-ins'])
      const made = await rebuild(sluice, file)
      expect(made).toMatchObject({ state: 'done', counts: counts({ changed: 29 }), failures: [] })
      const after = (await factsOf(direct, MADE)) as typeof before
      expect(after.entries).toEqual(before.entries)
      expect(after.groups.map(({ pending }) => pending)).toEqual(before.groups.map(({ pending }) => pending))
    })

    test('come back alone where the backup alone is asked for, and a swap is then refused', async () => {
      const { direct, sluice } = world
      await lively()
      const made = await rebuild(sluice, await deleteIds(sluice, ['2-0', '20-0']), { merge: false, target: 'alone' })
      expect(made).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
      expect((await direct.xrange('alone', '-', '+')).map(([id]) => id)).toEqual(['2-0', '20-0'])
      expect(await direct.xpending('alone', 'billing', '-', '+', 10)).toHaveLength(1)
      const plan = await planSwap(sluice, made)
      expect(plan).toMatchObject({ newer: 10, missing: 18, behind: false })
      expect(plan.blocked).toEqual(saying('lacks 18 entries'))
    })
  })

  describe('what came to the stream since', () => {
    test('is told, and caught up with', async () => {
      const { direct, sluice } = world
      await lively()
      const made = await rebuild(sluice, await trimTo(sluice, 4))
      for (const id of idsFrom(31, 5)) await direct.xadd(KEY, id, 'n', id)
      await direct.call('XREADGROUP', ['GROUP', 'billing', 'ann', 'COUNT', 22, 'STREAMS', KEY, '>'])
      await direct.xack(KEY, 'billing', '8-0', '29-0')
      await direct.call('XCLAIM', [KEY, 'billing', 'eve', 0, '27-0', 'JUSTID'])
      await direct.xgroup('CREATE', KEY, 'new', '$')
      const behind = await planSwap(sluice, made)
      expect(behind).toMatchObject({ newer: 5, missing: 0, behind: true, before: 9, after: 30 })
      expect(behind.blocked).toBeNull()
      expect(behind.groups.map(({ name, same }) => [name, same])).toEqual([
        ['audit', true],
        ['billing', false],
        ['new', false],
      ])
      expect(await catchUp(sluice, made)).toMatchObject({ state: 'done', failures: [], counts: counts({ changed: 5 }) })
      const now = await planSwap(sluice, made)
      expect(now).toMatchObject({ newer: 0, blocked: null, behind: false, after: 35 })
      // The new one has more that is unread: what had been trimmed.
      const groups = async () =>
        ((await factsOf(direct, KEY)) as { groups: { info: object }[] }).groups.map((group) => ({
          ...group,
          info: { ...group.info, lag: null },
        }))
      const live = await groups()
      await swap(sluice, made)
      expect(await groups()).toEqual(live)
      expect(await direct.xlen(KEY)).toBe('35')
    })
  })

  test('a plan changes nothing, and says what would be', async () => {
    const { direct, sluice } = world
    await lively()
    const file = await trimTo(sluice, 4)
    const before = await everything(direct)
    const plan = await planRebuild(sluice, file)
    expect(plan).toMatchObject({
      ...{ key: KEY, target: MADE, entries: 30, inBackup: 26, inStream: 4, inBoth: 0, differing: 0, damaged: 0 },
      ...{ firstId: '1-0', lastId: '30-0', warnings: ['others-meanwhile'], blocked: null },
    })
    expect(plan.memoryBytes).toBeGreaterThan(300)
    expect(plan.commands[0]).toBe('XADD orders:restored 1-0 n 1-0')
    expect([await everything(direct), await direct.keys('*')]).toEqual([before, [KEY]])
  })
})
