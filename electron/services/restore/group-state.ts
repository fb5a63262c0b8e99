import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import { consumerInfos, groupInfos, type GroupInfo } from '../../redis/xinfo'
import type { Source } from '../../redis/source'
import { observeRange, type ObservedRow } from '../inspection/observe-pending'

/** The most pending entries of all groups together that are held in memory to be copied. */
export const MOST_PENDING = 500_000

/** A group as it stands, with all that is pending in it. */
export interface GroupState {
  readonly info: GroupInfo
  readonly consumers: readonly Buffer[]
  /** In the order of ids. */
  readonly rows: readonly ObservedRow[]
}

/** The groups of a stream; null where more is pending than can be held. NOT_FOUND stream. */
export async function readGroups(source: Source): Promise<readonly GroupState[] | null> {
  const { reader, key } = source
  const infos = await groupInfos(reader, key)
  if (infos.reduce((sum, { pending }) => sum + pending, 0) > MOST_PENDING) return null
  const states: GroupState[] = []
  for (const info of infos) {
    const rows = await readRows(source, info.name)
    const consumers = (await consumerInfos(reader, key, info.name)).map(({ name }) => name)
    states.push({ info, consumers, rows })
  }
  return states
}

async function readRows({ reader, key }: Source, group: Buffer): Promise<readonly ObservedRow[]> {
  const found: ObservedRow[] = []
  for (let from: string | null = '-'; from !== null;) {
    const { rows }: { rows: readonly ObservedRow[] } = await observeRange(reader, key, group, {
      ...{ from, to: '+', count: 1000 },
    })
    for (const row of rows) found.push(row)
    const last = rows.at(-1)
    from = last === undefined || rows.length < 1000 ? null : nextId(last.id)
  }
  return found
}

/** The ids that are pending in any of them, in order, each once. */
export function pendingIds(groups: readonly GroupState[]): readonly EntryId[] {
  return [...new Set(groups.flatMap(({ rows }) => rows.map(({ id }) => id)))].sort(compareIds)
}
