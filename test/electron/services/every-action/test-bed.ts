import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { JournalAction } from '../../../../shared/model/kinds'
import { GROUP, idsFrom, pendingOf, type Held, type Sluice } from '../recovery/recovery-kit'

/** A stream of its own on one server: see `seedTestBed`. */
export interface TestBed {
  readonly sluice: Sluice
  readonly direct: Redis
  readonly key: string
}

/** That an action is planned by reading only, does what it says, and is taken back where it can be. */
export interface Proof {
  /** As the table names it. */
  readonly action: string
  readonly kind: JournalAction
  /** Servers that have it; all when left out. */
  readonly on?: (server: string) => boolean
  readonly prepare?: (bed: TestBed) => Promise<unknown>
  /** Gives what runs it: the job at its end, or null where it is one command that is no job. Rejects as the host does. */
  plan(bed: TestBed): Promise<() => Promise<Job | null>>
  /** What the server holds then. */
  after(bed: TestBed): Promise<void>
  /** What it holds after the undo, beside the pending list as it was; null: there is no undo. */
  readonly undone: ((bed: TestBed, before: readonly Held[]) => Promise<void>) | null
}

export const ALICE = idsFrom(1, 6)
export const HOUR = 3_600_000
/** As `redis-8.6.3` or `valkey-9.1.2` has it: the new stream commands are Redis's only. */
export const since =
  (major: number, minor: number) =>
  (server: string): boolean => {
    const [, a = '0', b = '0'] = /^redis-(\d+)\.(\d+)/.exec(server) ?? []
    return Number(a) > major || (Number(a) === major && Number(b) >= minor)
  }

/** Seven entries: alice holds six for an hour (2-0 delivered four times), bob one; `idler` nothing. `audit` read all. */
export async function seedTestBed({ direct, key }: TestBed): Promise<void> {
  const pipeline = direct.pipeline()
  for (const id of [...ALICE, '9-0']) pipeline.xadd(key, id, 'n', id)
  pipeline.xgroup('CREATE', key, GROUP, '0')
  pipeline.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'STREAMS', key, '>')
  pipeline.call('XCLAIM', key, GROUP, 'alice', 0, ...ALICE, 'IDLE', HOUR, 'RETRYCOUNT', 1, 'JUSTID')
  pipeline.call('XCLAIM', key, GROUP, 'alice', 0, '2-0', 'IDLE', HOUR, 'RETRYCOUNT', 4, 'JUSTID')
  pipeline.call('XGROUP', 'CREATECONSUMER', key, GROUP, 'idler')
  pipeline.xgroup('CREATE', key, 'audit', '0')
  pipeline.call('XREADGROUP', 'GROUP', 'audit', 'eve', 'STREAMS', key, '>')
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

export const pending = ({ direct, key }: TestBed, group = GROUP): Promise<Held[]> => pendingOf(direct, key, group)
export const idsIn = async ({ direct }: TestBed, key: string): Promise<EntryId[]> =>
  (await direct.xrange(key, '-', '+')).map(([id]) => id)
export const consumers = async ({ direct, key }: TestBed): Promise<unknown[]> =>
  ((await direct.xinfo('CONSUMERS', key, GROUP)) as unknown[][]).map(([, name]) => name)

/** Who holds alice's entries now. */
export async function holdersOf(bed: TestBed): Promise<readonly unknown[]> {
  return (await pending(bed)).filter(([id]) => ALICE.includes(id)).map(([, consumer]) => consumer)
}
export const allOf = (consumer: string): readonly string[] => ALICE.map(() => consumer)

export const backAsBefore = async (bed: TestBed, before: readonly Held[]): Promise<void> => {
  expect(await pending(bed)).toEqual(before)
}
