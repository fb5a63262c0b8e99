import { isAppError, type AppError } from '../../shared/error'
import { originOf, type Reader, type ReadLine } from './reader-writer'
import { asBuffer, asList, asNumber, ReplyShapeError, type Reply } from './reply'
import { parseInfo } from './server'

/** Where TIME is refused, and INFO tells the clock as well. */
const byInfo = new WeakSet<object>()

/**
 * The server's clock, ms since 1970: by TIME, or by what INFO says of it (6.0+) for a user who may not send that. Throws the
 * refusal of TIME where neither is told. https://redis.io/docs/latest/commands/time/
 */
export async function serverTimeMs(reader: Reader): Promise<number> {
  if (byInfo.has(originOf(reader))) return byInfoTime(reader)
  try {
    return parseTimeMs(await reader.call('TIME'))
  } catch (error) {
    if (!isRefusal(error) || !(await turnsToInfo(reader))) throw error
    return byInfoTime(reader)
  }
}

export interface TimedReplies {
  readonly replies: readonly (Reply | AppError)[]
  /** The clock just before they were read, and just after; or why nobody tells it. */
  readonly clock: { readonly before: number; readonly after: number } | AppError
}

/** Several bounded commands with the server's clock around them, in one round trip. */
export async function pipelineTimed(reader: Reader, lines: readonly ReadLine[]): Promise<TimedReplies> {
  const isByInfo = byInfo.has(originOf(reader))
  const line: ReadLine = isByInfo ? ['INFO', 'server'] : ['TIME']
  const parse = isByInfo ? parseInfoTimeMs : parseTimeMs
  const [before = null, ...replies] = await reader.pipeline([line, ...lines, line])
  const after = replies.pop() ?? null
  if (!isAppError(before) && !isAppError(after)) {
    return { replies, clock: { before: parse(before), after: parse(after) } }
  }
  const clock = isAppError(before) ? before : (after as AppError)
  return !isByInfo && isRefusal(clock) && (await turnsToInfo(reader))
    ? pipelineTimed(reader, lines)
    : { replies, clock }
}

/** Whether INFO tells the clock; from then on it is asked. */
async function turnsToInfo(reader: Reader): Promise<boolean> {
  try {
    await byInfoTime(reader)
  } catch (error) {
    if (isRefusal(error) || error instanceof ReplyShapeError) return false
    throw error
  }
  byInfo.add(originOf(reader))
  return true
}

async function byInfoTime(reader: Reader): Promise<number> {
  return parseInfoTimeMs(await reader.call('INFO', 'server'))
}

function parseTimeMs(reply: Reply): number {
  const [seconds, micros] = asList(reply)
  return asNumber(seconds) * 1000 + Math.floor(asNumber(micros) / 1000)
}

function parseInfoTimeMs(reply: Reply): number {
  const told = parseInfo(asBuffer(reply).toString('utf8')).get('server_time_usec')
  if (told === undefined || !/^\d{1,17}$/.test(told)) throw new ReplyShapeError('INFO tells no server_time_usec')
  return Math.floor(Number(told) / 1000)
}

function isRefusal(error: unknown): boolean {
  return isAppError(error, 'UNSUPPORTED') || (isAppError(error, 'REDIS') && error.data.prefix === 'NOPERM')
}
