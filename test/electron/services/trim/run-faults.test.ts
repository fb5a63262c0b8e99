import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { openJournal } from '../../../../electron/services/journal/journal'
import type { Job } from '../../../../shared/model/job'
import { onEachServer } from '../../../helpers/on-each-server'
import type { Fault, FaultProxy } from '../../../helpers/fault-proxy'
import { fill, idsOf, KEY, maxlen, openBehindProxy, watchCommands, type TrimWorld } from './trim-world'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

const LIMIT = 100
const lost = { state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME', data: { command: 'XTRIM' } } }

let world: TrimWorld & { readonly proxy: FaultProxy }
let direct: Redis
afterEach(() => world.stop())

async function open(setup: Parameters<typeof openBehindProxy>[0] = {}): Promise<void> {
  world = await openBehindProxy(setup)
  direct = world.direct
  await fill(direct, 3_000)
}

/** The n-th XTRIM of those that match meets a fault. */
function strike(n: number, fault: Fault, exact = false): Promise<void> {
  let seen = 0
  const match = ([name, ...args]: readonly string[]): boolean =>
    name?.toUpperCase() === 'XTRIM' &&
    args[1] === 'MINID' &&
    args[2] !== 'no-id' &&
    exact !== args.includes('~') &&
    (seen += 1) >= n
  return world.proxy.fault(match, fault)
}

/** What the job said, against what is so. */
async function agrees({ counts }: Job): Promise<void> {
  expect(counts.unknown).toBe(0)
  expect(counts.changed).toBe(3_000 - (await direct.xlen(KEY)))
}

onEachServer('a reply that is lost on %s', (version) => {
  beforeEach(() => open({ version }))

  test.each([
    ['the command never arrived', { kind: 'cut-before-forward' }],
    ['the command was carried out', { kind: 'cut-before-reply' }],
    ['the reply came in part', { kind: 'cut-in-reply', bytes: 2 }],
  ] as const)('%s: what went is found out by reading, and nothing is sent again', async (_, fault) => {
    void strike(5, fault)
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject(lost)
    await agrees(job)
    const steps = fault.kind === 'cut-before-forward' ? 4 : 5
    expect(job.counts.changed).toBe(steps * LIMIT)
    expect(await world.record(job)).toMatchObject({ state: 'interrupted', counts: job.counts })
  })

  test.each(['cut-before-forward', 'cut-before-reply'] as const)(
    'of the last command, the exact one: %s',
    async (kind) => {
      void strike(1, { kind }, true)
      const job = await world.run(await world.plan(maxlen(50), { limit: LIMIT }), true)
      expect(job).toMatchObject(lost)
      await agrees(job)
      expect(await direct.xlen(KEY)).toBe(kind === 'cut-before-reply' ? 50 : 100)
      // The backup is not to blame, and stays.
      expect(existsSync((await world.record(job)).backupFile ?? '')).toBe(true)
    },
  )

  test('what others delete meanwhile is not taken for ours', async () => {
    void strike(3, { kind: 'cut-before-forward' }).then(() => direct.xdel(KEY, '2998-0', '2999-0', '3000-0'))
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject({ ...lost, counts: { changed: 200, unknown: 0 } })
    await expect.poll(() => direct.xlen(KEY)).toBe(2_797)
  })

  test('what others delete at the beginning of the stream is not taken for ours either', async () => {
    const struck = strike(3, { kind: 'cut-before-forward' }).then(() => world.proxy.refuse())
    const ended = world.plan(maxlen(100), { limit: LIMIT }).then((plan) => world.run(plan))
    await struck
    await direct.xdel(KEY, '201-0', '202-0')
    world.proxy.accept()
    expect(await ended).toMatchObject({ ...lost, counts: { changed: 200, unknown: LIMIT } })
    expect(await direct.xlen(KEY)).toBe(2_798)
  })

  test('producers that add meanwhile don’t blur the count', async () => {
    void strike(3, { kind: 'cut-before-reply' }).then(() => fill(direct, 3_500, { from: 3_001 }))
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject({ ...lost, counts: { changed: 300, unknown: 0 } })
    await expect.poll(() => direct.xlen(KEY)).toBe(3_200)
  })
})

describe('a connection that is lost', () => {
  beforeEach(() => open())

  test('and does not come back: what was in flight is unknown, and the rest is as the server said', async () => {
    const struck = strike(4, { kind: 'cut-before-reply' }).then(() => world.proxy.refuse())
    const job = await world.start(await world.plan(maxlen(100), { limit: LIMIT }))
    await struck
    await world.api.job.cancel({ jobId: job.id })
    const ended = await world.finished(job)
    expect(ended).toMatchObject({ ...lost, counts: { changed: 300, unknown: LIMIT } })
    expect(await direct.xlen(KEY)).toBe(2_600)
  })

  test('between two commands: nothing is unknown', async () => {
    let trims = 0
    watchCommands(world.proxy, (name, args) => {
      if (name === 'XTRIM') trims += 1
      if (asksForStreamInfo([name, ...args]) && trims === 3) world.proxy.cut()
    })
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNREACHABLE' } })
    await agrees(job)
  })

  test('because the server died with its data: nothing is claimed to be known', async () => {
    const held = strike(4, { kind: 'cut-before-forward' })
    void held.then(() => world.redis.restart())
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject({ ...lost, counts: { changed: 300, unknown: LIMIT } })
    expect(await direct.exists(KEY)).toBe(0)
  })

  test('because the server was restarted: its data tell', async () => {
    const struck = strike(4, { kind: 'cut-before-reply' })
    const job = await world.start(await world.plan(maxlen(100), { limit: LIMIT }))
    await struck
    await world.redis.restart({ keepData: true })
    const ended = await world.finished(job)
    expect(ended).toMatchObject(lost)
    await agrees(ended)
  })
})

describe('a server that refuses', () => {
  test('NOPERM, taken away after the plan: the job says so and nothing goes', async () => {
    const users = ['trimmer on >pw ~* &* +@all']
    await open({ users, profile: () => ({ username: 'trimmer' }), loginPassword: 'pw' })
    const plan = await world.plan(maxlen(100))
    await direct.call('ACL', 'SETUSER', 'trimmer', '-xtrim')
    const job = await world.run(plan, true)
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'REDIS', data: { prefix: 'NOPERM', command: 'XTRIM' } },
      counts: { changed: 0, unknown: 0 },
    })
    expect(await direct.xlen(KEY)).toBe(3_000)
  })

  test('NOPERM from the beginning: there is no plan', async () => {
    const users = ['looker on >pw ~* &* +@all -xtrim']
    await open({ users, profile: () => ({ username: 'looker' }), loginPassword: 'pw' })
    await expect(world.plan(maxlen(100))).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'xtrim' } })
  })

  test('NOPERM for XPENDING: what the groups hold is not known, and not made up', async () => {
    const users = ['half on >pw ~* &* +@all -xpending']
    await open({ users, profile: () => ({ username: 'half' }), loginPassword: 'pw' })
    await direct.xgroup('CREATE', KEY, 'g', '0')
    await direct.xreadgroup('GROUP', 'g', 'c', 'COUNT', 10, 'STREAMS', KEY, '>')
    await direct.xgroup('CREATE', KEY, 'idle', '0')
    const { groups } = await world.plan(maxlen(100))
    expect(groups).toEqual([
      { name: 'g', pending: null, unread: { value: 2_890, certainty: 'exact' } },
      { name: 'idle', pending: { value: 0, certainty: 'exact' }, unread: { value: 2_900, certainty: 'exact' } },
    ])
  })

  test('READONLY, a replica by now: the job says so and nothing goes', async () => {
    await open({ config: ['replica-serve-stale-data yes'] })
    const plan = await world.plan(maxlen(100))
    await direct.call('REPLICAOF', '127.0.0.1', '1')
    const job = await world.run(plan)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'READONLY' } } })
    expect(await direct.xlen(KEY)).toBe(3_000)
  })

  test('in the middle of it: what went before is counted', async () => {
    await open()
    void strike(4, { kind: 'answer', reply: '-BUSY Redis is busy running a script.\r\n' })
    const job = await world.run(await world.plan(maxlen(100), { limit: LIMIT }))
    expect(job).toMatchObject({ state: 'failed', error: { data: { prefix: 'BUSY' } }, counts: { changed: 300 } })
    await agrees(job)
  })
})

describe('a stream that changes hands in the middle of a trim', () => {
  /** The reply to the third command that removes something waits until `meanwhile` is done. */
  async function between(meanwhile: () => Promise<unknown>): Promise<Job> {
    let trims = 0
    let held = (): void => undefined
    const holding = new Promise<void>((resolve) => (held = resolve))
    watchCommands(world.proxy, (name) => {
      if (name === 'XTRIM') trims += 1
      if (name !== 'XTRIM' || trims !== 3) return
      world.proxy.blackhole()
      held()
    })
    const job = await world.start(await world.plan(maxlen(100), { limit: LIMIT }))
    await holding
    await expect.poll(() => direct.xlen(KEY)).toBe(2_700)
    await meanwhile()
    world.proxy.resume()
    return world.finished(job)
  }
  beforeEach(() => open())

  test('deleted: the job ends there', async () => {
    const job = await between(() => direct.del(KEY))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' }, counts: { changed: 300 } })
  })

  test('made anew with ids that were to go: none of them goes', async () => {
    const job = await between(async () => {
      await direct.del(KEY)
      await fill(direct, 1_000)
    })
    expect(job).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' }, counts: { changed: 300 } })
    expect(await idsOf(direct)).toHaveLength(1_000)
  })

  test('a string: it stays one', async () => {
    const job = await between(() => direct.set(KEY, 'text'))
    expect(job).toMatchObject({ state: 'failed', error: { data: { prefix: 'WRONGTYPE' } }, counts: { changed: 300 } })
    expect(await direct.get(KEY)).toBe('text')
  })

  test('emptied by somebody else: what they removed is not ours', async () => {
    const job = await between(() => direct.xtrim(KEY, 'MAXLEN', 100))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 300 } })
    expect((await idsOf(direct))[0]).toBe('2901-0')
  })
})

test('should Sluice end in the middle, the journal tells how far it came', async () => {
  await open()
  let held = (): void => undefined
  const holding = new Promise<void>((resolve) => (held = resolve))
  let trims = 0
  watchCommands(world.proxy, (name) => {
    if (name !== 'XTRIM' || (trims += 1) !== 4) return
    world.proxy.blackhole()
    held()
  })
  const job = await world.start(await world.plan(maxlen(100), { limit: LIMIT }))
  await holding
  // What another process would find, were this one no more.
  const left = mkdtempSync(join(tmpdir(), 'sluice-trim-left-'))
  const found = async () => {
    cpSync(world.dataDir, left, { recursive: true })
    const journal = await openJournal(left)
    const { records } = await journal.list({ count: 10 })
    await journal.close()
    return records.find(({ id }) => id === job.recordId)?.counts
  }
  await expect.poll(found).toMatchObject({ changed: 300 })
  rmSync(left, { recursive: true })
  world.proxy.resume()
  expect(await world.finished(job)).toMatchObject({ state: 'done', counts: { changed: 2_900 } })
})
