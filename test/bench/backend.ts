import type { Redis } from 'ioredis'
import type { Job } from '../../shared/model/job'
import type { HostClient } from './host-client'
import { atMost, median, spread, timed, type Figure } from './figures'
import { BIG, GROUP, HOLDER } from './seed'

export interface BackendBench {
  readonly client: HostClient['client']
  readonly connectionId: string
  /** The bare client that the ratios are taken against. */
  readonly bare: Redis
  readonly streams: number
}

const ROUNDS = 5
const PAGES = 21
const PAGE_ROWS = 100
/** All that is measured runs so often at least: what is slow by itself shows up as often in SLOWLOG. */
const LEAST_RUNS = 3

export interface DiscoveryBench extends Pick<BackendBench, 'client' | 'connectionId' | 'streams'> {
  /** One server, or the primaries of a cluster. */
  readonly nodes: readonly Redis[]
}

/** The search for streams, to its end ÷ SCAN TYPE in a bare loop, on all nodes at once. The two take turns. */
export async function measureDiscovery({ client, connectionId, nodes, streams }: DiscoveryBench): Promise<Figure> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    theirs.push(await timed(() => bareDiscovery(nodes, streams)))
    ours.push(
      await timed(async () => {
        let found = 0
        for await (const event of await client.stream.discover({ connectionId, fresh: true })) {
          found += event.keys.length
          if (event.state !== 'scanning') break
        }
        if (found < streams) throw new Error(`discovery found ${found} of ${streams} streams`)
      }),
    )
  }
  return {
    name: `discover ${streams} streams${nodes.length > 1 ? ` on ${nodes.length} primaries` : ''} ÷ bare SCAN TYPE`,
    value: median(ours) / median(theirs),
    unit: '×',
    aim: atMost(1.3),
    from: `${spread(ours)} ÷ ${spread(theirs)}`,
  }
}

async function bareDiscovery(nodes: readonly Redis[], streams: number): Promise<void> {
  const found = await Promise.all(nodes.map(bareScan))
  const count = found.reduce((sum, keys) => sum + keys.size, 0)
  if (count < streams) throw new Error(`the bare loop found ${count} of ${streams} streams`)
}

async function bareScan(bare: Redis): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  let cursor = '0'
  do {
    const [next, some] = await bare.scan(cursor, 'COUNT', 1_000, 'TYPE', 'stream')
    for (const key of some) keys.add(key)
    cursor = next
  } while (cursor !== '0')
  return keys
}

/** Reassigning all that one consumer holds, journal and undo data included ÷ XPENDING 1 000 and XCLAIM JUSTID in a bare loop. */
export async function measureReassign(bench: BackendBench): Promise<Figure> {
  const { bare } = bench
  const ours: number[] = []
  const theirs: number[] = []
  const amount = await heldBy(bare, HOLDER)
  let heldBack = 0
  for (let round = 0; round < 3; round += 1) {
    theirs.push(await timed(() => bareReassign(bare, HOLDER, 'bare-target')))
    theirs.push(await timed(() => bareReassign(bare, 'bare-target', HOLDER)))
    for (const [from, to] of [[HOLDER, 'our-target'] as const, ['our-target', HOLDER] as const]) {
      const seen: Job[] = []
      ours.push(await timed(() => reassign(bench, from, to, seen)))
      const moved = await heldBy(bare, to)
      if (moved !== amount) throw new Error(`reassigned ${moved} of ${amount}: ${JSON.stringify(seen.at(-1))}`)
      if (seen.some(({ throttle }) => throttle.heldBackBy !== null)) heldBack += 1
    }
  }
  return {
    name: `reassign ${amount} entries ÷ bare XPENDING/XCLAIM`,
    value: median(ours) / median(theirs),
    unit: '×',
    aim: atMost(3),
    // A job rests when its server answers slowly; on a busy machine it does.
    from: `${spread(ours)} ÷ ${spread(theirs)}${heldBack > 0 ? `; rested in ${heldBack}` : ''}`,
  }
}

/** Claims all that one consumer holds for another, and waits for the end. `seen`: the job as it went. */
export async function reassign(
  { client, connectionId }: Pick<BackendBench, 'client' | 'connectionId'>,
  from: string,
  to: string,
  seen: Job[],
): Promise<void> {
  const plan = await client.recovery.plan({
    connectionId,
    key: BIG,
    group: GROUP,
    selection: { kind: 'consumer', consumer: from },
    action: { kind: 'claim', to, includeGone: false },
  })
  const updates = await client.job.watch()
  const started = await client.recovery.run({ connectionId, planId: plan.id })
  seen.push(started)
  if (started.state !== 'running') return
  for await (const job of updates) {
    if (job.id !== started.id) continue
    seen.push(job)
    if (job.state !== 'running') return
  }
  throw new Error('the job ended without a word')
}

async function bareReassign(bare: Redis, from: string, to: string): Promise<void> {
  for (let start = '-'; ;) {
    const rows = (await bare.call('XPENDING', BIG, GROUP, start, '+', 1_000, from)) as readonly (readonly string[])[]
    const ids = rows.flatMap(([id]) => id ?? [])
    const last = ids.at(-1)
    if (last === undefined) return
    await bare.call('XCLAIM', BIG, GROUP, to, 0, ...ids, 'JUSTID')
    start = `(${last}`
  }
}

export async function heldBy(bare: Redis, consumer: string): Promise<number> {
  const [, , , consumers] = (await bare.xpending(BIG, GROUP)) as [number, string, string, [string, string][]]
  return Number(consumers.find(([name]) => name === consumer)?.[1] ?? 0)
}

/** The first page over the WebSocket, less the bare command's time. */
export async function measurePages({ client, connectionId, bare }: BackendBench): Promise<readonly Figure[]> {
  const on = { connectionId, key: BIG, count: PAGE_ROWS }
  const over = async (name: string, ours: () => Promise<unknown>, theirs: () => Promise<unknown>): Promise<Figure> => {
    const times = { ours: [] as number[], theirs: [] as number[] }
    for (let round = 0; round < PAGES; round += 1) {
      times.theirs.push(await timed(theirs))
      times.ours.push(await timed(ours))
    }
    return {
      name,
      value: median(times.ours) - median(times.theirs),
      unit: 'ms',
      aim: atMost(20),
      from: `${spread(times.ours)} − ${spread(times.theirs)}`,
    }
  }
  return [
    await over(
      'first page of the big stream, over bare XREVRANGE',
      () => client.entry.page({ ...on, order: 'newest' }),
      () => bare.xrevrange(BIG, '+', '-', 'COUNT', PAGE_ROWS),
    ),
    await over(
      'first page of the pending list with bodies, over bare XPENDING',
      () => client.pending.page({ ...on, group: GROUP, bodies: true }),
      () => bare.xpending(BIG, GROUP, '-', '+', PAGE_ROWS),
    ),
  ]
}

/** From now on the server logs every command over one millisecond. */
export async function watchSlowCommands(bare: Redis): Promise<void> {
  await bare.config('SET', 'slowlog-log-slower-than', '1000')
  await bare.config('SET', 'slowlog-max-len', '5000')
  await bare.slowlog('RESET')
}

/**
 * The longest kind of command that Sluice itself has sent since then. SLOWLOG goes by the clock on the wall, so any command
 * may look long that the system interrupted, and a kind that was logged once or twice was. Of the others the median of the
 * logged runs tells what the command itself takes. The longest run of all is given too, for information.
 */
export async function longestCommand(bare: Redis): Promise<readonly Figure[]> {
  const log = (await bare.slowlog('GET', 5_000)) as readonly [number, number, number, string[], string, string][]
  const kinds = new Map<string, number[]>()
  for (const [, , micros, args, , clientName] of log) {
    if (clientName !== 'sluice') continue
    const kind = /^(XINFO|XGROUP)$/.test(args[0] ?? '') ? args.slice(0, 2).join(' ') : (args[0] ?? '')
    kinds.set(kind, [...(kinds.get(kind) ?? []), micros / 1_000])
  }
  const often = [...kinds].filter(([, runs]) => runs.length >= LEAST_RUNS)
  return [
    { ...longest('longest command on the server, median of its kind', often, median), aim: atMost(5) },
    longest('longest single run of one, interruptions included', [...kinds], (runs) => Math.max(...runs)),
  ]
}

type Kind = readonly [name: string, runsMs: readonly number[]]

function longest(name: string, kinds: readonly Kind[], by: (runs: readonly number[]) => number): Figure {
  const [worst] = kinds.toSorted(([, a], [, b]) => by(b) - by(a))
  if (worst === undefined) return { name, value: 1, unit: 'ms', aim: null, from: 'none took 1 ms' }
  const [kind, runs] = worst
  return { name, value: by(runs), unit: 'ms', aim: null, from: `${kind}, of those over 1 ms: ${spread(runs)}` }
}
