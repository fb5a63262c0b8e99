import { AppError, isAppError } from '../../../shared/error'
import { compareIds, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { cutReply, isUnavailable } from '../../redis/errors'
import { asMissing } from '../../redis/missing'
import type { Argument, Reader } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'
import { LARGE_ONE_BYTES, STEP, STREAM_LOOK_LUA, STREAM_LOOK_SHA } from '../../redis/scripts/stream-look-lua'
import {
  countArguments,
  lookArguments,
  parseCounted,
  parsePeek,
  parseStreamLook,
  peekArguments,
  type Counted,
  type LookPart,
  type PeekedPage,
  type StreamLook,
  type TimedLook,
} from '../../redis/stream-look'
import { serverTimeMs } from '../../redis/clock'
import { entriesOf, entryBytes, parseEntries } from '../../redis/xrange'
import { wireBytes } from '../../redis/wire-bytes'
import { parsePendingRows, type PendingRow } from '../../redis/xpending'
import { heldSinceMoved, type MovedOf } from './held-since-moved'
import { lookByCommands } from './look-by-commands'
import { lookMemory, noteRefusal } from './look-memory'
import type { LookRequest, PeekRequest, SendLines, Spend } from './look-request'
import { withNeglected, type NeglectedOf } from './neglected'
import { understood } from './understood'
import { peekByCommands } from './peek-by-commands'

/** The eyes on one server: its streams' figures without their entries. */
export interface Looker {
  /**
   * A look per stream, in the order asked for; the error of one that is gone, denied or no stream never fails the others.
   * Throws UNREACHABLE only. `movedOf`: what counts from another moment than its last delivery. `neglectedOf`: what a peek found that
   * was not delivered for long, and is looked at again.
   */
  look(
    requests: readonly LookRequest[],
    stalledAfterMs: number,
    movedOf?: MovedOf,
    neglectedOf?: NeglectedOf,
  ): Promise<readonly (TimedLook | AppError)[]>
  /**
   * What up to 1 000 of a group's pending entries look like (by commands 200), the oldest ones or those after an id; null: there are
   * none. Throws NOT_FOUND, REDIS, UNREACHABLE.
   */
  peek(request: PeekRequest): Promise<PeekedPage | null>
  /** The first entries that a consumer holds, by id, and the server's time of that, ms since 1970; null: nothing tells it. Throws NOT_FOUND, REDIS, UNREACHABLE. */
  heldBy(
    key: Buffer,
    group: Buffer,
    consumer: Buffer,
    count: number,
  ): Promise<{ readonly atMs: number; readonly rows: readonly PendingRow[] } | null>
  /** Of some entries, those that are pending in a group. Throws as that. */
  pendingAmong(key: Buffer, group: Buffer, ids: readonly EntryId[]): Promise<readonly PendingRow[]>
  /**
   * A page of the entries after one id, up to another, counted where they are, up to the first large one. Null: this server has no such script, or it may not. Throws
   * REDIS, UNREACHABLE.
   */
  countPage(key: Buffer, after: EntryId, upTo: EntryId, count: number): Promise<Counted | null>
  /** The same by XRANGE, which brings the entries, and how many bytes these had. Null: the ACL refuses it. Throws as that. */
  readPage(
    key: Buffer,
    after: EntryId,
    upTo: EntryId,
    count: number,
  ): Promise<(Counted & { readonly bytes: number }) | null>
}

/** Streams of one round trip at most. */
const SLICE = 64
/** What is set back by less changes no judgement. */
const SET_BACK_MS = 10_000
const NO_SCRIPT = /^NOSCRIPT/
const NO_SCRIPTS = /^NOPERM.*'eval(sha)?_ro'/i

/**
 * By the one script that a reader may send (EVALSHA_RO, 7.0+): one command and some hundred bytes per stream. Where the
 * server has none, or the ACL refuses it, by commands. What the ACL refuses is asked for once per connection (see
 * `look-memory.ts`); `without`: not at all.
 */
export function createLooker(
  reader: Reader,
  spend: Spend = () => undefined,
  without: readonly LookPart[] = [],
): Looker {
  const send: SendLines = async (lines) => {
    const replies = lines.length === 0 ? [] : await reader.pipeline(lines)
    for (const reply of replies) if (isAppError(reply, 'UNREACHABLE')) throw reply
    spend(lines.length, wireBytes(lines, replies))
    return replies
  }

  /** Null: this server, or its ACL, has no scripts that read. */
  async function runScript(args: readonly (readonly Argument[])[]): Promise<readonly (Reply | AppError)[] | null> {
    const memory = lookMemory(reader)
    if (!memory.hasScripts) return null
    const replies = [...(await send(args.map((each) => ['EVALSHA_RO', STREAM_LOOK_SHA, ...each] as const)))]
    const unknown = replies.flatMap((reply, at) => (isRefusal(reply, NO_SCRIPT) ? [at] : []))
    const again = await send(unknown.map((at) => ['EVAL_RO', STREAM_LOOK_LUA, ...(args[at] ?? [])] as const))
    again.forEach((reply, at) => (replies[unknown[at] ?? 0] = reply))
    memory.hasScripts = !replies.some((reply) => isAppError(reply, 'UNSUPPORTED') || isRefusal(reply, NO_SCRIPTS))
    return memory.hasScripts ? replies : null
  }

  async function lookAt(
    requests: readonly LookRequest[],
    stalledAfterMs: number,
  ): Promise<readonly (StreamLook | AppError)[]> {
    const { refused, met, unread } = lookMemory(reader)
    const skip = new Set([...refused, ...without])
    const args = requests.map(({ key, first, spareAfterMs = Number.MAX_SAFE_INTEGER }) =>
      lookArguments(key, { first, stalledAfterMs, spareAfterMs, skip, met: met.of(key) }),
    )
    const replies = await runScript(args)
    if (replies === null) {
      const looks = await lookByCommands(send, requests, { stalledAfterMs, skip, unread, met })
      for (const part of skip) if (!without.includes(part)) refused.add(part)
      return looks
    }
    return replies.map((reply, at) => {
      const look = isAppError(reply) ? reply : understood(() => parseStreamLook(reply))
      if (isAppError(look)) return look
      for (const part of look.refused) refused.add(part)
      spend(look.calls, 0)
      const { met: seen, ...rest } = look
      const key = requests[at]?.key
      if (key) met.note(key, rest, seen)
      return rest
    })
  }

  return {
    async look(requests, stalledAfterMs, movedOf = () => [], neglectedOf = () => []) {
      const looks: (TimedLook | AppError)[] = []
      for (let at = 0; at < requests.length; at += SLICE) {
        const slice = requests.slice(at, at + SLICE)
        const askedAtMs = Date.now()
        const atMs = await clockOf(reader)
        const clockSkewMs = atMs === null ? null : atMs - (askedAtMs + Date.now()) / 2
        const seen = await lookAt(slice, stalledAfterMs)
        const timed = { atMs, tookMs: Date.now() - askedAtMs, clockSkewMs }
        const isBack = isSetBack(reader, atMs)
        const told = seen.map((look, n) =>
          isAppError(look) ? toldOf(look, slice[n]) : { ...(isBack ? withoutIdleTimes(look) : look), ...timed },
        )
        const keys = slice.map(({ key }) => key)
        const since = await heldSinceMoved(send, keys, told, { movedOf, stalledAfterMs })
        looks.push(...(await withNeglected(send, keys, since, { movedOf, neglectedOf, stalledAfterMs })))
      }
      return looks
    },
    async peek(request) {
      const { key, group, poisonDeliveries } = request
      const { met } = lookMemory(reader)
      const replies = await runScript([peekArguments(key, group, { ...request, large: met.of(key).ids })])
      if (replies === null) return peekByCommands(reader, request, spend, met)
      const [reply = null] = replies
      if (isAppError(reply)) throw asMissing(reply, key, group)
      const peeked = parsePeek(reply, poisonDeliveries)
      met.add(key, peeked?.met ?? [])
      return peeked && peeked.page
    },
    async heldBy(key, group, consumer, count) {
      const atMs = await clockOf(reader)
      if (atMs === null) return null
      const [reply = null] = await send([['XPENDING', key, group, '-', '+', count, consumer]])
      if (isAppError(reply)) throw asMissing(reply, key, group)
      return { atMs, rows: parsePendingRows(reply) }
    },
    async pendingAmong(key, group, ids) {
      const replies = await send(ids.map((id) => ['XPENDING', key, group, id, id, 1] as const))
      return replies.flatMap((reply) => {
        if (isAppError(reply)) throw asMissing(reply, key, group)
        return parsePendingRows(reply)
      })
    },
    async countPage(key, after, upTo, count) {
      const { met, refused } = lookMemory(reader)
      if (refused.has('r')) return null
      const range = beforeLarge(met.of(key).ids, after, upTo)
      if (range.upTo === null) return { counted: 0, lastId: null, stopped: range.stops }
      const replies = await runScript([countArguments(key, after, range.upTo, count)])
      const [reply = null] = replies ?? []
      if (isAppError(reply)) throw toldOf(reply, { key, first: 0 })
      if (replies === null) return null
      const { met: found, ...page } = parseCounted(reply)
      spend(1 + Math.ceil(page.counted / STEP), 0)
      met.add(key, found)
      return { ...page, stopped: page.stopped || (range.stops && page.counted < count) }
    },
    async readPage(key, after, upTo, count) {
      const { met, refused } = lookMemory(reader)
      if (refused.has('r')) return null
      const range = beforeLarge(met.of(key).ids, after, upTo)
      const from = nextId(after)
      if (range.upTo === null || from === null) return { counted: 0, lastId: null, stopped: range.stops, bytes: 0 }
      const last = range.upTo
      const read = async (most: number): Promise<Reply | AppError> =>
        (await send([['XRANGE', key, from, last, 'COUNT', most]]))[0] ?? null
      const reply = await read(count)
      noteRefusal(refused, 'r', reply)
      const isCut = cutReply(reply) !== null
      if (isAppError(reply) && !isCut) throw asMissing(reply, key)
      const rows = isAppError(reply) ? entriesOf(count === 1 ? reply : await read(1)) : parseEntries(reply)
      const entries = rows.map((entry) => ({ id: entry.id, bytes: entryBytes(entry) }))
      const large = entries.filter(({ bytes }) => bytes > LARGE_ONE_BYTES)
      met.add(key, large)
      return {
        counted: entries.length,
        lastId: entries.at(-1)?.id ?? null,
        stopped: isCut || large.length > 0 || (range.stops && entries.length < count),
        bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    },
  }
}

/** Null: nothing tells it. Then figures are told all the same, and not how long anything waits. Throws UNREACHABLE. */
async function clockOf(reader: Reader): Promise<number | null> {
  const memory = lookMemory(reader)
  if (!memory.hasClock) return null
  try {
    return await serverTimeMs(reader)
  } catch (error) {
    if (isAppError(error, 'UNREACHABLE')) throw error
    memory.hasClock = !isUnavailable(error)
    return null
  }
}

/** Whether its clock was set back, and is not yet where it was: until then all that it saw before is as if it had just seen it. */
function isSetBack(reader: Reader, atMs: number | null): boolean {
  const memory = lookMemory(reader)
  const { latestMs } = memory
  memory.latestMs = Math.max(latestMs, atMs ?? 0)
  return atMs !== null && atMs < latestMs - SET_BACK_MS
}

function withoutIdleTimes(look: StreamLook): StreamLook {
  return { ...look, groups: look.groups.map((group) => ({ ...group, oldest: null, consumerList: null, crowd: null })) }
}

/** Up to the first entry that was met as a large one, which `stops` it there; null: that is the very next one. */
function beforeLarge(large: readonly EntryId[], after: EntryId, upTo: EntryId) {
  const first = large.find((id) => compareIds(id, after) > 0 && compareIds(id, upTo) <= 0)
  const most = first === undefined ? upTo : previousId(first)
  const isEmpty = most === null || compareIds(most, after) <= 0
  return { upTo: isEmpty ? null : most, stops: first !== undefined }
}

function toldOf(error: AppError, request: LookRequest | undefined): AppError {
  const told = request ? asMissing(refusalOf(error), request.key) : error
  return isAppError(told) ? told : error
}

/** What an ACL refuses within a script comes as ERR, and with words of its own. */
function refusalOf(error: AppError): AppError {
  if (!isAppError(error, 'REDIS') || !isRefusal(error, /^ERR (ACL failure in script|The user executing the script)/))
    return error
  const reply = error.data.reply.replace(/^ERR (ACL failure in script: )?/, 'NOPERM ')
  return new AppError('REDIS', { ...error.data, prefix: 'NOPERM', reply, command: 'XINFO GROUPS' })
}

function isRefusal(reply: Reply | AppError, pattern: RegExp): boolean {
  return isAppError(reply, 'REDIS') && pattern.test(reply.data.reply)
}
