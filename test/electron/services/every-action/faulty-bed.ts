import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { WRITE_COMMANDS } from '../../../../electron/redis/commands'
import type { EntryId } from '../../../../shared/entry-id'
import type { Job } from '../../../../shared/model/job'
import type { JournalRecord } from '../../../../shared/model/journal'
import type { BackendOptions } from '../../../../electron/api/backend-options'
import type { LostReplyLimits } from '../../../../electron/services/jobs/create-lost-reply'
import { startFaultProxy, type Fault, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { openAs } from '../recovery/limited-user'
import { GROUP, openSluice, pendingOf, type Held, type Sluice } from '../recovery/recovery-kit'
import { seedTestBed, type TestBed } from './test-bed'

/** One server, and a Sluice that reaches it through a proxy that can strike any of its commands. */
export interface FaultyWorld {
  readonly direct: Redis
  readonly proxy: FaultProxy
  readonly sluice: Sluice
  /** A seeded stream of a name that was not used before. */
  bed(): Promise<TestBed>
}

/** `rules`: of a user who may do everything but that; the default user when there are none. */
export function useFaultyWorld(...rules: readonly string[]): FaultyWorld {
  return useFaultyWorldOn(undefined, ...rules)
}

/** The same on a server whose name begins so; the machine's own when none is asked for. */
export function useFaultyWorldOn(version: string | undefined, ...rules: readonly string[]): FaultyWorld {
  return useWorld(version, rules, {})
}

/** The same for the default user, where a lost reply is waited for so long. */
export function useFaultyWorldWithin(version: string, lostReply: LostReplyLimits): FaultyWorld {
  return useWorld(version, [], { lostReply })
}

function useWorld(
  version: string | undefined,
  rules: readonly string[],
  options: Pick<BackendOptions, 'lostReply'>,
): FaultyWorld {
  let redis: TestRedis
  let direct: Redis
  let proxy: FaultProxy
  let sluice: Sluice
  let beds = 0
  beforeAll(async () => {
    redis = await startRedis(version === undefined ? {} : { version })
    direct = redis.client({ stringNumbers: true })
    proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const asAll = () => openSluice(redis.connection({ endpoint }), null, options)
    sluice = rules.length === 0 ? await asAll() : await openAs({ redis, direct, proxy }, ...rules)
  })
  afterAll(async () => {
    proxy.accept()
    proxy.resume()
    await sluice.stop()
    await proxy.stop()
    await redis.stop()
  })
  return {
    get direct() {
      return direct
    },
    get proxy() {
      return proxy
    },
    get sluice() {
      return sluice
    },
    async bed() {
      const bed = { sluice, direct, key: `stream ${(beds += 1)}` }
      await seedTestBed(bed)
      return bed
    },
  }
}

const writes: ReadonlySet<string> = new Set(WRITE_COMMANDS)

export interface Struck {
  /** The command's name, once it was struck. */
  readonly command: string | null
  /** Resolves once the first is struck. */
  readonly first: Promise<void>
  /** No more is struck. */
  end(): void
}

/**
 * Strikes the `nth` command that may change something, and `fromThenOn` those that follow as well. What is in a transaction
 * is left alone: its refusal would have to make EXEC discard the others.
 */
export function strikeWrite(proxy: FaultProxy, fault: Fault, nth = 1, fromThenOn = false): Struck {
  let command: string | null = null
  let seen = 0
  let isOver = false
  let isQueued = false
  let strike: () => void = () => undefined
  const first = new Promise<void>((resolve) => (strike = resolve))
  const isIt = ([name = '']: readonly string[]): boolean => {
    if (name === 'MULTI' || name === 'EXEC') isQueued = name === 'MULTI'
    if (isOver || isQueued || !writes.has(name)) return false
    seen += 1
    if (seen < nth || (seen > nth && !fromThenOn)) return false
    command ??= name
    strike()
    return true
  }
  void proxy.fault(isIt, fault, Number.MAX_SAFE_INTEGER)
  return {
    get command() {
      return command
    },
    first,
    end: () => void (isOver = true),
  }
}

export async function recordOf({ api }: Sluice, { recordId }: Pick<Job, 'recordId'>): Promise<JournalRecord> {
  const { records } = await api.journal.list({ count: 200 })
  const record = records.find(({ id }) => id === recordId)
  if (!record) throw new Error('the journal has no such record')
  return record
}

/** The pending list; empty where there is no such group. */
export const heldIn = ({ direct, key }: Pick<TestBed, 'direct' | 'key'>): Promise<Held[]> =>
  pendingOf(direct, key, GROUP).catch(() => [])

/** The values of the field `n` in a stream's entries: of each which of the seeded ones it is, or is a copy of. */
export async function originalsIn({ direct }: Pick<TestBed, 'direct'>, key: string): Promise<EntryId[]> {
  if ((await direct.type(key)) !== 'stream') return []
  return (await direct.xrange(key, '-', '+')).map(([, fields]) => fields[fields.indexOf('n') + 1] ?? '')
}

/** All keys of a bed: its own, and those that were made beside it. */
export async function keysOf({ direct, key }: Pick<TestBed, 'direct' | 'key'>): Promise<string[]> {
  return (await direct.keys(`${key}*`)).filter((name) => name === key || name.startsWith(`${key}:`)).sort()
}

/** Which of the seeded entries have a body anywhere. */
async function bodiesOf(bed: Pick<TestBed, 'direct' | 'key'>): Promise<ReadonlySet<EntryId>> {
  const streams = await Promise.all((await keysOf(bed)).map((key) => originalsIn(bed, key)))
  return new Set(streams.flat())
}

/** What a bed’s pending list, its copies and its streams have just now. */
export interface BedState {
  readonly held: readonly Held[]
  readonly pending: ReadonlySet<EntryId>
  /** Those that have a copy, which is to be processed from there. */
  readonly copied: ReadonlySet<EntryId>
  /** Those that have a body anywhere. */
  readonly bodies: ReadonlySet<EntryId>
}

export async function stateOf(bed: Pick<TestBed, 'direct' | 'key'>): Promise<BedState> {
  const held = await heldIn(bed)
  const [own, dead] = [await originalsIn(bed, bed.key), await originalsIn(bed, `${bed.key}:dead`)]
  const copied = new Set([...dead, ...own.filter((id, at) => own.indexOf(id) !== at)])
  return { held, pending: new Set(held.map(([id]) => id)), copied, bodies: await bodiesOf(bed) }
}

/** Those of the first that are in none of the others. */
export function missing(ids: Iterable<EntryId>, ...others: readonly ReadonlySet<EntryId>[]): readonly EntryId[] {
  return [...ids].filter((id) => !others.some((other) => other.has(id)))
}
