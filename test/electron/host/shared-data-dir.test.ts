import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection, ConnectionProfile, ConnectionStatus } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { Settings } from '../../../shared/model/settings'
import { useHostProcesses, type HostProcess } from '../../helpers/host-process'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { saying } from '../../helpers/saying'

// Two hosts, each a process of its own, on one data directory.
const hosts = useHostProcesses()
let redis: TestRedis
let direct: Redis
let dataDir: string
let a: HostProcess
let b: HostProcess
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client({ stringNumbers: true })
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-shared-'))
  ;[a, b] = await Promise.all([hosts.start(dataDir), hosts.start(dataDir)])
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const file = (): string => join(dataDir, 'connections.json')
const list = (host: HostProcess): Promise<readonly Connection[]> => host.call('connection.list')
const names = async (host: HostProcess): Promise<readonly string[]> => (await list(host)).map(({ name }) => name)
const save = (
  host: HostProcess,
  profile: Partial<ConnectionProfile>,
  rest: { readonly id?: string; readonly shown?: ConnectionProfile; readonly password?: string } = {},
): Promise<Connection> => host.call('connection.save', { profile: redis.connection(profile), ...rest })

/** The next event that is so; others may be waited for afterwards. */
async function until<T>(events: AsyncGenerator<T, void>, so: (event: T) => boolean): Promise<T> {
  for (;;) {
    const { done, value } = await events.next()
    if (done) throw new Error('the host ended')
    if (so(value)) return value
  }
}

describe('connections', () => {
  test('that each of two hosts saves are there for both, and after a restart', async () => {
    await save(a, { name: 'of a' })
    await save(b, { name: 'of b' })
    await save(a, { name: 'of a, too' })
    const all = ['of a', 'of b', 'of a, too']
    expect(await names(a)).toEqual(all)
    expect(await names(b)).toEqual(all)
    expect(await names(await hosts.start(dataDir))).toEqual(all)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['connections.json'])
  })

  test('that both save at once, again and again, are all there', async () => {
    const c = await hosts.start(dataDir)
    const wanted = [a, b, c].flatMap((host, at) => Array.from({ length: 15 }, (_, n) => ({ host, name: `${at}/${n}` })))
    await Promise.all(wanted.map(({ host, name }) => save(host, { name })))
    for (const host of [a, b, c])
      expect((await names(host)).toSorted()).toEqual(wanted.map(({ name }) => name).toSorted())
    const onDisk = JSON.parse(readFileSync(file(), 'utf8')) as { connections: readonly unknown[] }
    expect(onDisk.connections).toHaveLength(wanted.length)
    expect(readdirSync(dataDir)).toEqual(['connections.json'])
  })

  test('changed here while others are changed, added and removed there: nothing is written over', async () => {
    const [one, two, three] = [
      await save(a, { name: 'one' }),
      await save(a, { name: 'two' }),
      await save(a, { name: 'three' }),
    ]
    await Promise.all([
      save(a, { name: 'one', readOnly: true }, { id: one.id }),
      save(b, { name: 'two', color: 'red' }, { id: two.id }),
      b.call('connection.remove', { connectionId: three.id }),
      save(a, { name: 'four' }),
    ])
    for (const host of [a, b]) {
      const found = await list(host)
      expect(found.map(({ name, readOnly, color }) => [name, readOnly, color]).toSorted()).toEqual([
        ['four', false, 'blue'],
        ['one', true, 'blue'],
        ['two', false, 'red'],
      ])
    }
  })

  test('changed in both by forms that were opened before: what each person changed holds', async () => {
    const { id, hasPassword: _, ...shown } = await save(a, { name: 'orders' })
    await save(a, { name: 'orders', readOnly: true }, { id, shown })
    await save(b, { name: 'renamed' }, { id, shown })
    for (const host of [a, b]) expect(await list(host)).toMatchObject([{ id, name: 'renamed', readOnly: true }])
  })

  test('removed elsewhere are NOT_FOUND, and not made again by a change', async () => {
    const { id } = await save(a, { name: 'gone' })
    await a.call('connection.remove', { connectionId: id })
    const gone = { code: 'NOT_FOUND', data: { what: 'connection', name: id } }
    await expect(save(b, { name: 'gone' }, { id })).rejects.toMatchObject(gone)
    await expect(b.call('connection.open', { connectionId: id })).rejects.toMatchObject(gone)
    expect(await names(a)).toEqual([])
  })

  test('close here when they are removed or lead elsewhere there, and stay open through any other change', async () => {
    const [kept, moved, removed] = [
      await save(a, { name: 'k' }),
      await save(a, { name: 'm' }),
      await save(a, { name: 'r' }),
    ]
    for (const { id } of [kept, moved, removed]) await b.call('connection.open', { connectionId: id })
    const watching = b.follow<ConnectionStatus>('connection.watch', { connectionId: moved.id })
    await until(watching, ({ state }) => state === 'open')
    await save(a, { name: 'k, renamed', readOnly: true }, { id: kept.id })
    await save(a, { name: 'm', db: 1 }, { id: moved.id })
    await a.call('connection.remove', { connectionId: removed.id })
    // Nobody asks b: it watches.
    await expect.poll(async () => ((await direct.client('LIST')) as string).match(/name=sluice/g)?.length).toBe(1)
    const [first] = await list(b)
    expect(first).toMatchObject({ id: kept.id, name: 'k, renamed', readOnly: true })
    const none = { code: 'NOT_FOUND', data: { what: 'stream' } }
    await expect(b.call('stream.info', { connectionId: kept.id, key: 'none' })).rejects.toMatchObject(none)
    const notOpen = { code: 'UNREACHABLE', data: { reason: 'not-open' } }
    await expect(b.call('stream.info', { connectionId: moved.id, key: 'none' })).rejects.toMatchObject(notOpen)
  })

  test('are told to whoever watches, without being asked', async () => {
    const told = b.follow<readonly Connection[]>('connection.watchList')
    expect((await told.next()).value).toEqual([])
    const { id } = await save(a, { name: 'new' })
    expect(await until(told, (all) => all.length === 1)).toMatchObject([{ id, name: 'new', hasPassword: false }])
    await save(a, { name: 'new', readOnly: true }, { id })
    await until(told, ([first]) => first?.readOnly === true)
    await a.call('connection.remove', { connectionId: id })
    await until(told, (all) => all.length === 0)
  })

  test('passwords stay with the host that was told them', async () => {
    const { id } = await save(a, { name: 'locked' }, { password: 'never-on-disk' })
    expect(await list(a)).toMatchObject([{ id, hasPassword: true }])
    expect(await list(b)).toMatchObject([{ id, hasPassword: false }])
    expect(readFileSync(file(), 'utf8')).not.toContain('never-on-disk')
  })

  test('what a newer Sluice keeps with a connection stays, whoever saves another', async () => {
    const { id } = await save(a, { name: 'one' })
    const content = JSON.parse(readFileSync(file(), 'utf8')) as { connections: object[] }
    const newer = {
      ...content,
      theNew: 1,
      connections: content.connections.map((each) => ({ ...each, ssh: { host: 'h' } })),
    }
    writeFileSync(file(), JSON.stringify(newer))
    await save(b, { name: 'two' })
    await save(a, { name: 'one', color: 'red' }, { id })
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      theNew: 1,
      connections: [{ id, name: 'one', color: 'red', ssh: { host: 'h' } }, { name: 'two' }],
    })
  })

  test('a file that is damaged while both run is kept aside by the next save, and what was known holds', async () => {
    await save(a, { name: 'one' })
    expect(await names(b)).toEqual(['one'])
    writeFileSync(file(), '{"connections": [')
    expect(await names(b)).toEqual(['one'])
    await save(b, { name: 'two' })
    expect(await names(a)).toEqual(['one', 'two'])
    const kept = readdirSync(dataDir).filter((name) => name.startsWith('connections.json.damaged-'))
    expect(kept.map((name) => readFileSync(join(dataDir, name), 'utf8'))).toEqual(['{"connections": ['])
  })

  test('a host killed while it saves leaves nothing that keeps the others from saving', async () => {
    for (let trial = 0; trial < 4; trial += 1) {
      const doomed = await hosts.start(dataDir)
      const saves = Array.from({ length: 30 }, (_, n) => save(doomed, { name: `${trial}/${n}` }).catch(() => null))
      await saves[trial * 3]
      await doomed.kill()
      await save(a, { name: `after ${trial}` })
      expect(await names(b)).toContain(`after ${trial}`)
    }
    const left = readdirSync(dataDir).filter((name) => name === 'connections.json.lock')
    expect(left).toEqual([])
  })
})

describe('settings', () => {
  test('changed by two hosts are merged by key, and told to whoever watches', async () => {
    const told = b.follow<Settings>('host.watchSettings')
    await told.next()
    await a.call('host.saveSettings', { theme: 'dark' })
    await until(told, ({ theme }) => theme === 'dark')
    await Promise.all([
      a.call('host.saveSettings', { delimiter: '/' }),
      b.call('host.saveSettings', { refreshSeconds: 30 }),
    ])
    for (const host of [a, b, await hosts.start(dataDir)]) {
      await expect
        .poll(() => host.call('host.settings'))
        .toMatchObject({ theme: 'dark', delimiter: '/', refreshSeconds: 30 })
    }
    expect(statSync(join(dataDir, 'settings.json')).mode & 0o777).toBe(0o600)
  })
})

/** A running job of `a`: claims what alice holds, some entries per second. */
async function runSlowly(entries = 20_000): Promise<{ readonly connectionId: string; readonly job: Job }> {
  const pipeline = direct.pipeline()
  for (let n = 1; n <= entries; n += 1) pipeline.xadd('orders', `${n}-0`, 'n', '1')
  pipeline.xgroup('CREATE', 'orders', 'billing', '0')
  pipeline.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', entries, 'STREAMS', 'orders', '>')
  await pipeline.exec()
  const { id: connectionId } = await save(a, { name: 'orders' })
  await a.call('connection.open', { connectionId })
  const { id: planId } = await a.call<RecoveryPlan>('recovery.plan', {
    ...{ connectionId, key: 'orders', group: 'billing' },
    selection: { kind: 'consumer', consumer: 'alice' },
    action: { kind: 'claim', to: 'bob', includeGone: false },
  })
  const job = await a.call<Job>('recovery.run', { connectionId, planId })
  await a.call('job.limit', { jobId: job.id, perSecond: 100 })
  await expect.poll(() => heldBy('bob')).toBeGreaterThan(0)
  return { connectionId, job }
}
async function heldBy(consumer: string): Promise<number> {
  const [, , , holders] = (await direct.xpending('orders', 'billing')) as [number, string, string, [string, string][]]
  return Number(holders.find(([name]) => name === consumer)?.[1] ?? 0)
}
const recordIn = async (host: HostProcess, { recordId }: Job): Promise<JournalRecord | undefined> =>
  (await host.call<{ records: readonly JournalRecord[] }>('journal.list', { count: 50 })).records.find(
    ({ id }) => id === recordId,
  )

describe('a job of one host', () => {
  test('stops before its next command once another host makes the connection read-only', async () => {
    const { connectionId, job } = await runSlowly()
    await save(b, { name: 'orders', readOnly: true }, { id: connectionId })
    const heldWhenSaved = await heldBy('bob')
    const ended = await until(a.follow<Job>('job.watch'), ({ id, state }) => id === job.id && state !== 'running')
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'READ_ONLY' } })
    expect(await heldBy('bob')).toBe(heldWhenSaved)
    expect(heldWhenSaved).toBeLessThan(20_000)
    // And nothing else that a host does gets the flag out of the way.
    await save(a, { name: 'another' })
    expect(await list(b)).toMatchObject([{ id: connectionId, readOnly: true }, { name: 'another' }])
  })

  test('is running for the other host, and can not be undone there before it ends', async () => {
    const { connectionId, job } = await runSlowly()
    expect(await recordIn(b, job)).toMatchObject({ state: 'running' })
    await b.call('connection.open', { connectionId })
    const refused = { code: 'BAD_INPUT', data: { problem: saying('still running') } }
    await expect(b.call('recovery.undo', { connectionId, recordId: job.recordId })).rejects.toMatchObject(refused)
    await a.call('job.cancel', { jobId: job.id })
    await until(a.follow<Job>('job.watch'), ({ id, state }) => id === job.id && state !== 'running')
    expect(await recordIn(b, job)).toMatchObject({ state: 'cancelled' })
    const undo = await b.call<Job>('recovery.undo', { connectionId, recordId: job.recordId })
    const undone = await until(b.follow<Job>('job.watch'), ({ id, state }) => id === undo.id && state !== 'running')
    expect(undone).toMatchObject({ state: 'done' })
    expect(await heldBy('alice')).toBe(20_000)
  })

  test('is interrupted once its host was killed, and can be undone by the other', async () => {
    const { connectionId, job } = await runSlowly()
    await a.kill()
    expect(await recordIn(b, job)).toMatchObject({ state: 'interrupted' })
    await b.call('connection.open', { connectionId })
    const undo = await b.call<Job>('recovery.undo', { connectionId, recordId: job.recordId })
    const undone = await until(b.follow<Job>('job.watch'), ({ id, state }) => id === undo.id && state !== 'running')
    expect(undone).toMatchObject({ state: 'done' })
    expect(await heldBy('alice')).toBe(20_000)
  })

  test('stands still with its host (SIGSTOP), and is running all the same', async () => {
    const { job } = await runSlowly()
    a.child.kill('SIGSTOP')
    expect(await recordIn(b, job)).toMatchObject({ state: 'running' })
    a.child.kill('SIGCONT')
  })
})
