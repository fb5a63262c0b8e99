import type { EntryId } from '../../../shared/entry-id'
import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asList, asNumber, asText } from '../reply'
import { asWord, CHECK_MANY_LUA, checkSeen, oddStates, seenList, type OddState, type SeenEntry } from './check'
import { DIGEST_LUA } from './digest-lua'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1 ms. */
export const CHECKED_ACK_MAX = 250

/** `moved`: somebody else holds it, or it was delivered again. `not-pending`: acked meanwhile. Both were left alone. */
export type CheckedAck = 'acked' | OddState

/** What a script may look at, whole as Redis gives it: 1 MB takes it some ms. Averages tell nothing of single entries. */
const MOST_BYTES = 1024 * 1024

/**
 * `gone_of` counts the ids whose entries are no longer in the stream, and stops once they are too many; gives 'large' where
 * it would have to look at more than it may. The stream's own
 * bounds tell most at once: before its first entry all is gone, and after the greatest id ever deleted (7.0+) nothing is.
 */
const GONE_LUA = `
local looked = 0
local function is_large(entry)
  for _, part in ipairs(entry and entry[2] or {}) do looked = looked + #part end
  return looked > ${MOST_BYTES}
end
local function lies_before(a, b)
  local a_ms, a_seq = string.match(a, '(%d+)-(%d+)')
  local b_ms, b_seq = string.match(b, '(%d+)-(%d+)')
  if a_ms == b_ms then a_ms, b_ms = a_seq, b_seq end
  if #a_ms ~= #b_ms then return #a_ms < #b_ms end
  return a_ms < b_ms
end
local function gone_of(ids, ordered, most)
  local info = redis.pcall('XINFO', 'STREAM', key)
  if info.err then return nil, info end
  local by = {}
  for at = 1, #info, 2 do by[info[at]] = info[at + 1] end
  local first, deleted = by['first-entry'] and by['first-entry'][1], by['max-deleted-entry-id']
  if not first then return #ids end
  if is_large(by['first-entry']) or is_large(by['last-entry']) then return 'large' end
  if ordered and deleted and not lies_before(ids[1], first) and lies_before(deleted, ids[1]) then return 0 end
  local gone = 0
  for _, id in ipairs(ids) do
    if lies_before(id, first) then
      gone = gone + 1
    elseif not (deleted and lies_before(deleted, id)) then
      local found = redis.pcall('XRANGE', key, id, id)
      if found.err then return nil, found end
      if #found == 0 then gone = gone + 1 end
      if is_large(found[1]) then return 'large' end
    end
    if gone > most then return gone end
  end
  return gone
end
`

/** `another` gives the id of one of these entries that holds something else by now: the stream is another one. */
const KNOWN_LUA = `${DIGEST_LUA}
local function another(known)
  for id, digest in string.gmatch(known, '(%S+) (%S+)') do
    local found = redis.pcall('XRANGE', key, id, id)
    if found.err then return nil, found end
    if is_large(found[1]) then return 'large' end
    if found[1] and digest_of(found[1][2]) ~= digest then return id end
  end
end
`

const LUA = `${CHECK_MANY_LUA}${GONE_LUA}${KNOWN_LUA}
min_idle = tonumber(ARGV[3])
local same, count, odd, failure, ordered = look(5)
if failure then return failure end
local gone, most = 0, tonumber(ARGV[2])
if count > 0 and most then
  local other
  other, failure = another(ARGV[4])
  if failure then return failure end
  if other then return { other == 'large' and 'large' or 'another', odd, 0, other } end
  gone, failure = gone_of(same, ordered, most)
  if failure then return failure end
  if gone == 'large' then return { 'large', odd, 0 } end
  if gone > most then return { 'beyond', odd, gone } end
end
if count > 0 then
  local acked = redis.pcall('XACK', key, group, unpack(same))
  if type(acked) == 'table' then return acked end
end
return { 'done', odd, gone }
`

/**
 * XACK of those entries that owner and delivery count are still as seen of, and that are idle for `minIdleMs`; what came of
 * each, in order. All of them in one XACK, so an error says that none was acked. NOT_FOUND group when group or stream is
 * gone; RangeError beyond 250.
 */
export async function checkedAck(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
  minIdleMs = 0,
): Promise<readonly CheckedAck[]> {
  const { states } = await send(writer, key, group, entries, { minIdleMs })
  return states
}

/** What entries have to be like to be acked, beside owner and delivery count. */
export interface AckIf {
  readonly minIdleMs?: number
  /** No more of them than so many are gone from the stream. */
  readonly mostGone: number
  /** Entries of the stream, by digests of what they held: where one is there and holds something else, it is another stream. */
  readonly known?: readonly (readonly [EntryId, string])[]
}

export interface AckedWithin {
  readonly states: readonly CheckedAck[]
  /** How many of those that were acked are gone from the stream. */
  readonly gone: number
}

/**
 * The same, but nothing is acked where more than `mostGone` of them are gone from the stream (`beyond`): no undo brings
 * those back; nor where it is `another` stream. The server looks at whole entries for it, so it is for streams of small
 * ones, and gives up on others (`large`).
 */
export async function ackWithin(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
  only: AckIf,
): Promise<AckedWithin | 'beyond' | 'large' | { readonly another: EntryId }> {
  const { word, id, ...acked } = await send(writer, key, group, entries, only)
  if (word === 'another') return { another: id }
  return word === 'done' ? acked : word
}

async function send(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
  { minIdleMs = 0, mostGone, known = [] }: Partial<AckIf>,
): Promise<AckedWithin & { readonly word: 'done' | 'beyond' | 'large' | 'another'; readonly id: EntryId }> {
  checkSeen(entries, CHECKED_ACK_MAX)
  const digests = known.map(([id, digest]) => `${id} ${digest}`).join(' ')
  const args = [group, mostGone ?? '', minIdleMs, digests, ...seenList(entries)]
  const [word, odd, gone, id] = asList(await orMissing(runScript(writer, LUA, [key], args), key, group))
  const oddOnes = oddStates(odd)
  return {
    word: asWord(word, ['done', 'beyond', 'large', 'another'] as const),
    id: id === undefined ? '' : asText(id),
    states: entries.map((_, at) => oddOnes.get(at) ?? 'acked'),
    gone: asNumber(gone),
  }
}
