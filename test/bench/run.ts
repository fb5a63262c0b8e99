import { loadavg } from 'node:os'
import { availableServers } from '../helpers/available-servers'
import { startRedis } from '../helpers/redis-server'
import { startWebHost } from '../helpers/web-host'
import { longestCommand, measureDiscovery, measurePages, measureReassign, watchSlowCommands } from './backend'
import { measureExport } from './export'
import { misses, round, table, timed, type Figure } from './figures'
import { connectToHost, type HostClient } from './host-client'
import { measureIdle } from './idle'
import { measurePage } from './page'
import { measureReach } from './reach'
import { measureRecovery } from './recovery'
import { measureSmallMemory } from './small-memory'
import { FULL, QUICK, seedBench, type Amounts } from './seed'
import { measureWideEntry } from './wide-entry'

/** Processes that ran on average in the last minute; beyond this something else is at work. */
const QUIET = 1

export interface BenchOptions {
  /** A tenth of everything. */
  readonly quick: boolean
  /** Without the searching, paging and clicking. */
  readonly recoveryOnly: boolean
  /** What a look costs that nobody asked for, and no more. */
  readonly idleOnly: boolean
  /** A cluster, and a server through SSH. */
  readonly reachOnly: boolean
  /** What an export costs. */
  readonly exportOnly: boolean
  /** Progress, for people. */
  readonly say: (line: string) => void
}

/** Measures the built host and page on servers of its own, and gives the table, and how many aims were missed. */
export async function runBench({
  quick,
  recoveryOnly,
  idleOnly,
  reachOnly,
  exportOnly,
  say,
}: BenchOptions): Promise<{ readonly table: string; readonly missed: number }> {
  const [load = 0] = loadavg()
  if (load > QUIET) say(`the machine is busy (load ${load.toFixed(1)}): ratios will do, times will be too long`)
  const figures: Figure[] = []
  const add = (...some: readonly Figure[]): void => {
    figures.push(...some)
    for (const { name, value, unit } of some) say(`${name}: ${round(value)} ${unit}`)
  }
  if (idleOnly) {
    await withHost(async (client) => {
      add(...(await measureIdle(client, say)))
      add(...(await measureSmallMemory(client, say)))
    })
    return { table: table(figures), missed: figures.filter(misses).length }
  }
  const reach = (): Promise<void> =>
    withHost(async (client) => add(...(await measureReach(client, quick ? QUICK : FULL, say))))
  if (reachOnly) {
    await reach()
    return { table: table(figures), missed: figures.filter(misses).length }
  }
  const exported = async (): Promise<void> => add(...(await measureExport(quick ? 100_000 : 1_000_000, say)))
  if (exportOnly) {
    await exported()
    return { table: table(figures), missed: figures.filter(misses).length }
  }
  if (!recoveryOnly) await measureReading(quick ? QUICK : FULL, add, say)
  if (!recoveryOnly) await exported()
  if (!recoveryOnly) await reach()
  for (const version of recoveryServers()) add(...(await measureRecovery(version, quick ? 100_000 : 1_000_000)))
  return { table: table(figures), missed: figures.filter(misses).length }
}

async function withHost(work: (client: HostClient['client']) => Promise<void>): Promise<void> {
  const host = await startWebHost()
  const { client, close } = await connectToHost(host)
  try {
    await work(client)
  } finally {
    close()
    await host.stop()
  }
}

/** The machine's own server, and the newest Redis here: what a claim costs differs between them. */
function recoveryServers(): readonly string[] {
  const [own, ...others] = availableServers()
  const newest = others.filter(({ product }) => product === 'redis').at(-1)
  return [own, newest].flatMap((each) => each?.name ?? [])
}

/** What it takes to look: searching, paging, clicking; and one click's reassignment. */
async function measureReading(
  amounts: Amounts,
  add: (...some: readonly Figure[]) => void,
  say: BenchOptions['say'],
): Promise<void> {
  const redis = await startRedis()
  const host = await startWebHost()
  const { client, session, close } = await connectToHost(host)
  try {
    const bare = redis.client()
    const took = await timed(() => seedBench(bare, amounts))
    say(
      `seeded ${amounts.entries} entries, ${amounts.pending} pending, ${amounts.streams} streams among ${amounts.keys} keys in ${(took / 1_000).toFixed(1)} s`,
    )
    await watchSlowCommands(bare)
    const { id: connectionId } = await client.connection.save({
      profile: redis.connection({ name: 'bench' }),
      secrets: { password: null },
    })
    await client.connection.open({ connectionId })
    const bench = { client, connectionId, bare, streams: amounts.streams }

    add(await measureDiscovery({ ...bench, nodes: [bare] }))
    add(...(await measurePages(bench)))
    add(await measureReassign(bench))
    const pageBench = { ...bench, host, session, held: amounts.pending / 3 }
    add(...(await measurePage(pageBench)))
    add(...(await measureWideEntry(pageBench)))
    add(...(await longestCommand(bare)))
    await client.connection.close({ connectionId })
    add(...(await measureIdle(client, say)))
    add(...(await measureSmallMemory(client, say)))
  } finally {
    close()
    await host.stop()
    await redis.stop()
  }
}
