import type { EntryId } from '../../../shared/entry-id'
import type { AppError } from '../../../shared/error'
import type { Argument, Writer } from '../reader-writer'
import { noSuchStream } from '../missing'
import { asBuffer, asId, asList, asText, type Reply } from '../reply'
import { asWord } from './check'
import { runScript, scriptError } from './run-script'

/**
 * The most entries of one call: the server is busy for about 1 ms. Their bytes are the caller's to bound, for they pass
 * through the script twice: 256 KiB takes it another.
 */
export const REDRIVE_MAX = 50
/** The most names and values of a copy: Lua can't hand on more arguments than some 8000. */
export const REDRIVE_MAX_PARTS = 7_000

export interface RedrivenEntry {
  readonly id: EntryId
  /** As it was read: name, value, name, value… */
  readonly fields: readonly Buffer[]
  /** How many of these the copy begins with. */
  readonly kept: number
  /** What the copy ends in. */
  readonly tail: readonly Buffer[]
}

export interface RedriveOrder {
  readonly key: Buffer
  /** In a cluster it must be in the same slot. */
  readonly target: Buffer
  /** False: a target that does not exist is NOT_FOUND stream. */
  readonly create: boolean
}

/**
 * `moved`: copied, then deleted; `copied-only`: copied, and the deletion was refused. All else was left as it was: `gone`
 * from the stream, `changed` (another entry has its id by now).
 */
export type RedriveOutcome =
  { readonly state: 'moved' | 'copied-only'; readonly copyId: EntryId } | { readonly state: 'gone' | 'changed' }

export interface RedriveResult {
  /** In order; shorter than what was asked for where Redis refused something, and the rest was not tried. */
  readonly outcomes: readonly RedriveOutcome[]
  readonly failure: AppError | null
}

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, target, create = KEYS[1], KEYS[2], ARGV[1]
local done = {}
if create ~= '1' then
  local kind = redis.pcall('TYPE', target)
  if kind.err then return { done, 'TYPE', kind.err } end
  if kind.ok == 'none' then return { done, 'TYPE', 'NOTARGET' } end
end
local function same(now, from, count)
  if #now ~= count then return false end
  for n = 1, count do
    if now[n] ~= ARGV[from + n] then return false end
  end
  return true
end
local at = 2
while at <= #ARGV do
  local id, parts, kept, extra = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local own = at + 3
  local found = redis.pcall('XRANGE', key, id, id)
  if found.err then return { done, 'XRANGE', found.err } end
  local entry = found[1]
  local state, copy = 'moved', ''
  if not entry then
    state = 'gone'
  elseif not same(entry[2], own, parts) then
    state = 'changed'
  else
    local add = { 'XADD', target, '*' }
    for n = 1, kept do add[#add + 1] = ARGV[own + n] end
    for n = 1, extra do add[#add + 1] = ARGV[own + parts + n] end
    copy = redis.pcall(unpack(add))
    if type(copy) == 'table' then return { done, 'XADD', copy.err } end
    local deleted = redis.pcall('XDEL', key, id)
    if type(deleted) == 'table' then
      done[#done + 1] = { 'copied-only', copy }
      return { done, 'XDEL', deleted.err }
    end
  end
  done[#done + 1] = { state, copy }
  at = own + parts + extra + 1
end
return { done, '', '' }
`

/**
 * For each entry that is still there as it was read: XADD of a copy to the target, then XDEL. Where the copy is refused
 * (OOM, WRONGTYPE) nothing is deleted; the script ends there, and tells what it did before. Throws only where EVAL itself is
 * refused (nothing was done) or its reply is lost. RangeError beyond 50 entries, or 3500 fields.
 */
export async function redriveEntries(
  writer: Writer,
  { key, target, create }: RedriveOrder,
  entries: readonly RedrivenEntry[],
): Promise<RedriveResult> {
  if (entries.length === 0 || entries.length > REDRIVE_MAX) {
    throw new RangeError(`this script takes 1 to ${REDRIVE_MAX} entries, not ${entries.length}`)
  }
  if (target.equals(key)) throw new RangeError('a stream is not redriven to itself')
  for (const { kept, tail } of entries) {
    if (kept % 2 !== 0 || tail.length % 2 !== 0) throw new RangeError('fields are pairs')
    if (kept + tail.length > REDRIVE_MAX_PARTS) throw new RangeError('too many fields for a script')
  }
  const args = entries.flatMap(({ id, fields, kept, tail }): readonly Argument[] => [
    ...[id, fields.length, kept, tail.length],
    ...fields,
    ...tail,
  ])
  const reply = await runScript(writer, LUA, [key, target], [create ? '1' : '0', ...args])
  const [done, command, error] = asList(reply)
  return {
    outcomes: asList(done).map(parseOutcome),
    failure: failureOf(asText(command), asBuffer(error).toString('utf8'), { key, target }),
  }
}

function failureOf(
  command: string,
  reply: string,
  { key, target }: Pick<RedriveOrder, 'key' | 'target'>,
): AppError | null {
  if (command === '') return null
  const isOfTarget = command === 'XADD' || command === 'TYPE'
  return reply === 'NOTARGET' ? noSuchStream(target) : scriptError(reply, command, isOfTarget ? target : key)
}

const STATES = ['moved', 'copied-only', 'gone', 'changed'] as const

function parseOutcome(reply: Reply): RedriveOutcome {
  const [said, copy] = asList(reply)
  const state = asWord(said, STATES)
  return state === 'moved' || state === 'copied-only' ? { state, copyId: asId(copy) } : { state }
}
