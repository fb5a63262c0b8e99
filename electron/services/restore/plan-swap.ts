import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { SwapPlan } from '../../../shared/model/restore'
import type { ServerInfo } from '../../../shared/model/connection'
import { fromBuffer, nameKey, toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { keyType } from '../../redis/key-type'
import { timeToLiveMs } from '../../redis/server'
import { groupInfos, streamInfo, type GroupInfo, type StreamInfo } from '../../redis/xinfo'
import { idempotenceOf } from '../../redis/xcfgset'
import { pendingSummary } from '../../redis/xpending'
import { takeSnapshot, type Snapshot } from '../inspection/stream-snapshot'
import { siblingKey } from '../inspection/sibling-key'
import type { RestoreSource } from './context'
import { liveEntries } from './live-entries'
import { TOLD_EVERY } from './plan-copies'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** A plan, and both streams as it found them. */
export interface PreparedSwap {
  readonly plan: SwapPlan
  /** Of the job that made the new key. */
  readonly recordId: string
  readonly snapshot: Snapshot
  /** Of the new key. */
  readonly targetLastId: EntryId
}

/** The new key as a record has it. */
export interface RebuiltKey {
  readonly recordId: string
  readonly target: Bytes
  /** Why it is not certain that it, or its stream, is still what it was. */
  readonly doubts: readonly Message[]
}

/** What catching up takes. */
export const CATCH_UP_NEEDS = ['xadd', 'xsetid', 'xgroup', 'xclaim', 'xack'] as const

/** So many names are tried for the stream that goes aside. */
const MOST_NAMES = 100

/**
 * Compares a stream with the new key that was made for it, entry by entry and group by group. Changes nothing. `source`: the
 * stream's. Throws NOT_FOUND stream where either is gone.
 */
export async function* planSwap(
  source: RestoreSource,
  connectionId: string,
  { recordId, target, doubts }: RebuiltKey,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, PreparedSwap> {
  const { reader, key, server } = source
  const into = toBuffer(target)
  const snapshot = await takeSnapshot(reader, key)
  const now = snapshot.stream
  const made = await streamInfo(reader, into)
  const lacks = yield* compareEntries(source, into, now, made)
  const groups = await compareGroups(reader, key, into)
  const name = fromBuffer(key)
  const aside = await freeName(source, name)
  const ttlMs = await timeToLiveMs(reader, key)
  const { renamenx, eval: scripts, multi } = server.capabilities
  const cannot = renamenx.available ? (scripts.available ? null : multi.reason) : renamenx.reason
  const behind = lacks.missing === 0 && (lacks.newer > 0 || groups.some(({ same, now: is }) => is !== null && !same))
  const blocked = cannot ?? whyNot(lacks, behind ? whyNoCatchUp(server) : null)
  const both = { before: now.length, after: made.length }
  const plan: SwapPlan = {
    ...{ id: randomUUID(), connectionId, key: name, target, aside, ...both, ...lacks, groups, ttlMs, blocked },
    idempotence: await idempotenceOf(reader, key),
    behind,
    atomic: scripts.available,
    commands: commandLines(name, target, aside, ttlMs),
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
  }
  return { plan, recordId, snapshot, targetLastId: made.lastGeneratedId }
}

interface Lacks {
  readonly newer: number
  readonly missing: number
}

async function* compareEntries(
  source: RestoreSource,
  into: Buffer,
  now: StreamInfo,
  made: StreamInfo,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, Lacks> {
  const lacks = { newer: 0, missing: 0 }
  const copies = liveEntries({ ...source, key: into }, made.lastGeneratedId)
  let copy = await copies.next()
  let walked = 0
  try {
    for await (const { id } of liveEntries(source, now.lastGeneratedId)) {
      while (!copy.done && compareIds(copy.value.id, id) < 0) copy = await copies.next()
      if (copy.done || copy.value.id !== id) {
        if (compareIds(id, made.lastGeneratedId) > 0) lacks.newer += 1
        else lacks.missing += 1
      }
      walked += 1
      if (walked % TOLD_EVERY === 0) yield { walked, total: Math.max(walked, now.length) }
    }
  } finally {
    await copies.return()
  }
  return lacks
}

async function compareGroups(reader: Reader, key: Buffer, into: Buffer): Promise<SwapPlan['groups']> {
  const [live, made] = [await groupInfos(reader, key), await groupInfos(reader, into)]
  const names = new Map([...live, ...made].map(({ name }) => [nameKey(name), name]))
  const groups: SwapPlan['groups'] = []
  for (const name of names.values()) {
    const now = live.find((info) => info.name.equals(name)) ?? null
    const then = made.find((info) => info.name.equals(name)) ?? null
    const same = now !== null && then !== null && (await isSame(reader, key, into, now, then))
    groups.push({ name: fromBuffer(name), now: standing(now), then: standing(then), same })
  }
  return groups
}

/** As far as positions and what each consumer holds tell. */
async function isSame(reader: Reader, key: Buffer, into: Buffer, now: GroupInfo, then: GroupInfo): Promise<boolean> {
  if (now.lastDeliveredId !== then.lastDeliveredId || now.pending !== then.pending) return false
  const holdings = async (stream: Buffer): Promise<string> => {
    const { smallestId, greatestId, consumers } = await pendingSummary(reader, stream, now.name)
    const held = consumers.map(({ name, pending }) => `${nameKey(name)} ${pending}`).sort()
    return [smallestId, greatestId, ...held].join('\n')
  }
  return (await holdings(key)) === (await holdings(into))
}

function standing(info: GroupInfo | null): SwapPlan['groups'][number]['now'] {
  if (info === null) return null
  const { lastDeliveredId, pending, consumers } = info
  return { lastDeliveredId, pending, consumers }
}

/** `noCatchUp`: why what is behind can't be brought up to date. */
function whyNot({ missing }: Lacks, noCatchUp: Message | null): Message | null {
  return missing > 0 ? message('restore.lacks', { entries: missing }) : noCatchUp
}

function whyNoCatchUp({ capabilities }: ServerInfo): Message | null {
  const lacking = CATCH_UP_NEEDS.map((name) => capabilities[name]).find(({ available }) => !available)
  return lacking?.reason ?? null
}

/** `<key>:before-restore`, or with a number after it. */
async function freeName({ reader, server }: RestoreSource, key: Bytes): Promise<Bytes> {
  for (let number = 1; ; number += 1) {
    const name = siblingKey(key, `:before-restore${number === 1 ? '' : `-${number}`}`, server)
    if (number === MOST_NAMES || (await keyType(reader, toBuffer(name))) === 'none') return name
  }
}

function commandLines(key: Bytes, target: Bytes, aside: Bytes, ttlMs: number | null): string[] {
  const [name, from, to] = [key, target, aside].map(cliArgument)
  return [`RENAMENX ${name} ${to}`, `RENAMENX ${from} ${name}`, ...(ttlMs === null ? [] : [`PEXPIRE ${name} ${ttlMs}`])]
}
