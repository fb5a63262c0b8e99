import type { Argument, Writer } from '../reader-writer'
import { asBuffer, asList, asText } from '../reply'
import { asWord } from './check'
import { MAX_PARTS } from './copy-and-ack'
import type { WrittenValue } from './give-fields-back'
import { runScript, scriptError } from './run-script'

/** A field as it was read; null: there was no such field. */
export interface FieldSeen {
  readonly name: Buffer
  readonly value: WrittenValue | null
}

/** `other`: a field holds something else by now, and nothing was written. */
export type SetFields = 'written' | 'other'

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, seen = KEYS[1], tonumber(ARGV[1])
for at = 2, 1 + seen * 3, 3 do
  local name, sha, size = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local length = redis.pcall('HSTRLEN', key, name)
  if type(length) == 'table' then return { 'refused', 'HSTRLEN', length.err } end
  if length ~= (size or 0) then return { 'other', '', '' } end
  local found = redis.pcall('HMGET', key, name)
  if found.err then return { 'refused', 'HMGET', found.err } end
  local value = found[1]
  if (value and true or false) ~= (sha ~= '') then return { 'other', '', '' } end
  if value and redis.sha1hex(value) ~= sha then return { 'other', '', '' } end
end
for from = 2 + seen * 3, #ARGV, ${MAX_PARTS} do
  local done = redis.pcall('HSET', key, unpack(ARGV, from, math.min(from + ${MAX_PARTS - 1}, #ARGV)))
  if type(done) == 'table' then return { 'refused', 'HSET', done.err } end
end
return { 'written', '', '' }
`

/**
 * HSET of all these fields (name, value, name, value…) where the hash holds in them what was seen, with nobody in between.
 * REDIS as HSET, HSTRLEN, HMGET and EVAL do. What a value holds is told by its SHA-1 and its length.
 * https://redis.io/docs/latest/commands/hset/
 */
export async function setFieldsIf(
  writer: Writer,
  key: Buffer,
  fields: readonly Buffer[],
  seen: readonly FieldSeen[],
): Promise<SetFields> {
  if (fields.length === 0 || fields.length % 2 !== 0) throw new RangeError('a hash is pairs of names and values')
  const args = seen.flatMap(({ name, value }): readonly Argument[] => [name, value?.sha ?? '', value?.size ?? ''])
  const [said, command, error] = asList(await runScript(writer, LUA, [key], [seen.length, ...args, ...fields]))
  if (asText(said) === 'refused') throw scriptError(asBuffer(error).toString('utf8'), asText(command), key)
  return asWord(said, ['written', 'other'] as const)
}
