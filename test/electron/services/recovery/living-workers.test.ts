import { afterEach, describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { redrive } from '../redrive/redrive-kit'
import { deadLetter } from './copy-kit'
import { brokerWorker, nodeRedisWorker, type Worker, type WorkerSetup } from './living-workers'
import { claimTo, GROUP, KEY, ofConsumer, onEveryServer, pendingOf, spreadOver } from './recovery-kit'

const SEVEN = ['1', '2', '3', '4', '5', '6', '7']
const requeue: RecoveryAction = { kind: 'requeue', stream: null, provenance: true }

onEveryServer((world) => {
  const workers: Worker[] = []
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.kill()
  })

  describe.each([
    ['node-redis', nodeRedisWorker],
    ['redis-streams-broker', brokerWorker],
  ] as const)('a worker of %s', (_name, startWorker) => {
    async function start(setup: Omit<WorkerSetup, 'redis'>): Promise<Worker> {
      const worker = await startWorker({ redis: world.redis, ...setup })
      workers.push(worker)
      return worker
    }
    /** What living workers processed, and how often. */
    let done: string[] = []
    const process = (n: string): boolean => {
      done.push(n)
      return true
    }
    async function add(values: readonly string[]): Promise<void> {
      for (const n of values) await world.direct.xadd(KEY, '*', 'n', n)
    }
    const processed = () => expect.poll(() => [...new Set(done)].sort(), { timeout: 20_000 })

    /** What living ones processed is acked. */
    async function onlySevenPending(): Promise<void> {
      await expect.poll(async () => (await pendingOf(world.direct)).length, { timeout: 20_000 }).toBe(7)
    }

    /** `dead` was killed with seven entries in its hands; `bob` lives, and reads what is new. */
    async function sevenLeftBehind(autoClaimMs?: number): Promise<Worker> {
      const { direct } = world
      done = []
      await direct.xgroup('CREATE', KEY, GROUP, '$', 'MKSTREAM')
      const dead = await start({ consumer: 'dead', reads: 'new', process: () => false })
      await add(SEVEN)
      await onlySevenPending()
      await dead.kill()
      const bob = await start({
        consumer: 'bob',
        reads: 'new',
        process,
        ...(autoClaimMs === undefined ? {} : { autoClaimMs }),
      })
      await add(['first'])
      await processed().toEqual(['first'])
      await onlySevenPending()
      return bob
    }
    async function expectEachOnce(values: readonly string[]): Promise<void> {
      await processed().toEqual([...values].sort())
      await expect.poll(() => pendingOf(world.direct), { timeout: 20_000 }).toEqual([])
      expect([...done].sort()).toEqual([...values].sort())
    }

    test.each([
      ['claim', claimTo('bob')],
      ['spread', spreadOver(['bob'])],
    ] as const)(
      'does nothing with a %s until it is restarted, as is said; then each entry once',
      async (_what, action) => {
        const { sluice } = world
        const bob = await sevenLeftBehind()
        const plan = await sluice.plan(ofConsumer('dead'), action)
        expect(plan.notes.map(({ code }) => code)).toContain('recovery.worked-on')
        const { recordId } = await sluice.finished(await sluice.run(plan))
        const outcome = () => sluice.api.recovery.outcome({ connectionId: sluice.connectionId, recordId })
        let more = 0
        const readsPast = async () => {
          await add([`new ${(more += 1)}`])
          return (await outcome()).readsPast
        }
        await expect.poll(readsPast, { timeout: 20_000 }).toBe(true)
        const since = Array.from({ length: more }, (_, at) => `new ${at + 1}`)
        await processed().toEqual(['first', ...since].sort())
        await bob.kill()
        await start({ consumer: 'bob', reads: 'own', process })
        await expectEachOnce(['first', ...since, ...SEVEN])
        expect(await outcome()).toMatchObject({ acked: 7, held: [] })
      },
    )

    test('processes each entry of a requeue once, at once', async () => {
      await sevenLeftBehind()
      await world.sluice.recover(ofConsumer('dead'), requeue)
      await expectEachOnce(['first', ...SEVEN])
    })

    test('processes each entry once that reads past a claim, by the requeue that is offered then', async () => {
      await sevenLeftBehind()
      await world.sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await world.sluice.recover(ofConsumer('bob'), requeue)
      await expectEachOnce(['first', ...SEVEN])
    })

    test('processes each entry once that was killed and started again under its old name, by a requeue', async () => {
      const bob = await sevenLeftBehind()
      await bob.kill()
      await start({ consumer: 'dead', reads: 'new', process })
      await add(['second'])
      await processed().toEqual(['first', 'second'])
      await onlySevenPending()
      await world.sluice.recover(ofConsumer('dead'), requeue)
      await expectEachOnce(['first', 'second', ...SEVEN])
    })

    test('processes each entry of a dead-letter once it is redriven', async () => {
      await sevenLeftBehind()
      await world.sluice.recover(ofConsumer('dead'), deadLetter())
      await redrive(world.sluice)
      await expectEachOnce(['first', ...SEVEN])
    })
  })

  test('a worker that takes over by XAUTOCLAIM processes each entry of a claim once, and those of one that keeps the idle time first', async () => {
    const { direct, redis, sluice } = world
    const done: string[] = []
    await direct.xgroup('CREATE', KEY, GROUP, '$', 'MKSTREAM')
    for (const n of SEVEN) await direct.xadd(KEY, '*', 'n', n)
    await direct.call('XREADGROUP', 'GROUP', GROUP, 'dead', 'STREAMS', KEY, '>')
    const ids = (await pendingOf(direct)).map(([id]) => id)
    await direct.xclaim(KEY, GROUP, 'dead', 0, ...ids, 'IDLE', 3_600_000, 'JUSTID')
    await sluice.recover(ofConsumer('dead'), { kind: 'claim', to: 'eve', includeGone: false, idle: 'kept' })
    const process = (n: string): boolean => done.push(n) > 0
    // An hour: only what has kept its idle time is taken over at all.
    const setup = { redis, consumer: 'bob', reads: 'new', process, autoClaimMs: 1_800_000 } as const
    workers.push(await nodeRedisWorker(setup))
    await expect.poll(() => pendingOf(direct), { timeout: 20_000 }).toEqual([])
    expect(done.sort()).toEqual(SEVEN)
  })
})
