import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { CopiesPlan, RebuildPlan, SwapPlan } from '../../../../shared/model/restore'
import { walked, type Sluice } from '../recovery/recovery-kit'

export const KEY = 'orders'

type Api = Pick<Sluice, 'api' | 'connectionId' | 'dataDir' | 'finished'>

/** Names of the backups there are, newest first. */
export async function backupNames({ api }: Pick<Api, 'api'>): Promise<readonly string[]> {
  return (await api.restore.backups()).backups.map(({ file }) => file)
}

/** Paths of the files in the folder of backups. */
export function backupPaths({ dataDir }: Pick<Api, 'dataDir'>): readonly string[] {
  const folder = join(dataDir, 'backups')
  return readdirSync(folder).map((name) => join(folder, name))
}

/** Trims to so many entries, to the letter, after a backup; gives its name. */
export async function trimTo(sluice: Api, maxlen: number, key: Bytes = KEY): Promise<string> {
  const { api, connectionId } = sluice
  const strategy = { kind: 'maxlen' as const, maxlen }
  const plan = await api.trim.plan({ connectionId, key, strategy, approximate: false, limit: 100_000 })
  return backupOf(sluice, await api.trim.run({ connectionId, key, planId: plan.id, backup: true }))
}

/** Deletes entries after a backup; gives its name. */
export async function deleteIds(sluice: Api, ids: readonly EntryId[], key: Bytes = KEY): Promise<string> {
  const { api, connectionId } = sluice
  const selection = { kind: 'ids' as const, ids: [...ids] }
  const plan = await api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
  return backupOf(sluice, await api.entry.delete({ connectionId, key, planId: plan.id, backup: true }))
}

async function backupOf(sluice: Api, started: Job): Promise<string> {
  const { recordId } = await sluice.finished(started)
  const name = (await backupNames(sluice)).find((each) => each.includes(recordId))
  if (name === undefined) throw new Error('it left no backup')
  return name
}

interface Asked {
  readonly key?: Bytes
  readonly ids?: readonly EntryId[] | null
  readonly provenance?: boolean
  readonly stayed?: boolean
}

export async function planCopies(
  { api, connectionId }: Pick<Api, 'api' | 'connectionId'>,
  file: string,
  { key = KEY, ids = null, provenance = true, stayed = false }: Asked = {},
): Promise<CopiesPlan> {
  const asked = { connectionId, key, file, ids: ids && [...ids], provenance, stayed }
  return (await walked(api.restore.planCopies(asked))).ready.plan
}

export function startCopies({ api, connectionId }: Pick<Api, 'api' | 'connectionId'>, plan: CopiesPlan): Promise<Job> {
  return api.restore.addCopies({ connectionId, key: plan.key, planId: plan.id })
}

/** Plans, runs, and gives the job at its end. */
export async function addCopies(sluice: Api, file: string, asked: Asked = {}): Promise<Job> {
  return sluice.finished(await startCopies(sluice, await planCopies(sluice, file, asked)))
}

interface Rebuilt {
  readonly target?: Bytes | null
  readonly merge?: boolean
  readonly stayed?: boolean
}

export async function planRebuild(
  { api, connectionId }: Pick<Api, 'api' | 'connectionId'>,
  file: string,
  { target = null, merge = true, stayed = false }: Rebuilt = {},
): Promise<RebuildPlan> {
  return (await walked(api.restore.planRebuild({ connectionId, file, target, merge, stayed }))).ready.plan
}

export function startRebuild(
  { api, connectionId }: Pick<Api, 'api' | 'connectionId'>,
  { id }: Pick<RebuildPlan, 'id'>,
): Promise<Job> {
  return api.restore.rebuild({ connectionId, planId: id })
}

/** Plans, runs, and gives the job at its end. */
export async function rebuild(sluice: Api, file: string, asked: Rebuilt = {}): Promise<Job> {
  return sluice.finished(await startRebuild(sluice, await planRebuild(sluice, file, asked)))
}

export async function planSwap(
  { api, connectionId }: Pick<Api, 'api' | 'connectionId'>,
  { recordId }: Pick<Job, 'recordId'>,
): Promise<SwapPlan> {
  return (await walked(api.restore.planSwap({ connectionId, recordId }))).ready.plan
}

export function startSwap(
  { api, connectionId }: Pick<Api, 'api' | 'connectionId'>,
  plan: SwapPlan,
  accepts?: string[],
): Promise<Job> {
  return api.restore.swap({ connectionId, key: plan.key, planId: plan.id, accepts })
}

/** Plans, runs, and gives the job at its end. */
export async function swap(sluice: Api, made: Pick<Job, 'recordId'>): Promise<Job> {
  return sluice.finished(await startSwap(sluice, await planSwap(sluice, made)))
}

export async function catchUp(sluice: Api, { recordId }: Pick<Job, 'recordId'>): Promise<Job> {
  const { api, connectionId } = sluice
  return sluice.finished(await api.restore.catchUp({ connectionId, recordId }))
}

/** Leaves the journal as Sluice would leave it if it were killed before it could write what came of a job, and starts anew. */
export function restartAsKilled(sluice: Sluice, { recordId }: Pick<Job, 'recordId'>): Promise<void> {
  const isLost = (line: string): boolean => line.includes(recordId) && /^\{"t":"(outcome|end)"/.test(line)
  return rewriteLines(sluice, (line) => (isLost(line) ? null : line))
}

/** Changes or removes (null) lines of the journal as of a process that there is none of any more, and starts anew. */
export function rewriteLines(sluice: Sluice, change: (line: string) => string | null): Promise<void> {
  return sluice.restart(() => {
    const folder = join(sluice.dataDir, 'journal')
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.jsonl'))) {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n')
      rmSync(join(folder, name))
      const left = name.replace(/^(journal-\d+)-.*-(\d+\.jsonl)$/, '$1-4194305-$2')
      writeFileSync(join(folder, left), lines.flatMap((line) => change(line) ?? []).join('\n'))
    }
  })
}
