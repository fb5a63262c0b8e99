import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import type { FaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { MAX_ID } from '../../../../shared/entry-id'
import { words } from '../../../../shared/words/words'
import { fill, idsOf, KEY, maxlen, minid, openBehindProxy, watchCommands, type TrimWorld } from './trim-world'

/** Redis's own size of a node, small ones, and ones that hold more entries than a command may remove. */
const NODES = { 'nodes as they come': '100', 'nodes of 7': '7', 'nodes of 3 000': '3000' }

onEachServer('on %s', (version) => {
  let world: TrimWorld & { readonly proxy: FaultProxy }
  let direct: Redis
  let sent: (readonly string[])[]
  beforeAll(async () => {
    world = await openBehindProxy({ version, config: ['stream-node-max-bytes 0'] })
    direct = world.direct
    watchCommands(world.proxy, (name, args) => sent.push([name, ...args]))
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await direct.flushall()
    sent = []
  })

  const trims = () => sent.filter(([name]) => name === 'XTRIM' || name === 'XDEL')

  describe.each(Object.entries(NODES))('with %s', (_, nodeEntries) => {
    beforeEach(async () => {
      await direct.config('SET', 'stream-node-max-entries', nodeEntries)
      await fill(direct, 10_000)
    })

    test.each([100, 250, 5_000])(
      'no command removes more than %i entries, and all that was shown goes',
      async (limit) => {
        const plan = await world.plan(maxlen(1_234), { limit })
        const job = await world.start(plan)
        const ended = await world.finished(job)
        expect(ended).toMatchObject({ state: 'done', done: 8_766, total: 8_766, counts: { changed: 8_766 } })
        expect((await idsOf(direct))[0]).toBe('8767-0')
        const steps = await removedByStep(world.dataDir, job.recordId)
        expect(steps.reduce((sum, removed) => sum + removed, 0)).toBe(8_766)
        expect(Math.max(...steps)).toBeLessThanOrEqual(limit)
        for (const args of trims()) if (args.includes('~')) expect(args.slice(-2)).toEqual(['LIMIT', String(limit)])
      },
    )

    test('approximate: whole nodes, no more than shown', async () => {
      const plan = await world.plan(maxlen(1_234), { approximate: true, limit: 500 })
      expect(plan).toMatchObject({ removes: { value: 8_766, certainty: 'atMost' }, firstKept: '8767-0' })
      const { state, counts } = await world.run(plan)
      const left = await direct.xlen(KEY)
      expect([state, counts.changed]).toEqual(['done', 10_000 - left])
      expect(left).toBeGreaterThanOrEqual(1_234)
      const node = Number(nodeEntries)
      if (node <= 500) expect(left).toBeLessThan(1_234 + node)
      expect(trims().every((args) => args.includes('~') && args.includes('LIMIT'))).toBe(true)
    })
  })

  describe('approximate, where nothing can go', () => {
    test.each([
      ['a node holds more than LIMIT', '3000', maxlen(1_000), 500],
      ['all that is to go lies in one node', '3000', maxlen(5_500), 5_000],
      ['nodes of the usual size, and few entries', '100', maxlen(7_950), 1_000],
    ])('since %s: nothing changed, why, and what to do; without ~ it goes', async (_why, node, strategy, limit) => {
      await direct.config('SET', 'stream-node-max-entries', node)
      await fill(direct, 8_000)
      const job = await world.run(await world.plan(strategy, { approximate: true, limit }))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 0, leftAlone: 0 } })
      expect(await direct.xlen(KEY)).toBe(8_000)
      expect(words.job.ending(job)).toBe('Nothing changed')
      expect(words.job.next(job)).toMatch(/no whole node .*stream-node-max-entries.* LIMIT\. Without ~/)
      const exact = await world.run(await world.plan(strategy, { limit }))
      expect(exact.counts.changed).toBeGreaterThan(0)
      expect(words.job.next(exact)).toBeNull()
    })
  })

  test('the commands shown are the commands sent', async () => {
    await direct.config('SET', 'stream-node-max-entries', '100')
    await fill(direct, 1_050)
    for (const approximate of [true, false]) {
      const plan = await world.plan(minid(approximate ? '501-0' : '731-0'), { approximate })
      sent = []
      await world.run(plan)
      expect([...new Set(trims().map((args) => args.join(' ')))]).toEqual(plan.commands)
      expect((await world.record((await world.api.job.list()).at(-1) ?? never())).commands).toEqual(plan.commands)
    }
  })

  test.each([true, false])('all goes, up to the greatest id there is; approximate: %s', async (approximate) => {
    await direct.config('SET', 'stream-node-max-entries', '100')
    await fill(direct, 5)
    await direct.xadd(KEY, MAX_ID, 'n', 'last')
    await direct.xgroup('CREATE', KEY, 'g', '0')
    await direct.xreadgroup('GROUP', 'g', 'c', 'STREAMS', KEY, '>')
    const plan = await world.plan(maxlen(0), { approximate })
    expect(plan).toMatchObject({ removes: { value: 6 }, firstKept: null, groups: [{ pending: { value: 6 } }] })
    expect(await world.run(plan, true)).toMatchObject({ state: 'done', counts: { changed: 6 } })
    expect([await direct.exists(KEY), await direct.xlen(KEY)]).toEqual([1, 0])
  })

  test('the greatest id stays when all others go', async () => {
    await fill(direct, 5)
    await direct.xadd(KEY, MAX_ID, 'n', 'last')
    expect(await world.run(await world.plan(minid(MAX_ID)))).toMatchObject({ counts: { changed: 5 } })
    expect(await idsOf(direct)).toEqual([MAX_ID])
  })

  test.each([
    ['an empty stream', 0, maxlen(0)],
    ['one that is short already', 50, maxlen(50)],
    ['one that begins later', 50, minid('0-0')],
  ])('of %s nothing is removed, and no command is sent', async (_, length, strategy) => {
    await direct.xgroup('CREATE', KEY, 'g', '0', 'MKSTREAM')
    await fill(direct, length)
    const backups = world.backups()
    const plan = await world.plan(strategy)
    expect(plan).toMatchObject({ length, removes: { value: 0, certainty: 'exact' }, commands: [] })
    expect(plan.groups).toMatchObject([{ pending: { value: 0 }, unread: { value: 0 } }])
    expect(await world.run(plan, true)).toMatchObject({ state: 'done', total: 0, counts: { changed: 0 } })
    expect(trims()).toEqual([])
    expect(world.backups()).toEqual(backups)
  })

  test('entries that others remove meanwhile are not counted as ours', async () => {
    await fill(direct, 3_000)
    const plan = await world.plan(maxlen(1_000))
    await direct.xtrim(KEY, 'MAXLEN', 2_500)
    await direct.xdel(KEY, '900-0', '901-0', '2999-0')
    expect(await world.run(plan)).toMatchObject({ state: 'done', counts: { changed: 1_498 } })
    expect((await idsOf(direct))[0]).toBe('2001-0')
  })

  test('entries of a megabyte each', async () => {
    await fill(direct, 40, { bytes: 1_000_000 })
    const plan = await world.plan(maxlen(10))
    expect(plan).toMatchObject({ removes: { value: 30, certainty: 'exact' }, firstKept: '31-0' })
    expect(await world.run(plan, true)).toMatchObject({ state: 'done', counts: { changed: 30 } })
    expect((await idsOf(direct))[0]).toBe('31-0')
  })

  test('cancelled between two steps, it stops there and says how far it came', async () => {
    await fill(direct, 50_000)
    const plan = await world.plan(maxlen(0), { limit: 100 })
    const job = await world.start(plan)
    for await (const { id, done } of await world.api.job.watch()) if (id === job.id && done > 0) break
    await world.api.job.cancel({ jobId: job.id })
    const ended = await world.finished(job)
    const left = await direct.xlen(KEY)
    expect(ended).toMatchObject({ state: 'cancelled', counts: { changed: 50_000 - left, unknown: 0 } })
    expect(left).toBeGreaterThan(0)
    expect((await idsOf(direct))[0]).toBe(`${50_000 - left + 1}-0`)
    expect(await world.record(job)).toMatchObject({ state: 'cancelled', counts: { changed: 50_000 - left } })
  })
})

/** What the server said to each command, as the journal has it. */
async function removedByStep(dataDir: string, recordId: string): Promise<readonly number[]> {
  const folder = join(dataDir, 'journal')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  const lines = files.flatMap((text) => text.split('\n').filter((line) => line.includes(recordId)))
  return lines
    .map((line) => JSON.parse(line) as { readonly t: string; readonly counts: { readonly changed: number } })
    .filter(({ t }) => t === 'outcome')
    .map(({ counts }) => counts.changed)
}

function never(): never {
  throw new Error('there is no job')
}
