import type { EntryId } from '../../../shared/entry-id'
import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asNumber } from '../reply'
import { runScript } from './run-script'

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if info.err then return info end
for at = 1, #info, 2 do
  if info[at] == 'length' and info[at + 1] ~= tonumber(ARGV[1]) then return 0 end
  if info[at] == 'last-generated-id' and info[at + 1] ~= ARGV[2] then return 0 end
end
local gone = redis.pcall('UNLINK', KEYS[1])
if type(gone) == 'table' then return gone end
return 1
`

/** UNLINK of a stream that is as long as it was and that nothing was added to since; false, and nothing done, else. NOT_FOUND stream. */
export async function unlinkIfSame(
  writer: Writer,
  key: Buffer,
  seen: { readonly length: number; readonly lastGeneratedId: EntryId },
): Promise<boolean> {
  const call = runScript(writer, LUA, [key], [seen.length, seen.lastGeneratedId])
  return asNumber(await orMissing(call, key)) === 1
}
