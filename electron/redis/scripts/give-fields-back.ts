import { createHash } from 'node:crypto'
import type { AppError } from '../../../shared/error'
import type { Argument, Writer } from '../reader-writer'
import { asBuffer, asList, asNumber, asText } from '../reply'
import { runScript, scriptError } from './run-script'

/** A field as it was written, and what it is to hold again. */
export interface FieldBack {
  readonly name: Buffer
  readonly written: WrittenValue
  /** Null: there was no such field. */
  readonly before: Buffer | null
  /** When it was to expire by itself, ms since 1970. */
  readonly expireAt: number | null
}

/** Tells a value without holding it. */
export interface WrittenValue {
  /** SHA-1, in hex. */
  readonly sha: string
  /** Bytes. */
  readonly size: number
}

export function writtenValue(value: Buffer): WrittenValue {
  return { sha: createHash('sha1').update(value).digest('hex'), size: value.length }
}

/** Whether a field holds what was written. */
export function isWritten(value: Buffer | null | undefined, { sha, size }: WrittenValue): boolean {
  return value !== null && value !== undefined && value.length === size && writtenValue(value).sha === sha
}

export interface FieldsBack {
  readonly back: number
  /** They hold something else by now, or are gone: left alone. */
  readonly left: number
}

/** What one call may carry: the server is busy for some milliseconds. */
export const FIELDS_BACK_BYTES = 2 * 1024 * 1024
export const FIELDS_BACK_MAX = 1_000

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key = KEYS[1]
local back, left = 0, 0
for at = 1, #ARGV, 6 do
  local name, sha, size = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local length = redis.pcall('HSTRLEN', key, name)
  if type(length) == 'table' then return { back, left, 'HSTRLEN', length.err } end
  local is_same = false
  if length == size then
    local value = redis.pcall('HGET', key, name)
    if type(value) == 'table' then return { back, left, 'HGET', value.err } end
    is_same = value and redis.sha1hex(value) == sha
  end
  if is_same then
    local command = ARGV[at + 3] == '1' and 'HSET' or 'HDEL'
    local done
    if command == 'HSET' then
      done = redis.pcall('HSET', key, name, ARGV[at + 4])
    else
      done = redis.pcall('HDEL', key, name)
    end
    if type(done) == 'table' then return { back, left, command, done.err } end
    if ARGV[at + 5] ~= '' then
      done = redis.pcall('HPEXPIREAT', key, ARGV[at + 5], 'FIELDS', '1', name)
      if type(done) == 'table' and done.err then return { back + 1, left, 'HPEXPIREAT', done.err } end
    end
    back = back + 1
  else
    left = left + 1
  end
end
return { back, left, '', '' }
`

/**
 * Gives fields of a hash back what they held, or removes them, where they hold what was written still; the others are
 * left alone. In one step, so nothing of others is overwritten. `failure`: what was refused on the way, and the rest not
 * tried. Throws where EVAL itself is refused. RangeError beyond 1000 fields; their bytes are the caller's to bound.
 */
export async function giveFieldsBack(
  writer: Writer,
  key: Buffer,
  fields: readonly FieldBack[],
): Promise<FieldsBack & { readonly failure: AppError | null }> {
  if (fields.length === 0 || fields.length > FIELDS_BACK_MAX) {
    throw new RangeError(`this script takes 1 to ${FIELDS_BACK_MAX} fields, not ${fields.length}`)
  }
  const args = fields.flatMap(({ name, written, before, expireAt }): readonly Argument[] => [
    ...[name, written.sha, written.size],
    ...[before === null ? 0 : 1, before ?? '', expireAt ?? ''],
  ])
  const [back, left, command, error] = asList(await runScript(writer, LUA, [key], args))
  const failure = asText(command) === '' ? null : scriptError(asBuffer(error).toString('utf8'), asText(command), key)
  return { back: asNumber(back), left: asNumber(left), failure }
}
