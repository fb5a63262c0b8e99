import type { EntryId } from '../../../shared/entry-id'
import type { AppError } from '../../../shared/error'
import type { Argument, Writer } from '../reader-writer'
import { asMissing } from '../missing'
import { asBuffer, asId, asList, asNumber, asText, type Reply } from '../reply'
import { asWord, CHECK_LUA, checkSeen, seenArguments, type SeenEntry } from './check'
import { runScript, scriptError } from './run-script'

/**
 * The most entries of one call: the server is busy for about 1 ms. Their bytes are the caller's to bound, for all of them
 * pass through the script: 1 MB takes it 2 to 4 ms, 4 MB takes it 30.
 */
export const COPY_AND_ACK_MAX = 100
/** Lua can't hand on more arguments than some 8000. */
export const MAX_PARTS = 7_000

export interface CopiedEntry extends SeenEntry {
  /** Fields that follow the entry's own in the copy: name, value, name, value… */
  readonly provenance: readonly Buffer[]
}

export interface CopyOrder {
  readonly key: Buffer
  readonly group: Buffer
  /** Where the copies go; made if it doesn't exist. May be `key`. In a cluster it must be in the same slot. */
  readonly target: Buffer
  /**
   * Trims the target to about `maxLength` entries (MAXLEN ~), which may drop older copies: `mostLost` at the most, else
   * nothing is copied. It is looked at in the same step.
   */
  readonly targetTrim?: { readonly maxLength: number; readonly mostLost: number }
  /** What the copies have in place of the entries' own fields. */
  readonly fields?: readonly Buffer[] | null
  /** So long they are idle that have not moved. */
  readonly minIdleMs?: number
}

/**
 * `copied`: written to the target, then acked; `copied-only`: written, and the ack was refused. All else was left alone:
 * `moved`, `not-pending`, `gone` from the stream, `too-many-fields` (beyond 3500) for a script to copy.
 */
export type CopyOutcome =
  | { readonly state: 'copied' | 'copied-only'; readonly copyId: EntryId }
  | { readonly state: 'moved' | 'not-pending' | 'gone' | 'too-many-fields' }

export interface CopyResult {
  /** In order; shorter than what was asked for where Redis refused something, and the rest was not tried. */
  readonly outcomes: readonly CopyOutcome[]
  readonly failure: AppError | null
  /** Where the target is trimmed: how many older entries went; null: more could have, so nothing was copied. */
  readonly targetLost?: number | null
}

const LUA = `${CHECK_LUA}
min_idle = tonumber(ARGV[5])
local target, maxlen, edited = KEYS[2], ARGV[2], tonumber(ARGV[6])
local done, copies, length = {}, 0, 0
if maxlen ~= '' then
  length = redis.pcall('XLEN', target)
  if type(length) == 'table' then return { done, 'XLEN', length.err } end
  if length + tonumber(ARGV[3]) - tonumber(maxlen) > tonumber(ARGV[4]) then return { done, '', '', -1 } end
end
local at = 7 + edited
while at <= #ARGV do
  local id, extra = ARGV[at], tonumber(ARGV[at + 3])
  local state, failure = state_of(id, ARGV[at + 1], ARGV[at + 2])
  if failure then return { done, 'XPENDING', failure.err } end
  local copy = ''
  if state == 'same' then
    local found = redis.pcall('XRANGE', key, id, id)
    if found.err then return { done, 'XRANGE', found.err } end
    local entry = found[1]
    if not entry then
      state = 'gone'
    elseif (edited > 0 and edited or #entry[2]) + extra > ${MAX_PARTS} then
      state = 'too-many-fields'
    else
      local add = { 'XADD', target }
      if maxlen ~= '' then
        add[3], add[4], add[5] = 'MAXLEN', '~', maxlen
      end
      add[#add + 1] = '*'
      if edited > 0 then
        for n = 1, edited do add[#add + 1] = ARGV[6 + n] end
      else
        for _, part in ipairs(entry[2]) do add[#add + 1] = part end
      end
      for n = 1, extra do add[#add + 1] = ARGV[at + 3 + n] end
      copy = redis.pcall(unpack(add))
      if type(copy) == 'table' then return { done, 'XADD', copy.err } end
      copies = copies + 1
      local acked = redis.pcall('XACK', key, group, id)
      if type(acked) == 'table' then
        done[#done + 1] = { 'copied-only', copy }
        return { done, 'XACK', acked.err }
      end
      state = 'copied'
    end
  end
  done[#done + 1] = { state, copy }
  at = at + 4 + extra
end
local left = maxlen ~= '' and redis.pcall('XLEN', target) or 0
if type(left) == 'table' then return { done, 'XLEN', left.err } end
return { done, '', '', length + copies - left }
`

/**
 * For each entry that owner and delivery count are still as seen of, and that is idle for long enough: XADD of a copy with its own fields and its
 * provenance, then XACK. An entry whose copy is refused (OOM, WRONGTYPE) is not acked; the script ends there, and tells
 * what it did before. Throws only where EVAL itself is refused (nothing was done) or its reply is lost. RangeError beyond
 * 100 entries.
 */
export async function copyAndAck(
  writer: Writer,
  { key, group, target, targetTrim, fields, minIdleMs = 0 }: CopyOrder,
  entries: readonly CopiedEntry[],
): Promise<CopyResult> {
  checkSeen(entries, COPY_AND_ACK_MAX)
  if (entries.some(({ provenance }) => provenance.length % 2 !== 0)) throw new RangeError('fields are pairs')
  if (targetTrim !== undefined && target.equals(key)) throw new RangeError('copying must not trim its own source')
  const args = entries.flatMap((entry): readonly Argument[] => [
    ...seenArguments(entry),
    entry.provenance.length,
    ...entry.provenance,
  ])
  const own = fields ?? []
  const trim = targetTrim ? [targetTrim.maxLength, entries.length, targetTrim.mostLost] : ['', 0, 0]
  const reply = await runScript(writer, LUA, [key, target], [group, ...trim, minIdleMs, own.length, ...own, ...args])
  const [done, command, error, lost] = asList(reply)
  const refused = asText(command)
  const failure =
    refused === ''
      ? null
      : scriptError(asBuffer(error).toString('utf8'), refused, OF_TARGET.has(refused) ? target : key)
  const outcomes = asList(done).map(parseOutcome)
  const told = { outcomes, failure: failure && (asMissing(failure, key, group) as AppError) }
  if (!targetTrim || lost === undefined) return told
  const went = asNumber(lost)
  return { ...told, targetLost: went < 0 ? null : went }
}

/** What the script sends about the target, rather than about the stream. */
const OF_TARGET: ReadonlySet<string> = new Set(['XADD', 'XLEN'])

const STATES = ['copied', 'copied-only', 'moved', 'not-pending', 'gone', 'too-many-fields'] as const

function parseOutcome(reply: Reply): CopyOutcome {
  const [said, copy] = asList(reply)
  const state = asWord(said, STATES)
  return state === 'copied' || state === 'copied-only' ? { state, copyId: asId(copy) } : { state }
}
