import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { describeUnless } from '../../helpers/describe-unless'
import { useHostProcesses, type HostProcess } from '../../helpers/host-process'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { saying } from '../../helpers/saying'

// Two hosts, each in a namespace of process ids of its own as in two containers, on one data directory.
const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child']
const ways: Readonly<Record<string, readonly string[]>> = {
  'a /proc of its own': [...NAMESPACE, '--mount-proc'],
  'the /proc of another': NAMESPACE,
}
const isAllowed = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0
const whyNot = isAllowed ? null : 'this user may not make a namespace of process ids'

/** Signs of life often enough for a test to wait for their absence. */
const TIMES = { beatMs: 200, lapseMs: 5_000, deadMs: 10_000 }
const ENTRIES = 20_000

const hosts = useHostProcesses(TIMES)
let redis: TestRedis
let direct: Redis
let dataDir: string
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client({ stringNumbers: true })
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-namespaces-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

interface Running {
  readonly host: HostProcess
  readonly connectionId: string
  readonly job: Job
}

/** A host whose job claims what alice holds, some entries per second. */
async function runSlowly(within: readonly string[]): Promise<Running> {
  const pipeline = direct.pipeline()
  for (let n = 1; n <= ENTRIES; n += 1) pipeline.xadd('orders', `${n}-0`, 'n', '1')
  pipeline.xgroup('CREATE', 'orders', 'billing', '0')
  pipeline.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', ENTRIES, 'STREAMS', 'orders', '>')
  await pipeline.exec()
  const host = await hosts.start(dataDir, within)
  const { id: connectionId } = await host.call<Connection>('connection.save', { profile: redis.connection() })
  await host.call('connection.open', { connectionId })
  const { id: planId } = await host.call<RecoveryPlan>('recovery.plan', {
    ...{ connectionId, key: 'orders', group: 'billing' },
    selection: { kind: 'consumer', consumer: 'alice' },
    action: { kind: 'claim', to: 'bob', includeGone: false },
  })
  const job = await host.call<Job>('recovery.run', { connectionId, planId })
  await host.call('job.limit', { jobId: job.id, perSecond: 100 })
  await expect.poll(() => heldBy('bob')).toBeGreaterThan(0)
  return { host, connectionId, job }
}
async function heldBy(consumer: string): Promise<number> {
  const [, , , holders] = (await direct.xpending('orders', 'billing')) as [number, string, string, [string, string][]]
  return Number(holders.find(([name]) => name === consumer)?.[1] ?? 0)
}
async function recordIn(host: HostProcess, { recordId }: Job): Promise<JournalRecord | undefined> {
  const { records } = await host.call<{ records: readonly JournalRecord[] }>('journal.list', { count: 50 })
  return records.find(({ id }) => id === recordId)
}
const stateIn = async (host: HostProcess, job: Job) => (await recordIn(host, job))?.state
async function ended(host: HostProcess, id: string): Promise<Job> {
  for await (const job of host.follow<Job>('job.watch')) if (job.id === id && job.state !== 'running') return job
  throw new Error('the host ended')
}
async function undo(host: HostProcess, { connectionId, job }: Running): Promise<Job> {
  await host.call('connection.open', { connectionId })
  const { id } = await host.call<Job>('recovery.undo', { connectionId, recordId: job.recordId })
  return ended(host, id)
}
/** Of the host within its namespace, as seen from here. */
function outerPid({ child }: HostProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
}

describeUnless(whyNot, 'a job of a host in a namespace of process ids of its own', () => {
  test.each(Object.keys(ways))('with %s is running for all others, and none can undo it', async (way) => {
    const within = ways[way] ?? []
    const running = await runSlowly(within)
    const others = await Promise.all([hosts.start(dataDir), hosts.start(dataDir, within)])
    for (const other of others) {
      expect(await stateIn(other, running.job)).toBe('running')
      await other.call('connection.open', { connectionId: running.connectionId })
      const { connectionId, job } = running
      const refused = { code: 'BAD_INPUT', data: { problem: saying('still running') } }
      await expect(other.call('recovery.undo', { connectionId, recordId: job.recordId })).rejects.toMatchObject(refused)
    }
    expect(await stateIn(running.host, running.job)).toBe('running')
    await running.host.call('job.cancel', { jobId: running.job.id })
    await ended(running.host, running.job.id)
    for (const other of others) expect(await stateIn(other, running.job)).toBe('cancelled')
  })

  test('and the other way round: one within sees that a job outside is running', async () => {
    const running = await runSlowly([])
    for (const within of Object.values(ways)) {
      expect(await stateIn(await hosts.start(dataDir, within), running.job)).toBe('running')
    }
  })

  test('is interrupted some time after it was killed, and can be undone then', async () => {
    const running = await runSlowly(ways['a /proc of its own'] ?? [])
    const other = await hosts.start(dataDir)
    await running.host.kill()
    await expect.poll(() => stateIn(other, running.job), { timeout: 50_000, interval: 200 }).toBe('interrupted')
    expect(await undo(other, running)).toMatchObject({ state: 'done' })
    expect(await heldBy('alice')).toBe(ENTRIES)
  })

  test('that stands still until it is taken for dead and undone does nothing more when it wakes up', async () => {
    const running = await runSlowly(ways['a /proc of its own'] ?? [])
    const other = await hosts.start(dataDir)
    expect(await stateIn(other, running.job)).toBe('running')
    const pid = outerPid(running.host)
    process.kill(pid, 'SIGSTOP')
    await expect.poll(() => stateIn(other, running.job), { timeout: 50_000, interval: 200 }).toBe('interrupted')
    expect(await undo(other, running)).toMatchObject({ state: 'done' })
    process.kill(pid, 'SIGCONT')
    expect(await ended(running.host, running.job.id)).toMatchObject({ state: 'failed', error: { code: 'STORAGE' } })
    expect(await heldBy('alice')).toBe(ENTRIES)
    // It may do other things again.
    const { connectionId } = running
    await running.host.call('entry.add', { connectionId, key: 'orders', id: '*', fields: [['a', 'b']], create: false })
    expect(await recordIn(other, running.job)).toMatchObject({ state: 'failed' })
  })
})
