import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { RedriveOptions, RedrivePlan, RedriveSelection } from '../../../../shared/model/redrive'
import { copiesIn, DEAD, type Copy } from '../recovery/copy-kit'
import { KEY, walked, type Name, type Sluice } from '../recovery/recovery-kit'

export { copiesIn, DEAD }
export const ALL: RedriveSelection = { kind: 'all' }
/** The fields that a dead-lettering puts behind an entry's own. */
export const provenance = (id: EntryId, stream: Name = KEY): readonly Name[] => [
  ...['sluice:stream', stream, 'sluice:group', 'billing', 'sluice:id', id, 'sluice:consumer', 'alice'],
  ...['sluice:deliveries', '5', 'sluice:reason', 'poison', 'sluice:at', '1700000000000'],
]

/** What a copy ends in after this many redrives, but for the time. */
export const redriven = (id: EntryId, times = 1, dead: Bytes = DEAD): readonly (readonly [Bytes, Bytes])[] => [
  ['sluice:redrives', String(times)],
  ['sluice:dead-stream', dead],
  ['sluice:dead-id', id],
]

export interface DeadLetter {
  readonly id: EntryId
  readonly from?: Name
  /** Its own fields; `n` and its id unless told otherwise. */
  readonly own?: readonly Name[]
}

/** Entries as a dead-lettering leaves them. */
export async function bury(direct: Redis, letters: readonly DeadLetter[], dead: Name = DEAD): Promise<void> {
  const pipeline = direct.pipeline()
  for (const { id, from = KEY, own = ['n', id] } of letters) {
    pipeline.call('XADD', [dead, id, ...own, ...provenance(id, from)])
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

export interface Asked extends Partial<RedriveOptions> {
  readonly key?: Bytes
  readonly selection?: RedriveSelection
}

export async function plan({ api, connectionId }: Sluice, asked: Asked = {}): Promise<RedrivePlan> {
  const { key = DEAD, selection = ALL, ...options } = asked
  return (await walked(api.redrive.planAll({ connectionId, key, selection, options }))).ready.plan
}

export const start = (
  { api, connectionId }: Sluice,
  { id, key }: Pick<RedrivePlan, 'id' | 'key'>,
  perSecond: number | null = null,
): Promise<Job> => api.redrive.run({ connectionId, key, planId: id, perSecond })

export const run = async (sluice: Sluice, made: RedrivePlan): Promise<Job> => sluice.finished(await start(sluice, made))

/** Plans, runs, and gives the job at its end. */
export const redrive = async (sluice: Sluice, asked: Asked = {}): Promise<Job> => run(sluice, await plan(sluice, asked))

export async function idsOf(direct: Redis, key: Name): Promise<EntryId[]> {
  return (await direct.xrange(key, '-', '+')).map(([id]) => id)
}

/** Which dead letters a stream has copies of, in its order. */
export async function redrivenIn(direct: Redis, key: Name = KEY): Promise<(Bytes | undefined)[]> {
  return (await copiesIn(direct, key)).map(deadIdOf).filter((id) => id !== undefined)
}

export function deadIdOf({ fields }: Copy): Bytes | undefined {
  return fields.findLast(([name]) => name === 'sluice:dead-id')?.[1]
}

/** Each dead letter is in one place: where it was, or once where it came from. */
export async function expectNothingLost(direct: Redis, ids: readonly EntryId[], origin: Name = KEY): Promise<void> {
  const found = [...(await idsOf(direct, DEAD)), ...(await redrivenIn(direct, origin))]
  expect([...found].sort()).toEqual([...ids].sort())
}

export async function recordOf({ api }: Sluice, { recordId }: Pick<Job, 'recordId'>) {
  const { records } = await api.journal.list({ count: 50 })
  const record = records.find(({ id }) => id === recordId)
  if (!record) throw new Error('the journal has no such record')
  return record
}

/** A connection that was lost is back. */
export async function whenBack({ api, connectionId }: Sluice): Promise<void> {
  for await (const { state } of await api.connection.watch({ connectionId })) if (state === 'open') return
}

export const named64 = (name: Buffer): Bytes => ({ base64: name.toString('base64') })
