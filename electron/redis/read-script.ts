import { isAppError, AppError } from '../../shared/error'
import { originOf, type Argument, type Reader } from './reader-writer'
import type { Reply } from './reply'
import { WITHOUT_BODIES_LUA, WITHOUT_BODIES_SHA } from './scripts/without-bodies-lua'

/** By the origin of a reader, which is one for as long as a connection is known: each refusal is a line of the server's log. */
const withoutScripts = new WeakSet<object>()

const NO_SCRIPT = /^NOSCRIPT/
const NO_SCRIPTS = /^NOPERM.*'eval(sha)?_ro'/i
const REFUSED_WITHIN = /^ERR (ACL failure in script: |The user executing the script )/

/** Whether scripts that read are worth trying. */
export function hasReadScripts(reader: Reader): boolean {
  return !withoutScripts.has(originOf(reader))
}

/** What was refused may be allowed by now, or the other way round. */
export function noteReadScripts(reader: Reader, has: boolean): void {
  if (has) withoutScripts.delete(originOf(reader))
  else withoutScripts.add(originOf(reader))
}

/**
 * What can be told of a stream without its entries' bodies (EVALSHA_RO, 7.0+). Null: this server, or its ACL, has no scripts that
 * read. Throws as `command` would, of which it stands in the place: REDIS, UNREACHABLE.
 * https://redis.io/docs/latest/commands/evalsha_ro/
 */
export async function askWithoutBodies(
  reader: Reader,
  key: Buffer,
  command: string,
  args: readonly Argument[],
): Promise<Reply | null> {
  if (!hasReadScripts(reader)) return null
  const rest = [1, key, ...args] as const
  try {
    return await reader.call('EVALSHA_RO', WITHOUT_BODIES_SHA, ...rest).catch((error: unknown) => {
      if (!isRefusal(error, NO_SCRIPT)) throw error
      return reader.call('EVAL_RO', WITHOUT_BODIES_LUA, ...rest)
    })
  } catch (error) {
    if (!isAppError(error, 'UNSUPPORTED') && !isRefusal(error, NO_SCRIPTS)) throw asOf(error, command)
    noteReadScripts(reader, false)
    return null
  }
}

function isRefusal(error: unknown, pattern: RegExp): boolean {
  return isAppError(error, 'REDIS') && pattern.test(error.data.reply)
}

/** What an ACL refuses within a script comes as ERR, and with words of its own. */
function asOf(error: unknown, command: string): unknown {
  if (!isAppError(error, 'REDIS')) return error
  const { prefix, reply } = error.data
  const isRefused = REFUSED_WITHIN.test(reply)
  return new AppError('REDIS', {
    ...error.data,
    prefix: isRefused ? 'NOPERM' : prefix,
    reply: isRefused ? reply.replace(/^ERR (ACL failure in script: )?/, 'NOPERM ') : reply,
    command,
  })
}
