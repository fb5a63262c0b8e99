// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import { useRecoveryDialog } from '../../../renderer/composables/use-recovery-dialog'
import { useSweepDialog } from '../../../renderer/composables/use-sweep-dialog'
import { useUndoLast } from '../../../renderer/composables/use-undo-last'
import { useConnections } from '../../../renderer/stores/connections'
import { useJobs } from '../../../renderer/stores/jobs'
import { useToasts } from '../../../renderer/stores/toasts'
import { fakeApi, events, type Call } from '../helpers/fake-api'
import { connection, serverInfo } from '../helpers/mount-view'

function done(id: string, connectionId: string, changes: Partial<Job> = {}): Job {
  return {
    ...{
      id,
      kind: 'claim',
      connectionId,
      key: 'orders',
      group: 'billing',
      to: 'w2',
      state: 'done',
      done: 10,
      total: 10,
    },
    ...{ counts: { changed: 10, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }, failures: [], startedAt: 0 },
    ...{ throttle: { paused: false, perSecond: null, heldBackBy: null }, endedAt: 1, error: null },
    ...{ recordId: `record-${id}`, undoable: true, ...changes },
  }
}

let scope: EffectScope
beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
  scope = effectScope()
})
afterEach(() => scope.stop())

async function start(
  list: readonly Connection[],
  jobs: readonly Job[],
): Promise<{ calls: readonly Call[]; press(): Promise<void> }> {
  const calls = fakeApi({
    connection: {
      list: () => list,
      watch: (_input, options) => events([], options?.signal),
      open: ({ connectionId }) => ({
        ...{ connectionId, state: 'open', latencyMs: 1, server: serverInfo(), replica: null, error: null, nodes: [] },
      }),
    },
    recovery: { undo: () => done('undo', 'c1', { kind: 'undo', undoable: false }) },
  })
  const connections = useConnections()
  await connections.load()
  for (const { id } of [...list].reverse()) await connections.open(id)
  for (const job of jobs) useJobs().started(job)
  const press = scope.run(() => useUndoLast())
  if (!press) throw new Error('no scope')
  return { calls, press }
}

const undone = (calls: readonly Call[]): unknown[] =>
  calls.filter(({ name }) => name === 'recovery.undo').map(({ input }) => input)

describe('the key that takes back', () => {
  it('shows what it would take back where the last thing was done in many groups', async () => {
    const sweep = { id: 'sweep-1', stream: '*', group: '*', groups: 3, ended: 3, failed: 0, failures: [] }
    const { calls, press } = await start([connection()], [done('a', 'c1'), done('b', 'c1', { sweep })])
    await press()
    expect(undone(calls)).toEqual([])
    expect(useSweepDialog().subject.value).toMatchObject({ kind: 'undo', connectionId: 'c1', sweepId: 'sweep-1' })
  })

  it('takes back the last thing done on the connection on the screen, not what was done elsewhere since', async () => {
    const list = [connection(), connection({ id: 'c2', name: 'Other' })]
    const { calls, press } = await start(list, [done('a', 'c1'), done('b', 'c1'), done('z', 'c2')])
    await press()
    expect(undone(calls)).toEqual([{ connectionId: 'c1', recordId: 'record-b' }])
  })

  it('does nothing where only another connection has something', async () => {
    const list = [connection(), connection({ id: 'c2', name: 'Other' })]
    const { calls, press } = await start(list, [done('z', 'c2')])
    await press()
    expect(undone(calls)).toEqual([])
    expect(useToasts().toasts).toEqual([])
  })

  it('leaves what is running, and what can not be taken back', async () => {
    const { calls, press } = await start(
      [connection()],
      [done('a', 'c1'), done('b', 'c1', { undoable: false }), done('c', 'c1', { state: 'running', endedAt: null })],
    )
    await press()
    expect(undone(calls)).toEqual([{ connectionId: 'c1', recordId: 'record-a' }])
  })

  it('shows on production what it would do, and does nothing yet', async () => {
    const { calls, press } = await start([connection({ environment: 'prod' })], [done('a', 'c1')])
    await press()
    expect(undone(calls)).toEqual([])
    expect(useRecoveryDialog().undo.value).toMatchObject({ connectionId: 'c1', recordId: 'record-a' })
  })

  it('says why not on a connection that is read-only', async () => {
    const { calls, press } = await start([connection({ readOnly: true })], [done('a', 'c1')])
    await press()
    expect(undone(calls)).toEqual([])
    expect(useToasts().toasts).toMatchObject([{ tone: 'warn', title: 'Not undone' }])
  })
})
