import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { openAs } from '../recovery/limited-user'
import { counts, everything, executed, holdAt, idsFrom, named, seed } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { backupPaths, KEY, planRebuild, rebuild, restartAsKilled, startRebuild, trimTo } from './restore-kit'
import { factsOf } from './stream-facts'
import { saying, telling } from '../../../helpers/saying'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

const world = useOneServer()
const MADE = `${KEY}:restored`

/** 250 entries of which the first 240 are trimmed away after a backup; ann holds 20, one of them gone before. */
let file: string
let whole: unknown
let before: unknown
beforeEach(async () => {
  const { direct, sluice } = world
  await seed(direct, { held: { ann: idsFrom(1, 20) } })
  const pipeline = direct.pipeline()
  for (const id of idsFrom(21, 230)) pipeline.xadd(KEY, id, 'n', id)
  await pipeline.exec()
  await direct.xdel(KEY, '5-0')
  whole = await factsOf(direct, KEY)
  file = await trimTo(sluice, 10)
  before = await everything(direct)
})

const others = async () => (await world.direct.keys('*')).filter((key) => key !== KEY)
const entriesOf = async (key: string) => (await world.direct.xrange(key, '-', '+')).map(([id]) => id)
const backup = (): string => backupPaths(world.sluice)[0] ?? ''

/** Whatever happened, the stream was only read, and what was made can be taken away. */
async function takenAway(job: Job): Promise<void> {
  expect(await everything(world.direct)).toEqual(before)
  expect((await others()).length).toBeLessThanOrEqual(1)
  if ((await others()).length > 0) expect(await world.sluice.undo(job)).toMatchObject({ state: 'done' })
  expect(await others()).toEqual([])
  expect(await everything(world.direct)).toEqual(before)
}

describe('a plan is refused, or says why it can’t be done,', () => {
  test('where the name is taken, or the stream’s own', async () => {
    await world.direct.set('text', 'x')
    expect((await planRebuild(world.sluice, file, { target: 'text' })).blocked).toEqual(
      saying('exists already (string)'),
    )
    const own = await planRebuild(world.sluice, file, { target: KEY })
    expect(own.blocked).toEqual(saying('a name of its own'))
    await expect(startRebuild(world.sluice, own)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'target' },
    })
    expect(await others()).toEqual(['text'])
  })

  test('where the entries of the backup are out of order, or hold the id 0-0, or none can be read', async () => {
    const [head = ''] = readFileSync(backup(), 'utf8').split('\n')
    const lines = (ids: readonly string[]) => ids.map((id) => JSON.stringify({ id, fields: [['n', id]] }))
    const write = (ids: readonly string[]) => writeFileSync(backup(), [head, ...lines(ids), ''].join('\n'))
    write(['2-0', '1-0'])
    await expect(planRebuild(world.sluice, file)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'file' } })
    write(['0-0', '1-0'])
    expect((await planRebuild(world.sluice, file)).blocked).toEqual(saying('0-0'))
    write([])
    expect((await planRebuild(world.sluice, file, { merge: false })).blocked).toEqual(saying('nothing to restore'))
    writeFileSync(backup(), `${lines(['1-0']).join('')}\n`)
    await expect(planRebuild(world.sluice, file)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'file' } })
  })

  test('where the stream’s name is another type’s by now', async () => {
    await world.direct.del(KEY)
    await world.direct.set(KEY, 'x')
    await expect(planRebuild(world.sluice, file)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test.each(['-xadd', '-xsetid', '-renamenx', '-xclaim', '-xgroup'])('where the user has %s', async (rule) => {
    const limited = await openAs(world, rule)
    const made = await trimTo(limited, 9).catch(() => null)
    const plan = made === null ? null : await planRebuild(limited, made)
    expect(plan?.blocked).toEqual(saying('is not allowed to run'))
    await limited.stop()
  })

  test('a plan that was run, of a backup that was written to or vanished since, or of another connection', async () => {
    const stale = { code: 'STALE_PLAN' }
    const plan = await planRebuild(world.sluice, file)
    const other = await openAs(world)
    await expect(startRebuild(other, plan)).rejects.toMatchObject(stale)
    await other.stop()
    appendFileSync(backup(), '\n')
    await expect(startRebuild(world.sluice, plan)).rejects.toMatchObject(stale)
    const again = await planRebuild(world.sluice, file)
    rmSync(backup())
    await expect(startRebuild(world.sluice, again)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { what: 'backup' },
    })
    expect(await others()).toEqual([])
  })
})

describe('a damaged backup', () => {
  test('is restored as far as it can be read', async () => {
    const lines = readFileSync(backup(), 'utf8').split('\n')
    writeFileSync(backup(), [...lines.slice(0, 101), 'garbage', ...lines.slice(102, 200)].join('\n').slice(0, -4))
    const plan = await planRebuild(world.sluice, file)
    expect(plan).toMatchObject({
      damaged: 2,
      inBackup: 197,
      inStream: 10,
      entries: 207,
      warnings: ['damaged', 'others-meanwhile', 'stand-ins'],
    })
    const job = await rebuild(world.sluice, file)
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 207 }) })
    await takenAway(job)
  })

  test('that differs from the stream loses to it', async () => {
    appendFileSync(backup(), '{"id":"245-0","fields":[["n","another"]]}\n')
    expect(await planRebuild(world.sluice, file)).toMatchObject({ inBoth: 1, differing: 1, entries: 249 })
    await rebuild(world.sluice, file)
    expect(await world.direct.xrange(MADE, '245-0', '245-0')).toEqual([['245-0', ['n', '245-0']]])
  })

  test('that vanishes before the job reads it ends it there', async () => {
    const plan = await planRebuild(world.sluice, file)
    const reached = holdAt(world.proxy, asksForStreamInfo)
    const starting = startRebuild(world.sluice, plan)
    await reached
    rmSync(backup())
    world.proxy.resume()
    const job = await world.sluice.finished(await starting)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' }, counts: counts({}) })
    expect(await others()).toEqual([])
  })
})

describe('the stream that is gone', () => {
  test('is restored from the backup alone, without groups', async () => {
    await world.direct.del(KEY)
    const plan = await planRebuild(world.sluice, file)
    expect(plan).toMatchObject({ entries: 239, inStream: 0, groups: [], warnings: ['no-stream'], blocked: null })
    await rebuild(world.sluice, file)
    expect(await entriesOf(MADE)).toHaveLength(239)
  })

  test('and that is there again since the plan makes it stale', async () => {
    await world.direct.del(KEY)
    const plan = await planRebuild(world.sluice, file)
    await world.direct.xadd(KEY, '1-0', 'n', 'new')
    await expect(startRebuild(world.sluice, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
  })
})

describe('meanwhile', () => {
  async function meanwhile(what: () => Promise<unknown>): Promise<Job> {
    const plan = await planRebuild(world.sluice, file)
    const reached = holdAt(world.proxy, named('EXEC'), 4)
    const running = await startRebuild(world.sluice, plan)
    await reached
    await what()
    world.proxy.resume()
    return world.sluice.finished(running)
  }

  test('another key got the name: it is left alone, and what was made is whole under its own', async () => {
    const job = await meanwhile(() => world.direct.xadd(MADE, '1-0', 'n', 'theirs'))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT', data: { field: 'target' } } })
    expect(await entriesOf(MADE)).toEqual(['1-0'])
    const [making = ''] = (await others()).filter((key) => key !== MADE)
    expect(job.error).toEqual(telling(making))
    expect((await factsOf(world.direct, making)) as object).toEqual(whole)
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done' })
    expect(await others()).toEqual([MADE])
  })

  test('the stream was made anew: it is told, and the new key does not get its name', async () => {
    const job = await meanwhile(async () => {
      await world.direct.del(KEY)
      await world.direct.xadd(KEY, '1-0', 'n', 'new')
    })
    expect(job).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' } })
    expect(await world.direct.exists(MADE)).toBe(0)
  })

  test('entries came to the stream: the new key is as it was when it began', async () => {
    const job = await meanwhile(() => world.direct.xadd(KEY, '999-0', 'n', 'new'))
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 249 }) })
    expect((await entriesOf(MADE)).at(-1)).toBe('250-0')
  })

  test('entries were trimmed from the stream: they are counted as gone', async () => {
    const job = await meanwhile(() => world.direct.xtrim(KEY, 'MAXLEN', 4))
    expect(job.state).toBe('done')
    expect(job.counts.gone).toBeGreaterThan(0)
    expect(job.counts.changed + job.counts.gone).toBe(249)
    expect(await entriesOf(MADE)).toHaveLength(job.counts.changed)
  })

  test('it was cancelled: nothing is removed silently, and the undo takes it away', async () => {
    const plan = await planRebuild(world.sluice, file)
    const reached = holdAt(world.proxy, named('EXEC'), 4)
    const running = await startRebuild(world.sluice, plan)
    await reached
    await world.sluice.api.job.cancel({ jobId: running.id })
    world.proxy.resume()
    const job = await world.sluice.finished(running)
    expect(job).toMatchObject({ state: 'cancelled', counts: counts({ changed: 199 }), undoable: true })
    const [making = ''] = await others()
    expect(making).toMatch(/^orders:restored:making-/)
    const { records } = await world.sluice.api.journal.list({ count: 1 })
    expect(records[0]?.undo.note).toEqual(saying(making))
    await takenAway(job)
  })

  test('Sluice was killed: the record says so, and what was made can be taken away', async () => {
    const job = await rebuild(world.sluice, file)
    await world.direct.rename(MADE, `${MADE}:making-by-hand`)
    await restartAsKilled(world.sluice, job)
    const { records } = await world.sluice.api.journal.list({ count: 1 })
    expect(records[0]).toMatchObject({ state: 'interrupted', undo: { possible: true } })
    await expect(world.sluice.undo(job)).resolves.toMatchObject({ error: { code: 'NOT_FOUND' } })
    await world.direct.rename(`${MADE}:making-by-hand`, MADE)
    await takenAway(job)
  })

  test('memory ran out: what was made before is told of, and can be taken away', async () => {
    const plan = await planRebuild(world.sluice, file)
    const reached = holdAt(world.proxy, named('EXEC'), 3)
    const running = await startRebuild(world.sluice, plan)
    await reached
    await executed(world.direct, 'xadd', 250 + 100)
    await world.direct.config('SET', 'maxmemory', '1')
    world.proxy.resume()
    const job = await world.sluice.finished(running)
    await world.direct.config('SET', 'maxmemory', '0')
    expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'OOM' } } })
    expect(job.counts).toEqual(counts({ changed: 99 })) // and one that stands in
    await takenAway(job)
  })

  test.each([
    ['XGROUP', 'READONLY', "-READONLY You can't write against a read only replica.\r\n"],
    ['XSETID', 'NOPERM', "-NOPERM User x has no permissions to run the 'xsetid' command\r\n"],
    ['RENAMENX', 'MISCONF', '-MISCONF Redis is configured to save RDB snapshots, but it is unable to.\r\n'],
  ])('%s was refused with %s: it says so, and what was made can be taken away', async (command, prefix, reply) => {
    const plan = await planRebuild(world.sluice, file)
    void world.proxy.fault(named(command), { kind: 'answer', reply })
    const job = await world.sluice.finished(await startRebuild(world.sluice, plan))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix } } })
    expect(await world.direct.exists(MADE)).toBe(0)
    await takenAway(job)
  })
})

describe('a connection that is cut', () => {
  const nth = (name: string, wanted: number) => {
    let seen = 0
    return ([command]: readonly string[]) => command === name && ++seen === wanted
  }

  /** All that is sent to the new key, as text; XSETID, which says the same twice, left out. */
  function watchOurs(): readonly string[] {
    const sent: string[] = []
    const isOurs = (args: readonly string[]) => args.some((each) => each.includes(':making-'))
    const writes = /^(X(ADD|GROUP|CLAIM|DEL)|RENAMENX|UNLINK)$/
    void world.proxy.fault((args) => writes.test(args[0] ?? '') && isOurs(args) && sent.push(args.join(' ')) < 0, {
      kind: 'delay',
      ms: 0,
    })
    return sent
  }

  describe.each(['cut-before-forward', 'cut-before-reply'] as const)('(%s)', (kind) => {
    test.each([
      ['the first part', 'EXEC', 3],
      ['the third part', 'EXEC', 5],
      ['what is pending', 'EXEC', 7],
      ['a group', 'XGROUP', 1],
      ['what stands in', 'XDEL', 1],
      ['the counters', 'XSETID', 1],
      ['the name', 'RENAMENX', 1],
    ])('at %s ends the job, sends nothing again, and what was made can be taken away', async (_what, command, at) => {
      const plan = await planRebuild(world.sluice, file)
      const sent = watchOurs()
      void world.proxy.fault(nth(command, at), { kind })
      const job = await world.sluice.finished(await startRebuild(world.sluice, plan))
      expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' } })
      expect(new Set(sent).size).toBe(sent.length)
      expect(job.counts.unknown).toBe(0)
      const [made] = await others()
      const there = made === undefined ? 0 : (await entriesOf(made)).length
      // One of them may stand in for what is gone.
      expect(there - job.counts.changed).toBeGreaterThanOrEqual(0)
      expect(there - job.counts.changed).toBeLessThanOrEqual(1)
      await takenAway(job)
    })
  })
})
