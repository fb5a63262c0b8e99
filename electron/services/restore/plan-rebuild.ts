import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import { MIN_ID, type EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { RebuildPlan, RebuildWarning } from '../../../shared/model/restore'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { memoryUsage } from '../../redis/memory'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { idempotenceOf } from '../../redis/xcfgset'
import { entryBytes } from '../../redis/xrange'
import type { BackupFile } from '../backup/read-backup'
import { inOneSlot, siblingKey } from '../inspection/sibling-key'
import type { RestoreSource } from './context'
import { pendingIds, readGroups, type GroupState } from './group-state'
import { liveEntries, noEntries } from './live-entries'
import { isLeftOut, mergeById } from './merge'
import { savedEntries } from './parts'
import { addLine, TOLD_EVERY } from './plan-copies'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface RebuildRequest extends Pick<RebuildPlan, 'connectionId' | 'key' | 'merge' | 'stayed'> {
  readonly target: Bytes | null
}

/** What an entry takes beyond its names and values, about. */
const ENTRY_BYTES = 32

/**
 * Reads a backup, its stream and the stream's groups to their ends, and says what a new key made of them would hold.
 * Changes nothing. Throws BAD_INPUT for a backup whose entries are out of order, and where its name belongs to no stream.
 */
export async function* planRebuild(
  source: RestoreSource,
  file: BackupFile,
  { connectionId, key, target: asked, merge, stayed = false }: RebuildRequest,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, RebuildPlan> {
  const { server } = source
  const stream = await streamOrNone(source)
  const groups = stream === null ? [] : await readGroups(source)
  const target = asked ?? siblingKey(key, ':restored', server)
  const counts = { entries: 0, inBackup: 0, inStream: 0, inBoth: 0, differing: 0, leftOut: 0, damaged: 0 }
  let bytes = 0
  let firstId: EntryId | null = null
  let lastId: EntryId | null = null
  let hasZero = false
  let first: string | null = null
  const gone = new Set<EntryId>()
  const saved = readCounted(file, () => (counts.damaged += 1))
  const live = stream === null || !merge ? noEntries() : liveEntries(source, stream.lastGeneratedId)
  let walked = 0
  for await (const merged of mergeById(saved, live, pendingIds(groups ?? []))) {
    const { id, body, inStream, differs } = merged
    const inBackup = merged.saved !== null
    const leftOut = isLeftOut(merged, stayed)
    if (leftOut) counts.leftOut += 1
    if (body === null || leftOut) {
      gone.add(id)
      continue
    }
    walked += 1
    counts.entries += 1
    if (inBackup) counts.inBackup += 1
    if (inStream) counts.inStream += 1
    if (inBackup && inStream) counts.inBoth += 1
    if (differs) counts.differing += 1
    if (id === MIN_ID) hasZero = true
    bytes += entryBytes(body) + ENTRY_BYTES
    firstId ??= id
    lastId = id
    first ??= addLine(target, id, body, source.mask)
    if (walked % TOLD_EVERY === 0) {
      const ofBackup = Math.round(file.bytes / Math.max(1, bytes / walked))
      yield { walked, total: Math.max(walked, ofBackup + (merge ? (stream?.length ?? 0) : 0)) }
    }
  }
  const idempotence = stream === null ? null : await idempotenceOf(source.reader, source.key)
  const copied = (groups ?? []).map((group) => copiedGroup(group, gone))
  const blocked =
    (hasZero ? message('restore.id-zero') : null) ??
    (groups === null ? message('restore.too-much-pending') : null) ??
    (counts.entries === 0 ? message('restore.nothing') : null) ??
    missing(server, copied) ??
    (await whyNotThere(source, key, target, file))
  return {
    ...{
      id: randomUUID(),
      connectionId,
      file: file.name,
      key,
      target,
      merge,
      stayed,
      ...counts,
      firstId,
      lastId,
      blocked,
    },
    memoryBytes: merge && stream !== null ? await estimate(source, stream, counts, bytes) : bytes,
    groups: copied,
    idempotence,
    warnings: warningsOf({
      ...counts,
      isRedrive: file.kind === 'redrive',
      merge,
      stream,
      groups: copied,
      idempotence,
      server,
    }),
    undo: { possible: true, note: message('undo.rebuild') },
    commands: first === null || blocked !== null ? [] : commandLines(first, target, stream, copied),
  }
}

/** Throws BAD_INPUT where the name is another type's by now. */
export async function streamOrNone({ reader, key }: RestoreSource): Promise<StreamInfo | null> {
  try {
    return await streamInfo(reader, key)
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return null
    if (!isAppError(error, 'REDIS') || error.data.prefix !== 'WRONGTYPE') throw error
    const problem = message('restore.no-stream', { name: fromBuffer(key) })
    throw new AppError('BAD_INPUT', { field: 'file', problem, remedy: message('restore.as-new-elsewhere') })
  }
}

async function* readCounted(file: BackupFile, damaged: () => void) {
  for await (const entry of savedEntries(file)) {
    if (entry === null) damaged()
    else yield entry
  }
}

function copiedGroup({ info, consumers, rows }: GroupState, gone: ReadonlySet<EntryId>): RebuildPlan['groups'][number] {
  return {
    name: fromBuffer(info.name),
    lastDeliveredId: info.lastDeliveredId,
    consumers: consumers.length,
    pending: rows.length,
    gone: rows.filter(({ id }) => gone.has(id)).length,
  }
}

/** What the server, or the user's ACL, lacks for it. */
function missing({ capabilities }: ServerInfo, groups: RebuildPlan['groups']): Message | null {
  const needs = ['xadd', 'xsetid', 'renamenx'] as const
  const forGroups = groups.length > 0 ? (['xgroup'] as const) : []
  const forPending = groups.some(({ pending }) => pending > 0) ? (['xclaim'] as const) : []
  const lacking = [...needs, ...forGroups, ...forPending].map((name) => capabilities[name])
  return lacking.find(({ available }) => !available)?.reason ?? null
}

/** Why the new key can't have this name; null when it can. What is imported may have that of a stream that is not there. */
export async function whyNotThere(
  { reader, server }: RestoreSource,
  key: Bytes,
  target: Bytes,
  { kind }: Pick<BackupFile, 'kind'>,
): Promise<Message | null> {
  if (kind !== 'import' && toBuffer(target).equals(toBuffer(key))) return message('restore.own-name')
  if (!inOneSlot(key, target, server)) return message('restore.other-slot', { name: target })
  const type = await keyType(reader, toBuffer(target))
  return type === 'none' ? null : message('restore.taken', { name: target, type })
}

async function estimate(
  { reader, key, server }: RestoreSource,
  { length }: StreamInfo,
  { entries }: { readonly entries: number },
  bytes: number,
): Promise<number> {
  if (length === 0 || !server.capabilities.memoryUsage.available) return bytes
  const used = await memoryUsage(reader, key)
  return used === null ? bytes : Math.round((used / length) * entries)
}

function warningsOf(about: {
  readonly differing: number
  readonly leftOut: number
  readonly damaged: number
  readonly isRedrive: boolean
  readonly merge: boolean
  readonly stream: StreamInfo | null
  readonly groups: RebuildPlan['groups']
  readonly idempotence: RebuildPlan['idempotence']
  readonly server: ServerInfo
}): RebuildWarning[] {
  const { differing, leftOut, damaged, isRedrive, merge, stream, groups, idempotence, server } = about
  const { xdel, createConsumer, xcfgset } = server.capabilities
  const dangling = groups.some(({ gone }) => gone > 0)
  const all: readonly (readonly [RebuildWarning, boolean])[] = [
    ['differing', differing > 0],
    ['left-out', leftOut > 0],
    ['damaged', damaged > 0],
    ['no-stream', stream === null],
    ['redriven', isRedrive],
    ['backup-only', stream !== null && !merge],
    ['others-meanwhile', groups.length > 0],
    ['stand-ins', dangling && xdel.available],
    ['gone-left-out', dangling && !xdel.available],
    ['no-counters', stream !== null && stream.entriesAdded === null],
    ['ids-forgotten', idempotence?.isUsed === true],
    ['no-idmp-settings', idempotence?.isUsed === true && !xcfgset.available],
    ['no-idle-consumers', groups.some(({ consumers }) => consumers > 0) && !createConsumer.available],
  ]
  return all.flatMap(([warning, isSo]) => (isSo ? [warning] : []))
}

/** One of each kind. */
function commandLines(
  first: string,
  target: Bytes,
  stream: StreamInfo | null,
  groups: RebuildPlan['groups'],
): string[] {
  const name = cliArgument(target)
  const [group] = groups
  const holds = groups.find(({ pending }) => pending > 0)
  return [
    first,
    ...(group ? [`XGROUP CREATE ${name} ${cliArgument(group.name)} ${group.lastDeliveredId}`] : []),
    ...(holds
      ? [`XCLAIM ${name} ${cliArgument(holds.name)} <consumer> 0 <ids> TIME <ms> RETRYCOUNT <n> FORCE JUSTID`]
      : []),
    ...(stream ? [`XSETID ${name} ${stream.lastGeneratedId}`] : []),
  ]
}
