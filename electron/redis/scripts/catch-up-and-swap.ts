import type { EntryId } from '../../../shared/entry-id'
import type { Writer } from '../reader-writer'
import { asList, asNumber, type Reply } from '../reply'
import { asWord } from './check'
import { runScript } from './run-script'
import { INFO_LUA } from './stream-info-lua'
import { SWAP_LUA, type StreamNames, type SwapOutcome } from './swap-streams'

/** What one call copies at most, and how many pending entries of both streams it looks at: nobody else is served meanwhile. */
const MOST_ENTRIES = 50
const MOST_BYTES = 1024 * 1024
const MOST_ROWS = 10_000
const MOST_CLAIMS = 1_000
/** Two times of delivery that are no farther apart are the same one, as it was read and written, ms. */
export const SAME_TIME_MS = 1_000

export interface CatchUpSwap extends StreamNames {
  /** The last id of the new key, as we left it. */
  readonly targetLastId: EntryId
  /** The last id of the stream as it was compared with the new key: what has come since below that one's last id is not there. */
  readonly seenLastId: EntryId
  /** Its groups then: one that is gone since goes from the new key as well. One that was gone by then was restored. */
  readonly seenGroups: readonly Buffer[]
  readonly keepTtl: boolean
  /** What the server, and the user's ACL, have. */
  readonly can: { readonly createConsumer: boolean; readonly xcfgset: boolean }
}

/**
 * `behind`: more is missing than one call may copy. `large`: more is pending than one call may look at, by number or by
 * what the entries hold. `added-to`: others
 * wrote to the new key. Nothing was renamed by any of these; what was copied is right.
 */
export type CatchUpOutcome = SwapOutcome | 'behind' | 'large' | 'added-to'

export interface CaughtUp {
  readonly outcome: CatchUpOutcome
  /** Pending entries that are in neither stream any more: only an entry that is there can be made pending. */
  readonly gone: number
}

const LUA = `${SWAP_LUA}${INFO_LUA}
local most_entries, most_bytes, most_rows, most_claims, same_time =
  tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local missing = missing_name()
if missing then return missing end
local now, failure = info_of(key)
if failure then return failure end
local made
made, failure = info_of(target)
if failure then return failure end
local last, made_last = now['last-generated-id'], made['last-generated-id']
if made_last ~= ARGV[1] then return 'added-to' end
local seen_last = ARGV[10]
if seen_last ~= last and is_before(seen_last, made_last) then
  local found = redis.pcall('XRANGE', key, seen_last, made_last, 'COUNT', 2)
  if found.err then return found end
  for _, entry in ipairs(found) do
    if entry[1] ~= seen_last then return 'behind' end
  end
end

local entries, bytes, from = {}, 0, made_last
while is_before(from, last) do
  local found = redis.pcall('XRANGE', key, from, '+', 'COUNT', 2)
  if found.err then return found end
  local entry = found[#found]
  if not entry or entry[1] == from then break end
  if found[1][1] ~= from then entry = found[1] end
  for _, part in ipairs(entry[2]) do bytes = bytes + #part end
  if #entries == most_entries or bytes > most_bytes or #entry[2] > 7000 then return 'behind' end
  entries[#entries + 1] = entry
  from = entry[1]
end

local groups, made_groups
groups, failure = groups_of(key)
if failure then return failure end
local _
_, failure, made_groups = groups_of(target)
if failure then return failure end
local total, living = 0, {}
for _, group in ipairs(groups) do
  local there = made_groups[group.name]
  total = total + group.pending + (there and there.pending or 0)
  living[group.name] = true
end
local ended = {}
for at = 11, #ARGV do
  local there = made_groups[ARGV[at]]
  if there and not living[ARGV[at]] then
    ended[#ended + 1] = ARGV[at]
    total = total + there.pending
  end
end
if total > most_rows then return 'large' end

local function rows_of(name, group)
  local rows = redis.pcall('XPENDING', name, group, '-', '+', most_rows)
  if rows.err then return nil, rows end
  local found = {}
  for _, row in ipairs(rows) do found[row[1]] = row end
  return rows, nil, found
end
local added_now = {}
for _, entry in ipairs(entries) do added_now[entry[1]] = true end
local plans, claims, gone, looked = {}, 0, 0, 0
for at, group in ipairs(groups) do
  local plan = { acks = {}, claims = {} }
  local rows, mine, theirs
  rows, failure, mine = rows_of(key, group.name)
  if failure then return failure end
  theirs = {}
  if made_groups[group.name] then
    local made_rows
    made_rows, failure, theirs = rows_of(target, group.name)
    if failure then return failure end
    for _, row in ipairs(made_rows) do
      if not mine[row[1]] then plan.acks[#plan.acks + 1] = row[1] end
    end
  end
  for _, row in ipairs(rows) do
    local there = theirs[row[1]]
    if not there and not added_now[row[1]] then
      local found = redis.pcall('XRANGE', target, row[1], row[1])
      if found.err then return found end
      if #found == 0 then
        gone = gone + 1
        there = row
      else
        for _, part in ipairs(found[1][2]) do looked = looked + #part end
        if looked > most_bytes then return 'large' end
      end
    end
    if not there or there[2] ~= row[2] or there[4] ~= row[4] or math.abs(there[3] - row[3]) > same_time then
      plan.claims[#plan.claims + 1] = row
      claims = claims + 1
      if claims > most_claims then return 'behind' end
    end
  end
  table.sort(plan.claims, function(a, b) return a[3] > b[3] end)
  plans[at] = plan
end

local function send(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then return reply end
end
for _, entry in ipairs(entries) do
  failure = send('XADD', target, entry[1], unpack(entry[2]))
  if failure then return failure end
end
local added, made_added = now['entries-added'], made['entries-added']
local greatest = is_before(made_last, last) and last or made_last
if added and made_added then
  local wanted = math.max(added, made.length + #entries)
  local max_deleted = now['max-deleted-entry-id']
  if greatest ~= from or wanted ~= made_added + #entries or max_deleted ~= made['max-deleted-entry-id'] then
    failure = send('XSETID', target, greatest, 'ENTRIESADDED', whole(wanted), 'MAXDELETEDID', max_deleted)
  end
elseif greatest ~= from then
  failure = send('XSETID', target, greatest)
end
if failure then return failure end
local duration, size = now['idmp-duration'], now['idmp-maxsize']
if ARGV[9] == '1' and duration and (duration ~= made['idmp-duration'] or size ~= made['idmp-maxsize']) then
  failure = send('XCFGSET', target, 'IDMP-DURATION', duration, 'IDMP-MAXSIZE', size)
  if failure then return failure end
end

for _, name in ipairs(ended) do
  failure = send('XGROUP', 'DESTROY', target, name)
  if failure then return failure end
end
for at, group in ipairs(groups) do
  local name, read = group.name, group['entries-read']
  local there = made_groups[name]
  local position = { name, group['last-delivered-id'] }
  if read then
    position[3], position[4] = 'ENTRIESREAD', whole(read)
  end
  if not there then
    failure = send('XGROUP', 'CREATE', target, unpack(position))
  elseif there['last-delivered-id'] ~= position[2] or there['entries-read'] ~= read then
    failure = send('XGROUP', 'SETID', target, unpack(position))
  end
  if failure then return failure end
  if ARGV[8] == '1' then
    local known = {}
    if there then
      local consumers = redis.pcall('XINFO', 'CONSUMERS', target, name)
      if consumers.err then return consumers end
      for _, each in ipairs(consumers) do known[by_name(each).name] = true end
    end
    local consumers = redis.pcall('XINFO', 'CONSUMERS', key, name)
    if consumers.err then return consumers end
    for _, each in ipairs(consumers) do
      local consumer = by_name(each).name
      if not known[consumer] then
        failure = send('XGROUP', 'CREATECONSUMER', target, name, consumer)
        if failure then return failure end
      end
    end
  end
  local acks = plans[at].acks
  for from = 1, #acks, 500 do
    failure = send('XACK', target, name, unpack(acks, from, math.min(from + 499, #acks)))
    if failure then return failure end
  end
  for _, row in ipairs(plans[at].claims) do
    local id, consumer, idle, times = row[1], row[2], whole(row[3]), whole(row[4])
    failure = send('XCLAIM', target, name, consumer, 0, id, 'IDLE', idle, 'RETRYCOUNT', times, 'FORCE', 'JUSTID')
    if failure then return failure end
  end
end
local said = swap(ARGV[7] == 'ttl')
if said == 'swapped' then return { said, gone } end
return said
`

/**
 * Brings a new key to where its stream is (what was added since, groups, consumers, pending entries), gives it the stream's
 * name, and puts the stream aside, with nobody in between and in a bounded time. With `keepTtl` the name expires when it
 * would have. Throws REDIS where either is no stream (any more) or the user may not.
 */
export async function catchUpAndSwap(writer: Writer, order: CatchUpSwap): Promise<CaughtUp> {
  const { key, target, aside, targetLastId, seenLastId, seenGroups, keepTtl, can } = order
  const flag = (is: boolean): string => (is ? '1' : '')
  const bounds = [MOST_ENTRIES, MOST_BYTES, MOST_ROWS, MOST_CLAIMS, SAME_TIME_MS]
  const flags = [keepTtl ? 'ttl' : '', flag(can.createConsumer), flag(can.xcfgset)]
  const args = [targetLastId, ...bounds, ...flags, seenLastId, ...seenGroups]
  const reply: Reply = await runScript(writer, LUA, [key, target, aside], args)
  const [said, gone = 0] = Array.isArray(reply) ? asList(reply) : [reply]
  const words = ['swapped', 'taken', 'no-key', 'no-target', 'behind', 'large', 'added-to'] as const
  return { outcome: asWord(said, words), gone: asNumber(gone) }
}
