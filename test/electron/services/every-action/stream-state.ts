import type { Redis } from 'ioredis'
import type { EntryId } from '../../../../shared/entry-id'

type Fields = readonly string[]
/** Id, holder, time of the last delivery in ms since 1970, deliveries. */
type PendingRow = readonly [id: EntryId, consumer: string, time: string, count: string]

interface GroupState {
  readonly name: string
  readonly lastDeliveredId: EntryId
  /** Null: the server has not counted, or does not know. */
  readonly entriesRead: string | null
  readonly consumers: readonly string[]
  readonly pending: readonly PendingRow[]
}

/** A stream as its clients see it, whole; sizes and clocks of the server aside. */
export interface StreamState {
  readonly entries: readonly (readonly [EntryId, Fields])[]
  readonly groups: readonly GroupState[]
}

const named = (flat: readonly unknown[]): ReadonlyMap<string, unknown> =>
  new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]] as const] : [])))

export async function stateOf(direct: Redis, key: string): Promise<StreamState> {
  const info = named((await direct.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0)) as unknown[])
  const groups = (info.get('groups') as unknown[][]).map((flat): GroupState => {
    const group = named(flat)
    const read = (group.get('entries-read') ?? null) as string | null
    const consumers = (group.get('consumers') as unknown[][]).map((each) => String(named(each).get('name')))
    return {
      name: String(group.get('name')),
      lastDeliveredId: String(group.get('last-delivered-id')),
      entriesRead: read,
      consumers: consumers.sort(),
      pending: (group.get('pending') as unknown[][]).map(([id, holder, time, count]) => [
        String(id),
        String(holder),
        String(time),
        String(count),
      ]),
    }
  })
  return { entries: (info.get('entries') as [EntryId, string[]][]) ?? [], groups }
}

/** Puts it in the place of what is there: the same at every id, and to the millisecond, but for what was changed in `state`. */
export async function replaceBy(direct: Redis, key: string, { entries, groups }: StreamState): Promise<void> {
  await direct.del(key)
  for (const [id, fields] of entries) await direct.xadd(key, id, ...fields)
  for (const group of groups) await makeGroup(direct, key, group)
}

async function makeGroup(
  direct: Redis,
  key: string,
  { name, lastDeliveredId, entriesRead, consumers, pending }: GroupState,
): Promise<void> {
  const read = entriesRead === null ? [] : ['ENTRIESREAD', entriesRead]
  await direct.call('XGROUP', 'CREATE', key, name, lastDeliveredId, 'MKSTREAM', ...read)
  for (const consumer of consumers) await direct.call('XGROUP', 'CREATECONSUMER', key, name, consumer)
  for (const [id, holder, time, count] of pending) {
    await direct.call('XCLAIM', key, name, holder, 0, id, 'TIME', time, 'RETRYCOUNT', count, 'FORCE', 'JUSTID')
  }
}

export const withBodies = (state: StreamState, ...fields: string[]): StreamState => ({
  ...state,
  entries: state.entries.map(([id]) => [id, fields]),
})

/** The same entries under ids that none of them has had, all of them later. */
export function withLaterIds({ entries, groups }: StreamState): StreamState {
  const later = (id: EntryId): EntryId => {
    const [ms = '0', seq = '0'] = id.split('-')
    return id === '0-0' ? id : `${BigInt(ms) + 1_000n}-${seq}`
  }
  return {
    entries: entries.map(([id, fields]) => [later(id), fields]),
    groups: groups.map((group) => ({
      ...group,
      lastDeliveredId: later(group.lastDeliveredId),
      pending: group.pending.map(([id, ...rest]) => [later(id), ...rest]),
    })),
  }
}
