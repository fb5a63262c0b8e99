import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
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
 * 'same', 'moved' or 'not-pending'; or gives the error.
 */
export const CHECK_LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, group = KEYS[1], ARGV[1]
local function state_of(id, consumer, deliveries)
  local rows = redis.pcall('XPENDING', key, group, id, id, 1)
  if rows.err then return nil, rows end
  local row = rows[1]
  if not row then return 'not-pending' end
  if row[2] ~= consumer or row[4] ~= tonumber(deliveries) then return 'moved' end
  return 'same'
end
`

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
