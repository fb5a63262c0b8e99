import { randomUUID } from 'node:crypto'
import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { isForGood } from '../../../shared/for-good'
import { matcher } from '../../../shared/glob'
import type { ServerInfo } from '../../../shared/model/connection'
import type { SweepCap, SweepPlan, SweepRequest, SweepRow } from '../../../shared/model/sweep'
import { abortable } from '../../redis/abortable'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { Source } from '../../redis/source'
import type { WaitingClients } from '../../redis/waiting-clients'
import type { Touches } from '../inspection/own-signs'
import { errorInfo } from '../lib/error-info'
import type { HeldRecovery, Recovery } from '../recovery/recovery'
import { readWaiting } from '../recovery/targets/signs-of-life'
import { groupsWithPending } from '../rules/groups-with-pending'
import type { MatchingStreams } from '../rules/matching-streams'
import { actionInGroup, selectionInGroup } from './selection-in-group'

export interface SweepSources {
  readonly matching: MatchingStreams
  readonly recovery: Pick<Recovery, 'hold'>
  stalledAfterMs(): number
  source(connectionId: string, key: Bytes): Source
  server(connectionId: string, key: Bytes): ServerInfo
  touched(connectionId: string, key: Bytes, group: Bytes): Touches
}

/** What a plan may come to; of more it says so. */
export interface SweepLimits {
  readonly groups: number
  /** Of all plans together, about so much memory. */
  readonly bytes: number
  /** Entries that are looked up one by one, each of which is sent whole, to tell whether they are gone. */
  readonly lookUps: number
}

export const SWEEP_LIMITS: SweepLimits = { groups: 5_000, bytes: 128 * 1024 * 1024, lookUps: 20_000 }
export const MOST_STREAMS = 10_000
/** So many are looked at side by side: a server answers one while what another told is read. */
const AT_ONCE = 8

export interface PreparedSweep {
  readonly plan: SweepPlan
  /** Of the rows in which something is to be done, in their order. */
  readonly parts: readonly HeldRecovery[]
  readonly bytes: number
}

interface Progress {
  readonly streams: number
  readonly groups: number
  readonly entries: number
}

interface GroupAt {
  readonly key: Bytes
  readonly group: Bytes
}

/** A group that was looked at. */
interface Looked {
  /** Null: there is nothing to do. */
  readonly row: SweepRow | null
  readonly part: HeldRecovery | null
  /** There were not enough look-ups left to tell all that is gone. */
  readonly isCut: boolean
}

const NOTHING: Looked = { row: null, part: null, isCut: false }

/**
 * Group by group what a sweep would do, by reading: a plan for each, as a person's. What one stream or group refuses is a row that
 * says so. Yields how far it is; the plan comes last. Throws UNREACHABLE, and whatever is no answer of Redis.
 */
export async function* planSweep(
  sources: SweepSources,
  request: SweepRequest,
  limits: SweepLimits,
  signal?: AbortSignal,
): AsyncGenerator<Progress, PreparedSweep> {
  const { connectionId } = request
  const matched = await sources.matching(connectionId, request.stream, { fresh: true, signal })
  const isGroup = matcher(request.group)
  const waiting = createWaiting()
  const lookUps = { left: limits.lookUps }
  const rows: SweepRow[] = []
  const parts: HeldRecovery[] = []
  let cappedBy: SweepCap | null = matched.isCapped ? 'streams' : null
  let isCut = false
  let [streams, groups, entries, bytes] = [0, 0, 0, 0]
  const take = (looked: Looked): void => {
    isCut ||= looked.isCut
    if (looked.row !== null) rows.push(looked.row)
    entries += looked.row?.entries ?? 0
    if (looked.part === null) return
    parts.push(looked.part)
    bytes += looked.part.bytes
  }
  const isFull = (): SweepCap | null => (groups >= limits.groups ? 'groups' : bytes >= limits.bytes ? 'memory' : null)

  for (let at = 0; at < matched.keys.length && isFull() === null; at += AT_ONCE) {
    signal?.throwIfAborted()
    const keys = matched.keys.slice(at, at + AT_ONCE)
    const found = await Promise.all(keys.map((key) => groupsIn(key)))
    const here: GroupAt[] = []
    for (const [n, each] of found.entries()) {
      const key = keys[n]
      if (key === undefined || each === null) continue
      streams += 1
      if ('error' in each) take({ row: failedRow({ key, group: null }, each), part: null, isCut: false })
      else here.push(...each.map((group) => ({ key, group })))
    }
    for (let from = 0; from < here.length && isFull() === null; from += AT_ONCE) {
      signal?.throwIfAborted()
      const some = here.slice(from, from + Math.min(AT_ONCE, limits.groups - groups))
      for (const looked of await Promise.all(some.map(lookAt))) take(looked)
      groups += some.length
      if (isFull() !== null && (from + some.length < here.length || at + keys.length < matched.keys.length)) {
        cappedBy = isFull()
      }
      yield { streams: matched.keys.length, groups, entries }
    }
  }
  if (cappedBy === null && isCut && request.action.kind === 'ackGone') cappedBy = 'look-ups'
  const forGood = rows.some((row) => row.forGood)
  const sums = sumsOf(rows)
  const told = { streams, groups, rows, sums, cappedBy, confirm: forGood ? request.stream : null }
  return { plan: { id: randomUUID(), ...request, ...told }, parts, bytes }

  /** Null: there is no such stream. */
  async function groupsIn(key: Bytes): Promise<readonly Bytes[] | FailedLook | null> {
    try {
      const { reader, key: name } = sources.source(connectionId, key)
      return await groupsWithPending({ reader: abortable(reader, signal), key: name }, isGroup)
    } catch (error) {
      return failedLook(error)
    }
  }

  async function lookAt({ key, group }: GroupAt): Promise<Looked> {
    try {
      const { reader, key: name } = sources.source(connectionId, key)
      const source = { reader: abortable(reader, signal), key: name, group: toBuffer(group) }
      const server = sources.server(connectionId, key)
      const clients = () => waiting(server, reader)
      const stalledAfterMs = sources.stalledAfterMs()
      const how = { stalledAfterMs, touches: sources.touched(connectionId, key, group), waiting: clients }
      const taken = await selectionInGroup(source, request, how, lookUps)
      if (taken === null) return NOTHING
      const { selection, isCut } = taken
      if (selection.kind === 'ids' && selection.ids.length === 0) return { ...NOTHING, isCut }
      const asked = { connectionId, key, group, selection, action: actionInGroup(request.action) }
      const part = await sources.recovery.hold(asked, clients, signal)
      const { entries: chosen, changes, drops, gone, warnings, undo } = part.plan
      if (changes + drops === 0) return { ...NOTHING, isCut }
      const told = { changes, drops, gone, warnings, undoable: undo.possible, forGood: isForGood(part.plan), isCut }
      return { row: { key, group, entries: chosen, ...told, error: null }, part, isCut }
    } catch (error) {
      // Gone between two looks: there is nothing to do.
      if (isAppError(error, 'NOT_FOUND')) return NOTHING
      return { row: failedRow({ key, group }, failedLook(error)), part: null, isCut: false }
    }
  }
}

interface FailedLook {
  readonly error: NonNullable<SweepRow['error']>
}

/** Throws what is wrong with all of them. */
function failedLook(error: unknown): FailedLook {
  if (!isAppError(error) || isAppError(error, 'UNREACHABLE')) throw error
  return { error: errorInfo(error) }
}

function failedRow({ key, group }: Pick<SweepRow, 'key' | 'group'>, { error }: FailedLook): SweepRow {
  const nothing = { entries: 0, changes: 0, drops: 0, gone: 0, undoable: true, forGood: false, isCut: false }
  return { key, group, ...nothing, warnings: [], error }
}

function sumsOf(rows: readonly SweepRow[]): SweepPlan['sums'] {
  const sum = { groups: 0, failed: 0, entries: 0, changes: 0, drops: 0 }
  let gone: number | null = 0
  for (const row of rows) {
    if (row.error === null) sum.groups += 1
    else sum.failed += 1
    sum.entries += row.entries
    sum.changes += row.changes
    sum.drops += row.drops
    gone = gone === null || row.gone === null ? null : gone + row.gone
  }
  return { ...sum, gone }
}

/** Who waits in XREADGROUP, asked once of each server: the list has a line for every client. */
function createWaiting() {
  const known = new Map<ServerInfo, Promise<WaitingClients | null>>()
  return (server: ServerInfo, reader: Reader): Promise<WaitingClients | null> => {
    const asked = known.get(server) ?? readWaiting(reader, server)
    known.set(server, asked)
    return asked
  }
}
