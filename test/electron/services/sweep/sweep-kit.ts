import type { Bytes } from '../../../../shared/bytes'
import { displayName } from '../../../../shared/format/display-name'
import type { Job } from '../../../../shared/model/job'
import type { JournalRecord } from '../../../../shared/model/journal'
import type { SweepPlan, SweepRequest, SweepUndoPlan } from '../../../../shared/model/sweep'
import { ANY_SWEEP } from '../../../helpers/any-sweep'
import { idsFrom, pendingOf, seed, type Held, type Name, type Sluice, type World } from '../recovery/recovery-kit'

/** Ten minutes: far beyond what makes a consumer stalled. */
export const LONG_MS = 600_000

export type Asked = Partial<Omit<SweepRequest, 'connectionId'>>
type Api = Pick<Sluice, 'api' | 'connectionId'>

export async function planSweep({ api, connectionId }: Api, asked: Asked = {}): Promise<SweepPlan> {
  for await (const step of await api.sweep.plan({ ...ANY_SWEEP, ...asked, connectionId })) {
    if (step.state === 'ready') return step.plan
  }
  throw new Error('a plan came to no end')
}

export function runSweep({ api, connectionId }: Api, { id }: SweepPlan, confirmation?: string): Promise<Job> {
  return api.sweep.run({ connectionId, planId: id, ...(confirmation === undefined ? {} : { confirmation }) })
}

/** Plans, runs, and gives the job at its end. */
export async function sweep(sluice: Sluice, asked: Asked = {}): Promise<Job> {
  return sluice.finished(await runSweep(sluice, await planSweep(sluice, asked)))
}

export async function planUndo({ api, connectionId }: Api, sweepId: string): Promise<SweepUndoPlan> {
  for await (const step of await api.sweep.planUndo({ connectionId, sweepId })) {
    if (step.state === 'ready') return step.plan
  }
  throw new Error('a plan came to no end')
}

export async function undoSweep(sluice: Sluice, sweepId: string): Promise<Job> {
  const { api, connectionId, finished } = sluice
  return finished(await api.sweep.undo({ connectionId, sweepId }))
}

/** Its records, the oldest first. */
export async function recordsOf({ api }: Pick<Sluice, 'api'>, sweepId: string): Promise<readonly JournalRecord[]> {
  const { records } = await api.journal.list({ count: 500 })
  return records.filter((record) => record.sweep?.id === sweepId).toReversed()
}

export const KEYS = ['app:a', 'app:b', 'app:c'] as const
export const GROUPS = ['g1', 'g2'] as const

/** Three streams of two groups, in each of which `dead` holds so many entries for long. */
export async function seedAll(
  { direct }: Pick<World, 'direct'>,
  count = 5,
  keys: readonly Name[] = KEYS,
): Promise<void> {
  for (const key of keys) {
    await seed(direct, { key, group: GROUPS[0], held: { dead: idsFrom(1, count) }, idleMs: LONG_MS })
    await direct.xgroup('CREATE', key, GROUPS[1], '0')
    await direct.xreadgroup('GROUP', GROUPS[1], 'dead', 'COUNT', count, 'STREAMS', key, '>')
    await direct.xclaim(key, GROUPS[1], 'dead', 0, ...idsFrom(1, count), 'IDLE', LONG_MS, 'RETRYCOUNT', 3, 'JUSTID')
  }
}

/** All pending lists, by stream and group. */
export async function allPending(
  { direct }: Pick<World, 'direct'>,
  keys: readonly Name[] = KEYS,
): Promise<Readonly<Record<string, readonly Held[]>>> {
  const found: Record<string, readonly Held[]> = {}
  for (const [at, key] of keys.entries()) {
    for (const group of GROUPS) found[`${at} ${group}`] = await pendingOf(direct, key, group)
  }
  return found
}

/** A group, to compare by. */
export function placeOf(key: Bytes, group: Bytes | null): string {
  return `${displayName(key)} ${group === null ? '' : displayName(group)}`
}

/** How many entries each consumer holds, all groups together. */
export async function holders(world: Pick<World, 'direct'>): Promise<Readonly<Record<string, number>>> {
  const sum: Record<string, number> = {}
  for (const rows of Object.values(await allPending(world))) {
    for (const [, holder] of rows) sum[displayName(holder)] = (sum[displayName(holder)] ?? 0) + 1
  }
  return sum
}
