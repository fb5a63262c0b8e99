import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { inRuns, keyName, nameKey } from '../bytes'
import type { Argument } from '../reader-writer'
import { asText, ReplyShapeError, type Reply } from '../reply'

/** A pending entry as it was seen; a script leaves it alone when owner or delivery count differ now. */
export interface SeenEntry {
  readonly id: EntryId
  readonly consumer: Buffer
  /** Beyond 2^53 Lua tells no neighbours apart: counts as great as XNACK's FATAL are then taken for equal. */
  readonly deliveries: Count
  /** A greater count with the same owner is as seen as well. */
  readonly orMore?: boolean
}

const BEGIN = `
if redis.replicate_commands then redis.replicate_commands() end
local key, group, min_idle = KEYS[1], ARGV[1], 0
local function count_of(text)
  return tonumber(string.match(text, '-?%d+')), string.byte(text) == 43
end
local function differs(row, consumer, deliveries, or_more)
  if row[2] ~= consumer or row[4] < deliveries then return true end
  if row[4] > deliveries then return not or_more end
  return row[3] < min_idle
end
`

/**
 * Lua that begins a script on one group: KEYS[1] the stream, ARGV[1] the group. Where the script sets `min_idle`, what was
 * delivered as often and is not idle for so many ms differs as well: it was taken back, or is another's of the same id. `state_of` says what became of an entry:
 * 'same', 'moved' or 'not-pending'; or gives the error.
 */
export const CHECK_LUA = `${BEGIN}
local function state_of(id, consumer, deliveries)
  local rows = redis.pcall('XPENDING', key, group, id, id, 1)
  if rows.err then return nil, rows end
  local row = rows[1]
  if not row then return 'not-pending' end
  if differs(row, consumer, count_of(deliveries)) then return 'moved' end
  return 'same'
end
`

/**
 * The same for many entries at once: `look` takes the position in ARGV where a `seenList` begins, and gives the ids of the
 * entries that are still as seen, how many they are, and what became of the others, as `oddStates` reads it; or the error;
 * whether they are certainly in the order of their ids; and the position in the list of each, from 1.
 * Where they lie densely on the pending list, one XPENDING over the window that they span takes half the time of one for
 * each. Its rows and the entries are in the same order: a row that is not the next entry's is somebody else's, and only
 * then is looked for by id.
 */
export const CHECK_MANY_LUA = `${BEGIN}
local function look(at)
  local rows = redis.pcall('XPENDING', key, group, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  if rows.err then return nil, 0, nil, rows end
  local same, count, odd, number, ordered, numbers = {}, 0, {}, 0, true, {}
  local next_row, positions, consumer, deliveries, or_more = 1, nil, nil, nil, false
  for word in string.gmatch(ARGV[at], '%S+') do
    if string.byte(word) == 61 then
      local who, times = string.match(word, '=(%d+):(.+)')
      consumer = ARGV[at + 3 + who]
      deliveries, or_more = count_of(times)
    else
      number = number + 1
      local row = rows[next_row]
      if row and row[1] == word then
        next_row = next_row + 1
      else
        ordered = false
        if not positions then
          positions = {}
          for position, each in ipairs(rows) do positions[each[1]] = position end
        end
        local position = positions[word]
        if position then
          row, next_row = rows[position], position + 1
        else
          local one = redis.pcall('XPENDING', key, group, word, word, 1)
          if one.err then return nil, 0, nil, one end
          row = one[1]
        end
      end
      if not row then
        odd[#odd + 1] = number .. ':not-pending'
      elseif differs(row, consumer, deliveries, or_more) then
        odd[#odd + 1] = number .. ':moved'
      else
        count = count + 1
        same[count], numbers[count] = word, number
      end
    end
  end
  return same, count, table.concat(odd, ' '), nil, ordered, numbers
end
`

/**
 * What `look` takes: the entries as one text, since many arguments cost more than many words, with `=consumer:deliveries`
 * before each run of entries that share them; the window that they span; then their consumers. Entries in the order of
 * their ids.
 */
export function seenList(entries: readonly SeenEntry[]): readonly Argument[] {
  const positions = new Map<string, number>()
  const positionOf = inRuns((consumer) => {
    const name = nameKey(consumer)
    const position = positions.get(name) ?? positions.size + 1
    positions.set(name, position)
    return position
  })
  let text = ''
  let [runConsumer, runDeliveries, runOrMore]: [number, Count, boolean] = [0, 0, false]
  for (const { id, consumer, deliveries, orMore = false } of entries) {
    const position = positionOf(consumer)
    const isRun = position === runConsumer && deliveries === runDeliveries && orMore === runOrMore
    if (!isRun) text += `=${position}:${countText(deliveries, orMore)} `
    text += `${id} `
    ;[runConsumer, runDeliveries, runOrMore] = [position, deliveries, orMore]
  }
  const names = [...positions.keys()].map(keyName)
  return [text, entries[0]?.id ?? '-', entries.at(-1)?.id ?? '-', entries.length, ...names]
}

export type OddState = 'moved' | 'not-pending'
const ODD = /^(\d+):(moved|not-pending)$/

/** What `look` says of the entries that are not as they were, by their position in the list, from 0. */
export function oddStates(reply: Reply | undefined): ReadonlyMap<number, OddState> {
  const said = asText(reply)
  if (said === '') return new Map()
  return new Map(
    said.split(' ').map((each) => {
      const [, position, word] = ODD.exec(each) ?? []
      if (position === undefined) throw noneOfItsWords(each)
      return [Number(position) - 1, word as OddState]
    }),
  )
}

/** What `state_of` takes. */
export function seenArguments({ id, consumer, deliveries, orMore = false }: SeenEntry): readonly Argument[] {
  return [id, consumer, countText(deliveries, orMore)]
}

/** As `count_of` reads it. */
function countText(deliveries: Count, orMore: boolean): string {
  return `${orMore ? '+' : ''}${deliveries}`
}

/** One of the words that the script may say. */
export function asWord<T extends string>(reply: Reply | undefined, words: readonly T[]): T {
  const said = asText(reply)
  const word = words.find((each) => each === said)
  if (word === undefined) throw noneOfItsWords(said)
  return word
}

function noneOfItsWords(said: string): ReplyShapeError {
  return new ReplyShapeError(`the script says ${said.slice(0, 40)}, which is none of its words`)
}

export function checkSeen(entries: readonly SeenEntry[], most: number): void {
  if (entries.length === 0 || entries.length > most) {
    throw new RangeError(`this script takes 1 to ${most} entries, not ${entries.length}`)
  }
}
