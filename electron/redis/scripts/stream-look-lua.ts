import { createHash } from 'node:crypto'
import { CROWD_FROM } from '../../../shared/monitoring-limits'

/** Entries of this many bytes on average, or larger, are not touched by a look: the server would have to copy them. */
export const LARGE_ENTRY_BYTES = 64 * 1024
/** One entry of more than this is touched once: from then on looks leave it out. */
export const LARGE_ONE_BYTES = 2 * LARGE_ENTRY_BYTES
/** So many entries at a time, as nobody knows how large the next one is. */
export const STEP = 16
/** No entry of a stream that takes no more than this is large: of six nodes MEMORY USAGE measures all, and seven take more. */
const TINY_STREAM_BYTES = 6 * 1024
/** Consumers of one look at most, and of one group at most. The others come with the next look. */
const MOST_CONSUMERS = 500
export const MOST_OF_A_GROUP = 5_000
/** So many of the first pending entries of a consumer are looked at: one that it retries may hide one that it forgot. */
export const FIRST_HELD = 10
/** Consumers that look alive, of which these are looked at. */
const MOST_ALIVE = 200
/** Positions in the stream from which the unread entries are looked for. The others come with the next look. */
const MOST_POSITIONS = 100
/** So many unread entries are counted on the way, where entries are small and the server reports no more. */
const COUNTED = 101
const SMALL_ENTRY_BYTES = 1024
const SMALL_STREAM_BYTES = 256 * 1024
/** Of the oldest pending entries of a group, those whose deliveries and idle times a look tells. */
export const PEEKED = 200
/** Pending entries of one peek: the server is done with them in a millisecond or two. */
export const PEEK_PAGE = 1_000
/** Entries that are idle for long, of which a peek tells: so many of a consumer, of so many consumers. */
export const NEGLECTED = { each: 3, consumers: 20 } as const
/** What a pending entry takes of what MEMORY USAGE tells: at the least, on Valkey, and at the most, on Redis before 8.6. */
export const PENDING_BYTES = { least: 70, most: 1_200 } as const
/**
 * Where it may all be pending entries that make few entries look large, these are touched all the same, if all of them together can be no
 * larger than this: what is large among them is met, and touched no more. Fewer where they are sent.
 */
const MOST_TOUCHED_BYTES = 4 * 1024 * 1024
export const MOST_SENT_BYTES = 8 * LARGE_ENTRY_BYTES

/**
 * The one script that a reader sends. XINFO STREAM and XRANGE bring whole entries: here these stay in the server. Only reads
 * (EVAL_RO sees to it). `look`: all figures of a stream; O(groups + consumers) in bounds, and where entries are large on
 * average none of them is touched. `count`: a page of the entries between two ids. `peek`: a group's pending ones, from
 * the oldest on or after an id.
 * Each tells of the large entries that it met, is given those that were met before, and does not touch these again.
 */
export const STREAM_LOOK_LUA = `local key = KEYS[1]
local calls = 0
local function ask(...)
  calls = calls + 1
  local told = redis.pcall(...)
  if type(told) == 'table' and told.err then return nil, told.err end
  return told
end
local function exact(number) return string.format('%.0f', number) end
local met = {}
local function bytesOf(entry)
  local bytes = 0
  for _, value in ipairs(entry[2] or {}) do bytes = bytes + #value end
  if bytes > ${LARGE_ONE_BYTES} then met[#met + 1] = { entry[1], exact(bytes) } end
  return bytes
end
local function hasLarge(entries)
  local before = #met
  for _, entry in ipairs(entries) do bytesOf(entry) end
  return #met > before
end
local function knownFrom(at)
  local ids = {}
  for n = at, #ARGV do ids[#ids + 1] = ARGV[n] end
  return ids
end
if ARGV[1] == 'count' then
  local last, counted, most = ARGV[2], 0, tonumber(ARGV[4])
  while counted < most and #met == 0 do
    local asked = math.min(counted == 0 and 1 or ${STEP}, most - counted)
    local found, refused = ask('XRANGE', key, '(' .. last, ARGV[3], 'COUNT', asked)
    if refused then return redis.error_reply(refused) end
    hasLarge(found)
    counted = counted + #found
    if #found > 0 then last = found[#found][1] end
    if #found < asked then break end
  end
  return { counted, counted > 0 and last or false, met }
end
if ARGV[1] == 'peek' then
  local group, poison, presence, after, idleMs = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
  local rows, refused = ask('XPENDING', key, group, after == '' and '-' or '(' .. after, '+', ${PEEK_PAGE})
  if refused then return redis.error_reply(refused) end
  local most, poisoned, sought, gone = rows[1], 0, 0, 0
  local known, held, consumers = {}, {}, 0
  for _, id in ipairs(knownFrom(7)) do known[id] = true end
  for at, row in ipairs(rows) do
    if row[4] > most[4] then most = row end
    if row[4] >= poison then poisoned = poisoned + 1 end
    if row[3] > idleMs then
      local of = held[row[2]]
      if not of and consumers < ${NEGLECTED.consumers} then
        consumers = consumers + 1
        of = {}
        held[row[2]] = of
      end
      if of then
        of[#of + 1] = row
        table.sort(of, function(one, other) return one[3] > other[3] end)
        of[${NEGLECTED.each + 1}] = nil
      end
    end
    local found = at <= presence and #met == 0 and not known[row[1]] and ask('XRANGE', key, row[1], row[1])
    if found then
      hasLarge(found)
      sought = sought + 1
      if #found == 0 then gone = gone + 1 end
    end
  end
  local neglected = {}
  for _, of in pairs(held) do
    for _, row in ipairs(of) do neglected[#neglected + 1] = { row[1], row[2] } end
  end
  return { #rows, exact(most and most[4] or 0), most and most[1] or false, poisoned, sought, gone, met,
    rows[1] and rows[#rows][1] or false, #rows < ${PEEK_PAGE} and 1 or 0, neglected }
end
local first, aliveMs, skip, spareMs = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5] or 0)
local refusals = {}
local function part(name, ...)
  if string.find(skip, name, 1, true) then return nil end
  local told, refused = ask(...)
  if refused and (string.find(refused, 'ACL failure', 1, true) or string.find(refused, "can't run this command", 1, true)) then
    skip = skip .. name
    refusals[#refusals + 1] = { name, refused }
  end
  return told
end
local length, refused = ask('XLEN', key)
if refused then return redis.error_reply(refused) end
local told, unlisted = ask('XINFO', 'GROUPS', key)
if unlisted then return redis.error_reply(unlisted) end
local groups, pending = {}, 0
for at, flat in ipairs(told) do
  local group = {}
  for n = 1, #flat, 2 do group[flat[n]] = flat[n + 1] end
  groups[at] = group
  pending = pending + group.pending
end
local memory = part('m', 'MEMORY', 'USAGE', key)
local held = memory and memory - ${PENDING_BYTES.least} * pending
local average = held and length > 0 and held / length
local mayBeSmall = held and held <= ${MOST_TOUCHED_BYTES} and memory - ${PENDING_BYTES.most} * pending <= ${LARGE_ENTRY_BYTES} * length
local large = length > 0 and (average and average > ${LARGE_ENTRY_BYTES} and not mayBeSmall or ARGV[6] == 'large')
local largeLast, isFirstLarge, known = length > 0 and ARGV[7] or '', length > 0 and ARGV[8] == '1', knownFrom(9)
if not large and not isFirstLarge and largeLast ~= '' then
  local newer = part('r', 'XRANGE', key, '(' .. largeLast, '+', 'COUNT', 1)
  if newer and newer[1] then largeLast = hasLarge(newer) and newer[1][1] or '' end
end
local function ends()
  local info = not large and not isFirstLarge and largeLast == '' and part('s', 'XINFO', 'STREAM', key)
  if not info then return false end
  local by, bytes = {}, 0
  for n = 1, #info, 2 do by[info[n]] = info[n + 1] end
  local function id(entry)
    if not entry then return false end
    local own = bytesOf(entry)
    bytes = bytes + own
    return entry[1], own > ${LARGE_ONE_BYTES}
  end
  local from, isLarge = id(by['first-entry'])
  isFirstLarge = isLarge or false
  local to, isLastLarge = id(by['last-entry'])
  if isLastLarge then largeLast = to end
  return { by['last-generated-id'], from, to, by['max-deleted-entry-id'] or false, by['entries-added'] or false, bytes }
end
local stream = ends()
if stream and stream[6] > 1000000 then collectgarbage() end
local function beyond(one, other)
  local ms, seq = string.match(one, '^(%d+)-(%d+)$')
  local otherMs, otherSeq = string.match(other, '^(%d+)-(%d+)$')
  if #ms ~= #otherMs then return #ms > #otherMs end
  if ms ~= otherMs then return ms > otherMs end
  if #seq ~= #otherSeq then return #seq > #otherSeq end
  return seq > otherSeq
end
local unread, positions, isOver = {}, 0, false
local function nextLarge(after)
  local nearest
  local function see(id)
    if beyond(id, after) and (not nearest or beyond(nearest, id)) then nearest = id end
  end
  for _, id in ipairs(known) do see(id) end
  for _, one in ipairs(met) do see(one[1]) end
  return nearest
end
local function unreadAfter(group)
  local after = group['last-delivered-id']
  if unread[after] ~= nil then return unread[after] end
  if length == 0 or (stream and after == stream[3]) then return { false, 0, 1 } end
  if large then return false end
  if positions == ${MOST_POSITIONS} then
    isOver = true
    return false
  end
  positions = positions + 1
  local few = average and (average <= ${SMALL_ENTRY_BYTES} or memory <= ${SMALL_STREAM_BYTES}) and (not group.lag or group.lag < ${COUNTED})
  local before = nextLarge(after)
  local upTo = before and '(' .. before or '+'
  local asked = few and memory <= ${TINY_STREAM_BYTES} and ${COUNTED} or 1
  local found = part('r', 'XRANGE', key, '(' .. after, upTo, 'COUNT', asked)
  if not found then return false end
  if #found == 0 then
    unread[after] = before and { before, 1, 0 } or { false, 0, 1 }
    return unread[after]
  end
  local first, last, counted = found[1][1], found[#found][1], #found
  local isAll, isSeen = counted < asked and not before and 1 or 0, hasLarge(found)
  while few and not isSeen and counted >= asked and counted < ${COUNTED} do
    asked = math.min(${STEP}, ${COUNTED} - counted)
    local more = part('r', 'XRANGE', key, '(' .. last, upTo, 'COUNT', asked)
    if not more then break end
    isSeen = hasLarge(more)
    counted = counted + #more
    if #more < asked then
      isAll = before and 0 or 1
      break
    end
    last = more[#more][1]
  end
  unread[after] = { first, counted, isAll }
  return unread[after]
end
local function consumersOf(group, idleOf, isAll)
  local listed = part('c', 'XINFO', 'CONSUMERS', key, group.name)
  if not listed then return false end
  local alive, seen, spare = 0, 0, 0
  for at, flat in ipairs(listed) do
    local by = {}
    for n = 1, #flat, 2 do by[flat[n]] = flat[n + 1] end
    local row = { by.idle, by.inactive or -1 }
    if by.idle <= aliveMs then seen = seen + 1 end
    if by.pending == 0 and by.idle > spareMs then spare = spare + 1 end
    if by.pending > 0 then
      row[3], row[4] = by.pending, by.name
      row[5] = by.idle <= aliveMs and idleOf[by.name] or nil
      if by.idle <= aliveMs and alive < ${MOST_ALIVE} and not isAll then
        alive = alive + 1
        for _, entry in ipairs(part('p', 'XPENDING', key, group.name, '-', '+', ${FIRST_HELD}, by.name) or {}) do
          row[5] = math.max(row[5] or 0, entry[3])
        end
      end
    end
    listed[at] = row
  end
  return listed, { seen, spare }
end
local rows, again = {}, -1
for turn = 0, #groups - 1 do
  local at = (first + turn) % #groups + 1
  local group = groups[at]
  rows[at] = { group.name, group.consumers, group.pending, group['last-delivered-id'], group['entries-read'] or false,
    group.lag or false, unreadAfter(group), false, false, false }
  if isOver and again < 0 then again = turn end
end
local looked = 0
for turn = 0, #groups - 1 do
  local at = (first + turn) % #groups + 1
  local group, row = groups[at], rows[at]
  local waits = row[7] and row[7][1] and group.consumers > 0
  if (group.pending > 0 or waits or group.consumers >= ${CROWD_FROM}) and group.consumers <= ${MOST_OF_A_GROUP} then
    local consumers = string.find(skip, 'c', 1, true) and 1 or group.consumers
    if looked > 0 and looked + consumers > ${MOST_CONSUMERS} then
      if again < 0 or turn < again then again = turn end
      break
    end
    looked = looked + consumers
    local oldest = group.pending > 0 and part('p', 'XPENDING', key, group.name, '-', '+', ${PEEKED})
    local deliveries, idle, idleOf = 0, 0, {}
    for _, entry in ipairs(oldest or {}) do
      deliveries = math.max(deliveries, entry[4])
      idle = math.max(idle, entry[3])
      idleOf[entry[2]] = math.max(idleOf[entry[2]] or 0, entry[3])
    end
    local isAll = oldest and #oldest < ${PEEKED}
    row[8] = oldest and oldest[1] and { oldest[1][1], idle, isAll and exact(deliveries) } or false
    local listed, crowd = consumersOf(group, idleOf, isAll)
    row[9], row[10] = group.pending > 0 and listed, crowd or false
  end
end
local isHeld = isFirstLarge or largeLast ~= ''
again = again < 0 and -1 or (first + again) % #groups
return { calls, length, memory or false, (large or isHeld) and 1 or 0, not isHeld and stream, rows, again, refusals,
  { largeLast ~= '' and largeLast or false, isFirstLarge and 1 or 0, met } }
`
export const STREAM_LOOK_SHA = createHash('sha1').update(STREAM_LOOK_LUA).digest('hex')
