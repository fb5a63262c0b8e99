import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeUnless } from '../../helpers/describe-unless'
import { useHostProcesses, type HostProcess } from '../../helpers/host-process'
import { saying } from '../../helpers/saying'
import { endedIn, ENTRIES, recordIn, stateIn, undoIn, useSharedDirectory, type SlowJob } from './shared-directory'

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

const shared = useSharedDirectory()
const hosts = useHostProcesses(TIMES)

const runWithin = async (within: readonly string[]): Promise<SlowJob> =>
  shared.runSlowly(await hosts.start(shared.dataDir, within))
/** Of the host within its namespace, as seen from here. */
function outerPid({ child }: HostProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
}

describeUnless(whyNot, 'a job of a host in a namespace of process ids of its own', () => {
  test.each(Object.keys(ways))('with %s is running for all others, and none can undo it', async (way) => {
    const within = ways[way] ?? []
    const running = await runWithin(within)
    const others = await Promise.all([hosts.start(shared.dataDir), hosts.start(shared.dataDir, within)])
    for (const other of others) {
      expect(await stateIn(other, running.job)).toBe('running')
      await other.call('connection.open', { connectionId: running.connectionId })
      const { connectionId, job } = running
      const refused = { code: 'BAD_INPUT', data: { problem: saying('still running') } }
      await expect(other.call('recovery.undo', { connectionId, recordId: job.recordId })).rejects.toMatchObject(refused)
    }
    expect(await stateIn(running.host, running.job)).toBe('running')
    await running.host.call('job.cancel', { jobId: running.job.id })
    await endedIn(running.host, running.job)
    for (const other of others) expect(await stateIn(other, running.job)).toBe('cancelled')
  })

  test('and the other way round: one within sees that a job outside is running', async () => {
    const running = await runWithin([])
    for (const within of Object.values(ways)) {
      expect(await stateIn(await hosts.start(shared.dataDir, within), running.job)).toBe('running')
    }
  })

  test('is interrupted some time after it was killed, and can be undone then', async () => {
    const running = await runWithin(ways['a /proc of its own'] ?? [])
    const other = await hosts.start(shared.dataDir)
    await running.host.kill()
    await expect.poll(() => stateIn(other, running.job), { timeout: 50_000, interval: 200 }).toBe('interrupted')
    expect(await undoIn(other, running)).toMatchObject({ state: 'done' })
    expect(await shared.heldBy('alice')).toBe(ENTRIES)
  })

  test('that stands still until it is taken for dead and undone does nothing more when it wakes up', async () => {
    const running = await runWithin(ways['a /proc of its own'] ?? [])
    const other = await hosts.start(shared.dataDir)
    expect(await stateIn(other, running.job)).toBe('running')
    const pid = outerPid(running.host)
    process.kill(pid, 'SIGSTOP')
    await expect.poll(() => stateIn(other, running.job), { timeout: 50_000, interval: 200 }).toBe('interrupted')
    expect(await undoIn(other, running)).toMatchObject({ state: 'done' })
    process.kill(pid, 'SIGCONT')
    expect(await endedIn(running.host, running.job)).toMatchObject({ state: 'failed', error: { code: 'STORAGE' } })
    expect(await shared.heldBy('alice')).toBe(ENTRIES)
    // It may do other things again.
    const { connectionId } = running
    await running.host.call('entry.add', { connectionId, key: 'orders', id: '*', fields: [['a', 'b']], create: false })
    expect(await recordIn(other, running.job)).toMatchObject({ state: 'failed' })
  })
})
