import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Job } from '../../shared/model/job'
import type { RecoveryPlan } from '../../shared/model/plan'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import type { Criteria } from '../../shared/model/selection'
import { startRedis } from '../helpers/redis-server'
import { startWebHost } from '../helpers/web-host'
import { longestCommand, watchSlowCommands } from './backend'
import { atMost, median, timed, type Figure } from './figures'
import { connectToHost, type HostClient } from './host-client'
import { peakMemoryMb } from './host-memory'
import { GROUP, HOLDERS, seedRecovery, STREAM } from './recovery-seed'

const TARGETS = Array.from({ length: 10 }, (_, at) => `worker-${at + 1}`)

interface RecoveryBench {
  readonly client: HostClient['client']
  readonly connectionId: string
  readonly bare: Redis
}

/**
 * Everything that fifty dead consumers hold is spread over ten, given back, and acked, through the built web host, on a
 * server of this version; against the bare commands in a loop. Throws when the server does not hold afterwards what it
 * should. Asks for a page of entries all the while, as a screen would.
 */
export async function measureRecovery(version: string, pending: number): Promise<readonly Figure[]> {
  const redis = await startRedis({ version })
  const host = await startWebHost()
  const { client, close } = await connectToHost(host)
  try {
    const bare = redis.client()
    await seedRecovery(bare, pending)
    await watchSlowCommands(bare)
    const profile = redis.connection({ name: 'bench' })
    const { id: connectionId } = await client.connection.save({ profile, secrets: { password: null } })
    await client.connection.open({ connectionId })
    const bench = { client, connectionId, bare }
    const named = (figure: Omit<Figure, 'name'>, name: string): Figure => ({
      ...figure,
      name: `${redis.version}: ${name}`,
    })

    const before = await heldDigest(bare)
    const spread = { kind: 'spread', to: TARGETS, includeGone: false } as const
    const planning = await walkPlan(bench, { minIdleMs: 60_000 }, spread)
    const spreading = await runPlan(bench, planning.plan)
    await expectHeld(bare, TARGETS, pending / TARGETS.length)
    const undoing = await runJob(bench, () => client.recovery.undo({ connectionId, recordId: spreading.job.recordId }))
    if ((await heldDigest(bare)) !== before) throw new Error('the undo did not give back owners and delivery counts')
    const bareClaim = await timed(() =>
      bareLoop(bare, ['-', '+'], (ids) => ['XCLAIM', STREAM, GROUP, 'bare', 0, ...ids, 'JUSTID']),
    )
    await expectHeld(bare, ['bare'], pending)

    const half = await idAt(bare, pending / 2)
    const bareAck = await timed(() => bareLoop(bare, [half, '+'], (ids) => ['XACK', STREAM, GROUP, ...ids]))
    const acking = await runPlan(bench, (await walkPlan(bench, {}, { kind: 'ack' })).plan)
    await expectHeld(bare, [], 0)
    const memory = peakMemoryMb(host.pid)

    const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
    const ratio = (name: string, { ms, updates }: Ran, theirs: number, aim: number | null): Figure => {
      const from = `${seconds(ms)} ÷ ${seconds(theirs)}, told of ${updates} times`
      return named({ value: ms / theirs, unit: '×', aim: aim === null ? null : atMost(aim), from }, name)
    }
    const meanwhile = [...spreading.pagesMs, ...undoing.pagesMs, ...acking.pagesMs]
    return [
      named(
        { value: planning.ms / 1_000, unit: 's', aim: null, from: `${planning.updates} updates` },
        `plan for ${pending} pending over ${HOLDERS.length} consumers`,
      ),
      ratio(`spread ${pending} over ${TARGETS.length} ÷ bare XPENDING/XCLAIM`, spreading, bareClaim, 2.5),
      ratio(`undo of it ÷ bare XPENDING/XCLAIM`, undoing, bareClaim, null),
      ratio(`ack ${pending / 2} ÷ bare XPENDING/XACK`, acking, bareAck, 3),
      named(
        {
          value: median(meanwhile),
          unit: 'ms',
          aim: atMost(100),
          from: `at most ${Math.max(...meanwhile).toFixed(0)} ms, ${meanwhile.length} pages`,
        },
        'a page of entries meanwhile',
      ),
      ...(memory === null
        ? []
        : [named({ value: memory, unit: 'MB', aim: atMost(400), from: 'the most it has had' }, 'memory of the host')]),
      ...(await longestCommand(bare)).map((figure) => named(figure, figure.name)),
    ]
  } finally {
    close()
    await host.stop()
    await redis.stop()
  }
}

async function walkPlan(
  { client, connectionId }: RecoveryBench,
  criteria: Criteria,
  action: RecoveryAction,
): Promise<{ readonly plan: RecoveryPlan; readonly ms: number; readonly updates: number }> {
  const began = performance.now()
  const selection = { kind: 'matching', criteria } as const
  let updates = 0
  for await (const step of await client.recovery.planAll({
    connectionId,
    key: STREAM,
    group: GROUP,
    selection,
    action,
  })) {
    updates += 1
    if (step.state === 'ready') return { plan: step.plan, ms: performance.now() - began, updates }
  }
  throw new Error('the plan never came')
}

interface Ran {
  readonly job: Job
  readonly ms: number
  readonly updates: number
  /** How long each page of entries took that was asked for meanwhile. */
  readonly pagesMs: readonly number[]
}

function runPlan(bench: RecoveryBench, { id: planId }: RecoveryPlan): Promise<Ran> {
  return runJob(bench, () => bench.client.recovery.run({ connectionId: bench.connectionId, planId }))
}

/** Starts a job and waits for its end, and looks at the stream every now and then. */
async function runJob({ client, connectionId }: RecoveryBench, start: () => Promise<Job>): Promise<Ran> {
  const jobs = await client.job.watch()
  const began = performance.now()
  const started = await start()
  const pagesMs: number[] = []
  let updates = 0
  let isOver = false
  const look = async (): Promise<void> => {
    while (!isOver) {
      pagesMs.push(await timed(() => client.entry.page({ connectionId, key: STREAM, order: 'newest', count: 100 })))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const looking = look()
  try {
    for await (const job of jobs) {
      if (job.id !== started.id) continue
      updates += 1
      if (job.state === 'running') continue
      if (job.state !== 'done' || job.counts.changed !== job.total) throw new Error(JSON.stringify(job))
      return { job, ms: performance.now() - began, updates, pagesMs }
    }
    throw new Error('the job ended without a word')
  } finally {
    isOver = true
    await looking
  }
}

/** XPENDING in pages of a thousand, and one command on each. */
async function bareLoop(
  bare: Redis,
  [from, to]: readonly [string, string],
  command: (ids: readonly string[]) => readonly [string, ...(string | number)[]],
): Promise<void> {
  for (let start = from; ;) {
    const rows = (await bare.call('XPENDING', STREAM, GROUP, start, to, 1_000)) as readonly (readonly string[])[]
    const ids = rows.flatMap(([id]) => id ?? [])
    const last = ids.at(-1)
    if (last === undefined) return
    const [name, ...args] = command(ids)
    await bare.call(name, ...args)
    start = `(${last}`
  }
}

/** The id of the entry that so many come before. */
async function idAt(bare: Redis, index: number): Promise<string> {
  const [[first]] = (await bare.xrange(STREAM, '-', '+', 'COUNT', 1)) as [[string, string[]]]
  return `${Number.parseInt(first) + index}-0`
}

/** Owner and delivery count of every pending entry, in brief. */
async function heldDigest(bare: Redis): Promise<string> {
  const digest = createHash('sha256')
  for (let start = '-'; ;) {
    const rows = (await bare.call('XPENDING', STREAM, GROUP, start, '+', 1_000)) as [string, string, string, string][]
    const last = rows.at(-1)
    if (last === undefined) return digest.digest('hex')
    for (const [id, consumer, , deliveries] of rows) digest.update(`${id} ${consumer} ${deliveries}\n`)
    start = `(${last[0]}`
  }
}

async function expectHeld(bare: Redis, consumers: readonly string[], each: number): Promise<void> {
  const [total, , , held] = (await bare.xpending(STREAM, GROUP)) as [number, string, string, [string, string][] | null]
  const counts = new Map((held ?? []).map(([name, count]) => [name, Number(count)]))
  const isSo = total === consumers.length * each && consumers.every((name) => counts.get(name) === each)
  if (!isSo)
    throw new Error(`${consumers.join(', ') || 'nobody'} should hold ${each} each: ${JSON.stringify([...counts])}`)
}
