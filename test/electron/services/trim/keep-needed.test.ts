import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { TrimStrategy } from '../../../../shared/model/trim-plan'
import { sentence } from '../../../../shared/words/messages'
import type { FaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer, serversHere } from '../../../helpers/on-each-server'
import { readTruth, seedRandom } from './random-stream'
import { fill, idsOf, KEY, maxlen, minid, openBehindProxy, watchCommands, type TrimWorld } from './trim-world'

const exact = (value: number) => ({ value, certainty: 'exact' as const })
const modes = /^redis-8\.[2-9]/

/** With scripts, and as a user who may send none: then by ACKED (8.2+), else by commands. */
const ways = serversHere().flatMap(({ name }) => [
  { name, version: name, rule: '+@all', way: 'script' as const },
  {
    name: `${name}, no scripts`,
    version: name,
    rule: '-eval',
    way: modes.test(name) ? ('acked' as const) : ('commands' as const),
  },
])

/** What any group needs, the long way: every pending entry, and all after its last delivered id. */
async function neededIds(direct: Redis): Promise<ReadonlySet<EntryId>> {
  const ids = await idsOf(direct)
  const needed = new Set<EntryId>()
  for (const told of (await direct.xinfo('GROUPS', KEY)) as readonly (readonly unknown[])[]) {
    const name = String(told[told.indexOf('name') + 1])
    const delivered = String(told[told.indexOf('last-delivered-id') + 1])
    for (const [id] of (await direct.xpending(KEY, name, '-', '+', 10_000)) as [string][]) needed.add(id)
    for (const id of ids) if (compareIds(id, delivered) > 0) needed.add(id)
  }
  return needed
}

describe.each(ways)('keeping what any group needs, on $name', ({ version, rule, way }) => {
  let world: TrimWorld & { readonly proxy: FaultProxy }
  let direct: Redis
  let sent: (readonly string[])[]
  let onCommand: (name: string) => void
  beforeAll(async () => {
    const users = [`trimmer on >pw ~* &* +@all ${rule}`]
    world = await openBehindProxy({ version, users, profile: () => ({ username: 'trimmer' }), loginPassword: 'pw' })
    direct = world.direct
    watchCommands(world.proxy, (name, args) => {
      sent.push([name, ...args])
      onCommand(name)
    })
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    sent = []
    onCommand = () => undefined
    await direct.flushall()
    await fill(direct, 2_000)
  })

  const plan = (strategy: TrimStrategy = maxlen(500), approximate = false) =>
    world.plan(strategy, { approximate, limit: 100, keepNeeded: true })
  const group = async (name: string, count: number, acked = 0): Promise<void> => {
    await direct.xgroup('CREATE', KEY, name, '0')
    if (count > 0) await direct.xreadgroup('GROUP', name, 'alice', 'COUNT', count, 'STREAMS', KEY, '>')
    if (acked > 0) await direct.xack(KEY, name, ...Array.from({ length: acked }, (_, at) => `${at + 1}-0`))
  }
  // Others ask what the server has, by commands that can't be carried out.
  const removals = () =>
    sent.filter(([name = '', key]) => /^(XTRIM|XDEL|XDELEX|EVAL)$/.test(name) && (name === 'EVAL' || key === KEY))
  const removes = (value: number) => (way === 'acked' ? { value, certainty: 'atMost' as const } : exact(value))

  test('the preview tells where it ends, for whom, and how much stays; the run does just that', async () => {
    await group('billing', 1_300, 1_200)
    await group('audit', 1_250, 1_250)
    const made = await plan()
    expect(made).toMatchObject({
      removes: removes(1_200),
      firstKept: '1201-0',
      groups: [
        { name: 'audit', pending: exact(0), unread: exact(0) },
        { name: 'billing', pending: exact(0), unread: exact(0) },
      ],
      needed: {
        groups: 2,
        first: { id: '1201-0', group: 'billing', by: 'pending', gone: false },
        keeps: exact(300),
        keptFor: [
          { name: 'audit', pending: exact(0), unread: exact(250) },
          { name: 'billing', pending: exact(100), unread: exact(200) },
        ],
        guard: { atomic: way !== 'commands' },
      },
    })
    expect(await world.run(made, true)).toMatchObject({ state: 'done', counts: { changed: 1_200, leftAlone: 0 } })
    expect([(await idsOf(direct))[0], await direct.xlen(KEY)]).toEqual(['1201-0', 800])
    const names = new Set(removals().map(([name]) => name))
    expect(names).toEqual(new Set([{ script: 'EVAL', acked: 'XDELEX', commands: 'XTRIM' }[way]]))
  })

  test('by an id, and by whole nodes, no more than that', async () => {
    await group('billing', 1_300, 900)
    expect(await plan(minid('1001-0'))).toMatchObject({ removes: removes(900), needed: { keeps: exact(100) } })
    const job = await world.run(await plan(maxlen(10), true))
    expect(job.state).toBe('done')
    expect(job.counts.changed).toBeGreaterThan(0)
    expect(await idsOf(direct)).toEqual(expect.arrayContaining(['901-0', '902-0']))
  })

  test('where its other limit ends before that, it counts alone', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan(maxlen(1_500))
    expect(made).toMatchObject({ removes: removes(500), needed: { keeps: exact(0), keptFor: [] } })
    expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 500 } })
  })

  test('without groups only the limit counts, and that is told', async () => {
    const made = await plan()
    expect(made.needed).toMatchObject({ groups: 0, first: null, keeps: exact(0) })
    expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 1_500 } })
    expect(await direct.xlen(KEY)).toBe(500)
  })

  test('a group that has read nothing keeps all, and there is nothing to run', async () => {
    await group('new', 0)
    const made = await plan(maxlen(0))
    expect(made).toMatchObject({
      removes: { value: 0 },
      commands: [],
      needed: { first: { id: '0-1', group: 'new', by: 'unread' }, keeps: exact(2_000) },
    })
    expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 0 } })
    expect([await direct.xlen(KEY), removals()]).toEqual([2_000, []])
  })

  test('an entry that is pending and gone is told of, and holds it back all the same', async () => {
    await group('billing', 1_300, 700)
    await direct.xdel(KEY, '701-0')
    expect((await plan()).needed?.first).toEqual({ id: '701-0', group: 'billing', by: 'pending', gone: true })
  })

  test('the journal says what it was, and which group stopped it', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    // Since the plan: it holds the 801st again.
    await direct.xclaim(KEY, 'billing', 'bob', 0, '801-0', 'FORCE', 'JUSTID')
    const job = await world.run(made, true)
    expect(job).toMatchObject({ state: 'done', counts: { changed: 800, leftAlone: 400 } })
    expect(job.failures.map(({ id, reason }) => [id, sentence(reason)])).toEqual([
      ['801-0', 'The group billing needs what comes from here on'],
    ])
    const record = await world.record(job)
    expect(sentence(record.summary)).toContain('and no more than groups can do without')
    expect((await idsOf(direct))[0]).toBe('801-0')
    // Saved before, it is not among what went.
    const { backups } = await world.api.restore.backups()
    const saved = backups.find(({ path }) => path === record.backupFile)
    expect(saved?.contents).toMatchObject({ entries: 800, unsure: 0, stayed: 400 })
  })

  test.each([
    ['was set back', () => direct.xgroup('SETID', KEY, 'billing', '300-0'), 300],
    ['was made since', () => direct.xgroup('CREATE', KEY, 'late', '450-0'), 450],
    ['was made of all there is', () => direct.xgroup('CREATE', KEY, 'late', '0'), 0],
  ])('a group that %s after the plan loses nothing', async (_, meanwhile, changed) => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    await meanwhile()
    const job = await world.run(made)
    expect(job).toMatchObject({ state: 'done', counts: { changed, leftAlone: 1_200 - changed } })
    expect((await idsOf(direct))[0]).toBe(`${changed + 1}-0`)
  })

  test('what groups can do without by now does not go beyond what was shown', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    await direct.xgroup('DESTROY', KEY, 'billing')
    expect(await world.run(made)).toMatchObject({ state: 'done', counts: { changed: 1_200 } })
  })

  test('each step looks again: what a group comes to need in the middle stays', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    let seen = 0
    let held = (): void => undefined
    const holding = new Promise<void>((resolve) => (held = resolve))
    onCommand = (name) => {
      if (removals().length < 3 || !/^(XTRIM|XDELEX|EVAL)$/.test(name) || (seen += 1) > 1) return
      world.proxy.blackhole()
      held()
    }
    const job = await world.start(made)
    await holding
    // The third was carried out; its reply waits.
    await expect.poll(async () => (await idsOf(direct))[0]).toBe('301-0')
    const from = 350
    await direct.xgroup('SETID', KEY, 'billing', `${from}-0`)
    world.proxy.resume()
    const ended = await world.finished(job)
    expect(ended).toMatchObject({ state: 'done', counts: { changed: from, leftAlone: 1_200 - from } })
    expect((await idsOf(direct))[0]).toBe(`${from + 1}-0`)
  })

  test.each(['cut-before-forward', 'cut-before-reply'] as const)(
    'a lost reply is read back, and nothing is sent again: %s',
    async (kind) => {
      await group('billing', 1_300, 1_200)
      const made = await plan()
      let seen = 0
      const isRemoval = ([name = '', key = '']: readonly string[]): boolean =>
        name === 'EVAL' || (/^(XTRIM|XDELEX)$/.test(name) && key === KEY)
      void world.proxy.fault((args) => isRemoval(args) && (seen += 1) === 3, { kind }, 1)
      const job = await world.run(made, true)
      expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' }, counts: { unknown: 0 } })
      expect(job.counts.changed).toBe(2_000 - (await direct.xlen(KEY)))
      expect(job.counts.changed).toBe(kind === 'cut-before-reply' ? 300 : 200)
      await expect.poll(() => world.plan(maxlen(1)).then(Boolean, () => false)).toBe(true)
    },
  )

  test('of a step that a group held back in part, a lost reply leaves open what went', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    await direct.xgroup('SETID', KEY, 'billing', '250-0')
    let seen = 0
    const isRemoval = ([name = '', key = '']: readonly string[]): boolean =>
      name === 'EVAL' || (/^(XTRIM|XDELEX)$/.test(name) && key === KEY)
    // By nodes nothing goes of the one that is needed in part.
    const nth = way === 'acked' ? 3 : 4
    void world.proxy.fault((args) => isRemoval(args) && (seen += 1) === nth, { kind: 'cut-before-reply' }, 1)
    const job = await world.run(made)
    // By ACKED what a group needs is looked up first, and all that was sent went.
    expect(job).toMatchObject({ state: 'interrupted', counts: { changed: way === 'acked' ? 250 : 200, leftAlone: 0 } })
    expect(await direct.xlen(KEY)).toBe(1_750)
    expect(job.counts.changed + job.counts.unknown).toBeGreaterThanOrEqual(250)
    await expect.poll(() => world.plan(maxlen(1)).then(Boolean, () => false)).toBe(true)
  })

  test('deleted in between, or made anew, nothing of it goes', async () => {
    await group('billing', 1_300, 1_200)
    const made = await plan()
    await direct.del(KEY)
    await expect(world.start(made)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await fill(direct, 100)
    await expect(world.start(made)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    expect(await direct.xlen(KEY)).toBe(100)
  })

  test('of random streams and groups: nothing that is needed goes, all else that the limit takes does', async () => {
    for (let seed = 301; seed <= 340; seed += 1) {
      const { strategy, approximate, limit } = await seedRandom(direct, seed)
      const what = `seed ${seed}: ${JSON.stringify(strategy)}, approximate ${approximate}`
      const { going } = await readTruth(direct, strategy)
      const needed = await neededIds(direct)
      const before = await idsOf(direct)
      const [floor] = [...needed].sort(compareIds)
      const expected = going.filter((id) => floor === undefined || compareIds(id, floor) < 0)
      const made = await world.plan(strategy, { approximate, limit, keepNeeded: true })
      expect(made.removes.value, what).toBe(expected.length)
      expect(made.needed?.keeps, what).toEqual(exact(going.length - expected.length))
      const job = await world.run(made)
      const after = await idsOf(direct)
      expect(job, what).toMatchObject({ state: 'done', counts: { changed: before.length - after.length } })
      expect(
        before.filter((id) => needed.has(id) && !after.includes(id)),
        what,
      ).toEqual([])
      if (approximate && way !== 'acked')
        expect(before.length - after.length, what).toBeLessThanOrEqual(expected.length)
      else expect(after, what).toEqual(before.slice(expected.length))
    }
  }, 120_000)
})

onEachServer('what can’t be known on %s', (version) => {
  let world: TrimWorld & { readonly proxy: FaultProxy }
  afterEach(() => world.stop())
  const open = async (rule: string): Promise<void> => {
    const users = [`trimmer on >pw ~* &* +@all ${rule}`]
    world = await openBehindProxy({ version, users, profile: () => ({ username: 'trimmer' }), loginPassword: 'pw' })
    await fill(world.direct, 500)
    await world.direct.xgroup('CREATE', KEY, 'billing', '0')
    await world.direct.xreadgroup('GROUP', 'billing', 'alice', 'COUNT', 100, 'STREAMS', KEY, '>')
  }

  test.each(['-xpending', '-xinfo|groups'])(
    'a user who may not %s gets no plan: nobody knows what is needed',
    async (rule) => {
      await open(rule)
      await expect(world.plan(maxlen(10), { keepNeeded: true })).rejects.toMatchObject({
        code: 'REDIS',
        data: { prefix: 'NOPERM' },
      })
    },
  )

  test('a right that is taken away after the plan ends the job, and nothing goes', async () => {
    await open('')
    await world.direct.xack(KEY, 'billing', ...Array.from({ length: 50 }, (_, at) => `${at + 1}-0`))
    const plan = await world.plan(maxlen(10), { keepNeeded: true })
    await world.direct.call('ACL', 'SETUSER', 'trimmer', '-xpending')
    const job: Job = await world.run(plan)
    // In a script it is no NOPERM by its prefix.
    const error = {
      code: 'REDIS',
      data: { reply: expect.stringMatching(/permission|ACL failure|can't run this command/) as string },
    }
    expect(job).toMatchObject({ state: 'failed', error, counts: { changed: 0 } })
    expect(await world.direct.xlen(KEY)).toBe(500)
  })

  test('a backup that can’t be written: nothing goes', async () => {
    await open('')
    await world.direct.xgroup('DESTROY', KEY, 'billing')
    const plan = await world.plan(maxlen(10), { keepNeeded: true })
    writeFileSync(`${world.dataDir}/backups`, 'a file where the folder would be')
    expect(await world.run(plan, true)).toMatchObject({ state: 'failed', error: { code: 'STORAGE' } })
    expect(await world.direct.xlen(KEY)).toBe(500)
  })

  test('cancelled in the middle: what went is in the backup, and the rest is not said to have gone', async () => {
    await open('')
    await world.direct.xgroup('SETID', KEY, 'billing', '450-0')
    await world.direct.xack(KEY, 'billing', ...Array.from({ length: 100 }, (_, at) => `${at + 1}-0`))
    const plan = await world.plan(maxlen(10), { limit: 100, keepNeeded: true })
    expect(plan).toMatchObject({ removes: exact(450), needed: { keeps: exact(40) } })
    const cancelled: Promise<unknown>[] = []
    watchCommands(world.proxy, (name) => {
      if (name !== 'EVAL' || cancelled.length > 0) return
      cancelled.push(world.api.job.list().then(([job]) => job && world.api.job.cancel({ jobId: job.id })))
    })
    const job = await world.run(plan, true)
    await Promise.all(cancelled)
    const record = await world.record(job)
    const left = await idsOf(world.direct)
    expect(existsSync(record.backupFile ?? '')).toBe(true)
    const saved = readFileSync(record.backupFile ?? '', 'utf8')
    for (let n = 1; n <= 500 - left.length; n += 1) expect(saved).toContain(`"${n}-0"`)
    expect(left[0]).toBe(`${501 - left.length}-0`)
    const { backups } = await world.api.restore.backups()
    expect(backups[0]?.contents).toMatchObject({ entries: job.counts.changed, unsure: 0 })
  })
})
