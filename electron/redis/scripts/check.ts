import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { inRuns } from '../bytes'
import type { Argument } from '../client'
import { asText, ReplyShapeError, type Reply } from '../reply'

/** A pending entry as it was seen; a script leaves it alone when owner or delivery count differ now. */
export interface SeenEntry {
  readonly id: EntryId
  readonly consumer: Buffer
  /** Beyond 2^53 Lua tells no neighbours apart: counts as great as XNACK's FATAL are then taken for equal. */
  readonly deliveries: Count
}

/**
 * Lua that begins a script on one group: KEYS[1] the stream, ARGV[1] the group. `state_of` says what became of an entry:
 * 'same', 'moved' or 'not-pending'; or gives the error. `all_seen` gives the entries of a `seenList` that begins at this
 * argument, and reads ahead: where they lie densely on the pending list, one XPENDING over the window that they span takes
 * half the time of one for each.
 */
export const CHECK_LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, group = KEYS[1], ARGV[1]
local seen = {}
local function all_seen(at)
  local ids, consumers, deliveries = {}, {}, {}
  for id, who, count in string.gmatch(ARGV[at], '(%S+) (%d+) (%S+)') do
    ids[#ids + 1] = id
    consumers[#ids] = ARGV[at + tonumber(who)]
    deliveries[#ids] = count
  end
  local rows = redis.pcall('XPENDING', key, group, ids[1], ids[#ids], #ids)
  for _, row in ipairs(rows) do seen[row[1]] = row end
  return ids, consumers, deliveries
end
local function state_of(id, consumer, deliveries)
  local row = seen[id]
  if row then
    seen[id] = nil
  else
    local rows = redis.pcall('XPENDING', key, group, id, id, 1)
    if rows.err then return nil, rows end
    row = rows[1]
    if not row then return 'not-pending' end
  end
  if row[2] ~= consumer or row[4] ~= tonumber(deliveries) then return 'moved' end
  return 'same'
end
`

/** What `all_seen` takes: the entries as one text, since many arguments cost more than many words, then their consumers. */
export function seenList(entries: readonly SeenEntry[]): readonly Argument[] {
  const places = new Map<string, number>()
  const placeOf = inRuns((consumer) => {
    const name = consumer.toString('latin1')
    const place = places.get(name) ?? places.size + 1
    places.set(name, place)
    return place
  })
  const words = entries.map(({ id, consumer, deliveries }) => `${id} ${placeOf(consumer)} ${deliveries}`)
  return [words.join('\n'), ...[...places.keys()].map((name) => Buffer.from(name, 'latin1'))]
}

/** What `state_of` takes. */
export function seenArguments({ id, consumer, deliveries }: SeenEntry): readonly Argument[] {
  return [id, consumer, String(deliveries)]
}

/** One of the words that the script may say. */
export function asWord<T extends string>(reply: Reply | undefined, words: readonly T[]): T {
  const said = asText(reply)
  const word = words.find((each) => each === said)
  if (word === undefined) throw new ReplyShapeError(`the script says ${said.slice(0, 40)}, which is none of its words`)
  return word
}

export function checkSeen(entries: readonly SeenEntry[], most: number): void {
  if (entries.length === 0 || entries.length > most) {
    throw new RangeError(`this script takes 1 to ${most} entries, not ${entries.length}`)
  }
}
