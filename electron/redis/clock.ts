import { isAppError, type AppError } from '../../shared/error'
import { isUnavailable } from './errors'
import { originOf, type Reader, type ReadLine } from './reader-writer'
import { asBuffer, asList, asNumber, ReplyShapeError, type Reply } from './reply'
import { parseInfo } from './server'

/** Each refusal is a line of the server's log: so long TIME is not asked for where it was refused and INFO tells the clock, ms. */
export const ASKED_AGAIN_MS = 300_000
/** Where that is so, and by this process's clock since when. */
const refusedAt = new WeakMap<object, number>()
const INFO = ['INFO', 'server'] as const

/**
 * The server's clock, ms since 1970: by TIME, or by what INFO says of it (6.0+) for a user who may not send that. Throws the
 * refusal of TIME where neither is told. https://redis.io/docs/latest/commands/time/
 */
export async function serverTimeMs(reader: Reader): Promise<number> {
  if (isByInfo(reader)) {
    const told = await byInfoTime(reader)
    if (told !== null) return told
    refusedAt.delete(originOf(reader))
  }
  try {
    return parseTimeMs(await reader.call('TIME'))
  } catch (error) {
    const told = isUnavailable(error) ? await byInfoTime(reader) : null
    if (told === null) throw error
    refusedAt.set(originOf(reader), performance.now())
    return told
  }
}

export interface TimedReplies {
  readonly replies: readonly (Reply | AppError)[]
  /** The clock just before they were read, and just after; or why nobody tells it. */
  readonly clock: { readonly before: number; readonly after: number } | AppError
}

/** Several bounded commands with the server's clock around them, in one round trip. */
export async function pipelineTimed(reader: Reader, lines: readonly ReadLine[]): Promise<TimedReplies> {
  if (isByInfo(reader)) {
    const timed = await pipelineByInfo(reader, lines)
    if (timed !== null) return timed
    refusedAt.delete(originOf(reader))
  }
  const timed = await pipelineBy(reader, ['TIME'], parseTimeMs, lines)
  if (!isUnavailable(timed.clock) || (await byInfoTime(reader)) === null) return timed
  refusedAt.set(originOf(reader), performance.now())
  return (await pipelineByInfo(reader, lines)) ?? timed
}

/** TIME may be allowed by now, or the server be another after a failover. */
function isByInfo(reader: Reader): boolean {
  const since = refusedAt.get(originOf(reader))
  return since !== undefined && performance.now() - since < ASKED_AGAIN_MS
}

async function pipelineBy(
  reader: Reader,
  clock: ReadLine,
  parse: (reply: Reply) => number,
  lines: readonly ReadLine[],
): Promise<TimedReplies> {
  const [before = null, ...replies] = await reader.pipeline([clock, ...lines, clock])
  const after = replies.pop() ?? null
  if (isAppError(before)) return { replies, clock: before }
  return { replies, clock: isAppError(after) ? after : { before: parse(before), after: parse(after) } }
}

/** Null where INFO no longer tells the clock: after a failover the server may be another, with other rights. */
async function pipelineByInfo(reader: Reader, lines: readonly ReadLine[]): Promise<TimedReplies | null> {
  const timed = await orNoClock(pipelineBy(reader, INFO, parseInfoTimeMs, lines))
  return timed === null || isUnavailable(timed.clock) ? null : timed
}

/** Null: INFO doesn't tell it. */
function byInfoTime(reader: Reader): Promise<number | null> {
  return orNoClock(reader.call(...INFO).then(parseInfoTimeMs))
}

async function orNoClock<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (isUnavailable(error) || error instanceof ReplyShapeError) return null
    throw error
  }
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
