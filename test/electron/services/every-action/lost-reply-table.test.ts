import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WRITE_COMMANDS } from '../../../../electron/redis/commands'
import type { Job } from '../../../../shared/model/job'
import { KINDS } from '../../../../shared/model/kinds'
import { availableServers, serverBinary } from '../../../helpers/available-servers'
import { startFaultProxy, type Fault, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { isOpen, openSluice, type Sluice } from '../recovery/recovery-kit'
import { idsIn, pending, seedTestBed, type TestBed } from './test-bed'
import { proofs } from './proofs'

/** One that has what came with 8.2, else the machine's own: what is read back is the same on every server. */
const servers = [availableServers().find(({ name }) => name.startsWith('redis-8.6')) ?? serverBinary()]
/** What is one command, and no job, waits for no connection. */
const jobs = proofs.filter(({ kind }) => KINDS[kind].job)
const writes: ReadonlySet<string> = new Set(WRITE_COMMANDS)

/** What is due when the first command that changes something loses its reply. */
interface Case {
  readonly fault: Fault
  /** Between the loss and the connection's coming back, if it does. */
  meanwhile(running: Job): Promise<unknown>
  readonly comesBack: boolean
}

describe.each(servers.map(({ name }) => name))('on %s', (server) => {
  let redis: TestRedis
  let direct: Redis
  let proxy: FaultProxy
  let sluice: Sluice
  beforeAll(async () => {
    redis = await startRedis({ version: server })
    direct = redis.client({ stringNumbers: true })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const lostReply = { limitMs: 15_000, graceMs: 15_000 }
    sluice = await openSluice(redis.connection({ endpoint }), null, { lostReply })
  })
  afterEach(async () => {
    await sluice.stop()
    await proxy.stop()
  })

  const lost = async () => {
    for await (const { state } of await sluice.api.connection.watch({ connectionId: sluice.connectionId })) {
      if (state !== 'open') return
    }
  }
  const runningJob = async (): Promise<Job> => {
    for await (const job of await sluice.api.job.watch()) if (job.state === 'running') return job
    throw new Error('no job was started')
  }

  /** Runs the action while its first write loses its reply. Gives the job at its end, or null where the server lacks it. */
  async function interruptedBy(
    { action, prepare, plan }: (typeof proofs)[number],
    { fault, meanwhile, comesBack }: Case,
  ): Promise<{ readonly job: Job; readonly bed: TestBed; readonly sent: readonly string[] } | null> {
    const bed: TestBed = { sluice, direct, key: `on:${action}` }
    await seedTestBed(bed)
    await prepare?.(bed)
    const run = await plan(bed).catch(() => null)
    if (run === null) return null
    let struck: string | null = null
    const sent: string[] = []
    const isFirstWrite = (args: readonly string[]): boolean => {
      if (!writes.has(args[0]?.toUpperCase() ?? '')) return false
      struck ??= JSON.stringify(args)
      sent.push(JSON.stringify(args))
      return sent.length === 1
    }
    const hit = proxy.fault(isFirstWrite, fault).then(() => proxy.refuse())
    const ended = run()
    await hit
    await lost()
    await meanwhile(await runningJob())
    if (comesBack) proxy.accept()
    const job = await ended
    if (job === null) throw new Error(`${action} is no job`)
    expect(sent.filter((each) => each === struck)).toHaveLength(1)
    return { job, bed, sent }
  }

  const nothing = () => Promise.resolve()
  const cancel = ({ id }: Job) => sluice.api.job.cancel({ jobId: id })

  for (const proof of jobs) {
    describe(proof.action, () => {
      const outcome = async (fault: Fault, meanwhile: Case['meanwhile']) => {
        const done = await interruptedBy(proof, { fault, meanwhile, comesBack: true })
        if (done === null) return null
        return { counts: done.job.counts, state: done.job.state, left: await leftOf(done.bed) }
      }

      test.each([
        ['was carried out', { kind: 'cut-before-reply' }],
        ['never arrived', { kind: 'cut-before-forward' }],
      ] as const)(
        'its command %s: read back once the connection is there, cancelled meanwhile or not',
        async (_, fault) => {
          const waited = await outcome(fault, nothing)
          if (waited === null) return
          expect(waited.state).toBe('interrupted')
          await direct.flushall()
          proxy.accept()
          await isOpen(sluice)
          expect(await outcome(fault, cancel)).toEqual(waited)
        },
      )

      test('never back: the job ends at the limit, and says what is unknown', async () => {
        await sluice.stop()
        const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
        sluice = await openSluice(redis.connection({ endpoint }), null, { lostReply: { limitMs: 150, graceMs: 50 } })
        const done = await interruptedBy(proof, {
          fault: { kind: 'cut-before-reply' },
          meanwhile: nothing,
          comesBack: false,
        })
        if (done === null) return
        expect(done.job).toMatchObject({
          state: 'interrupted',
          error: { code: 'UNKNOWN_OUTCOME' },
          counts: { changed: 0 },
        })
      })
    })
  }
})

/** What is there then, without what differs from run to run: times, and marks of where a copy comes from. */
async function leftOf(bed: TestBed): Promise<unknown> {
  const groups = await bed.direct.xinfo('GROUPS', bed.key).catch(() => [])
  return {
    entries: (await idsIn(bed, bed.key)).length,
    pending: await pending(bed).catch(() => null),
    audit: await pending(bed, 'audit').catch(() => null),
    groups: (groups as unknown[][]).map(([, name]) => name),
  }
}
