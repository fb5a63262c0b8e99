import { AppError, isAppError } from '../../../shared/error'
import { aboutKey, prefixOf } from '../errors'
import type { Argument, Writer } from '../reader-writer'
import type { Reply } from '../reply'

/**
 * EVAL: runs a script, in which nothing of others comes between. Sent whole each time: by its hash (EVALSHA) it would
 * save a kilobyte of some twenty, and a second command would have to follow when the server has forgotten it.
 *
 * A script sends each command by `redis.pcall`, for an error that is raised would hide what was done before it. Before
 * Redis 5 learned so by itself, `redis.replicate_commands` is what lets a script write after reading.
 * https://redis.io/docs/latest/commands/eval/
 */
export async function runScript(
  writer: Writer,
  lua: string,
  keys: readonly Buffer[],
  args: readonly Argument[],
): Promise<Reply> {
  try {
    return await writer.write('EVAL', lua, keys.length, ...keys, ...args)
  } catch (error) {
    if (!isAppError(error, 'REDIS')) throw error
    const [key = null, ...others] = keys
    throw scriptError(error.data.reply, 'EVAL', others.length === 0 ? key : null)
  }
}

/** What a server says instead of NOPERM where it is the script that may not. */
const DENIED = /^(ERR )?(ACL failure in script|The user executing the script can't )/

/**
 * An error of a command that a script sent, by that command's own prefix: servers before 7 put the place in the script
 * before it (`@user_script: 5: -READONLY …`), or `ERR Error running script …`. `key`: of that command; null: not known.
 */
export function scriptError(reply: string, command: string, key: Buffer | null): AppError<'REDIS'> {
  const own = reply.replace(/^(ERR Error running script \([^)]*\): ?)?@\w+: ?\d+: ?-?/, '').trim()
  const prefix = DENIED.test(own) ? 'NOPERM' : prefixOf(own)
  return new AppError('REDIS', { prefix, reply: own, command, ...aboutKey(own, key) })
}
