import { expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { deadLetter } from '../recovery/copy-kit'
import { handle } from '../recovery/hash-kit'
import {
  ack,
  claimTo,
  everything,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  seed,
  type World,
} from '../recovery/recovery-kit'

const HANDLE = handle({ idField: 'n' })

/** Of one job several batches. */
const IDS = idsFrom(1, 1_200)

/** Prepares a job on the stream, and gives what begins it. */
type Prepare = (world: World) => Promise<() => Promise<Job>>
const recovery =
  (action: RecoveryAction): Prepare =>
  async ({ sluice }) => {
    const plan = await sluice.plan(ofConsumer('alice'), action)
    return () => sluice.run(plan)
  }
const undoOf =
  (action: RecoveryAction): Prepare =>
  async ({ sluice: { api, connectionId, recover } }) => {
    const { recordId } = await recover(ofConsumer('alice'), action)
    return () => api.recovery.undo({ connectionId, recordId })
  }
const endOfGroup: Prepare = async ({ sluice: { api, connectionId } }) => {
  const on = { connectionId, key: KEY, group: GROUP }
  const { id: planId } = await api.group.planChange({
    ...on,
    change: { kind: 'destroy group' },
  })
  return () => api.group.change({ ...on, planId })
}
const RUNS: readonly (readonly [string, Prepare])[] = [
  ['an ack', recovery(ack)],
  ['a claim', recovery(claimTo('bob'))],
  ['an ack and delete', recovery({ kind: 'ackDelete', references: 'KEEPREF', keepBodies: true })],
  ['a dead-letter', recovery(deadLetter())],
  ['a handling', recovery(HANDLE)],
  ['the end of a group', endOfGroup],
  [
    'a deletion',
    async ({ sluice: { api, connectionId } }) => {
      const on = { connectionId, key: KEY }
      const selection = {
        kind: 'range',
        from: IDS[0] ?? '',
        to: IDS.at(-1) ?? '',
      } as const
      const { id: planId } = await api.entry.planDelete({
        ...on,
        selection,
        references: 'KEEPREF',
      })
      return () => api.entry.delete({ ...on, planId, backup: false })
    },
  ],
  [
    'a trim',
    async ({ sluice: { api, connectionId } }) => {
      const on = { connectionId, key: KEY }
      const strategy = { kind: 'maxlen', maxlen: 2 } as const
      const { id: planId } = await api.trim.plan({
        ...on,
        strategy,
        approximate: false,
        limit: 100,
      })
      return () => api.trim.run({ ...on, planId, backup: false })
    },
  ],
]
const UNDOS: readonly (readonly [string, Prepare])[] = [
  ['the undo of an ack', undoOf(ack)],
  ['the undo of a dead-letter', undoOf(deadLetter())],
  ['the undo of a handling', undoOf(HANDLE)],
]

const WRITES = /^(EVAL|EVALSHA|XACK|XCLAIM|XDEL|XDELEX|XTRIM)$/i

/** A job that was paused goes on with what it was about, and with nothing that took its place. */
onEveryServer((world) => {
  async function read(count: number): Promise<void> {
    await world.direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', count, 'STREAMS', KEY, '>')
  }
  async function madeAnew(body: string): Promise<void> {
    const pipeline = world.direct.pipeline().del(KEY)
    for (const id of IDS) pipeline.xadd(KEY, id, 'n', body)
    await pipeline.xgroup('CREATE', KEY, GROUP, '0').exec()
  }
  async function groupMadeAnew(): Promise<void> {
    await world.direct.pipeline().xgroup('DESTROY', KEY, GROUP).xgroup('CREATE', KEY, GROUP, '0').exec()
  }

  /** Paused with its first batch done and nothing in flight; then that happens, and it goes on. */
  async function paused(prepare: Prepare, happen: () => Promise<unknown>): Promise<void> {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
    const begin = await prepare(world)
    const written = holdAt(proxy, ([command = '']) => WRITES.test(command))
    const job = await begin()
    await written
    await sluice.api.job.pause({ jobId: job.id })
    proxy.resume()
    for await (const { id, done, state } of await sluice.api.job.watch()) {
      if (id === job.id && (done > 0 || state !== 'running')) break
    }
    await happen()
    const stood = await everything(direct)
    await sluice.api.job.resume({ jobId: job.id })
    const ended = await sluice.finished(job)
    expect(ended).toMatchObject({
      state: 'failed',
      error: { code: expect.stringMatching(/^(STALE_PLAN|BAD_INPUT)$/) as string },
    })
    expect(await everything(direct)).toEqual(stood)
  }

  test.each(RUNS)('%s, of a stream that was made anew', async (_what, prepare) => {
    await paused(prepare, async () => {
      await madeAnew('another')
      await read(IDS.length)
    })
  })
  test.each(UNDOS)('%s, of a stream that was made anew', async (_what, prepare) => {
    await paused(prepare, () => madeAnew('another'))
  })
  test.each(UNDOS)('%s, of a group that was made anew', async (_what, prepare) => {
    await paused(prepare, groupMadeAnew)
  })
  test('the end of a group, of one that was made anew', async () => {
    await paused(endOfGroup, async () => {
      await groupMadeAnew()
      await read(3)
    })
  })
})
