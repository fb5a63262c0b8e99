import { isAppError, type AppError } from '../../shared/error'
import type { ReadLine, Reader } from './reader-writer'
import { asList, asNumber, ReplyShapeError, type Reply } from './reply'

/** What some fields of a hash hold; null: there is no such field. */
export interface HashFields {
  readonly values: readonly (Buffer | null)[]
  /** When they expire by themselves, ms since 1970 (HEXPIRE: Redis 7.4+, Valkey 9+); null: never, or the server has no such thing. */
  readonly expireAt: readonly (number | null)[]
  /** Whether there is such a key. */
  readonly exists: boolean
}

/** `too-large`: they hold so many bytes in all, more than was asked for. `refused`: WRONGTYPE, NOPERM, MOVED… */
export type HashLook =
  | ({ readonly state: 'read' } & HashFields)
  | { readonly state: 'too-large'; readonly bytes: number }
  | { readonly state: 'refused'; readonly error: AppError<'REDIS'> }

export interface HashAsk {
  readonly key: Buffer
  /** One or more, each once. */
  readonly names: readonly Buffer[]
}

/** The most commands of one round trip. */
const LINES = 500
/** What the replies to one round trip may hold. */
const REPLY_BYTES = 4 * 1024 * 1024

/**
 * Fields of hashes, any bytes. Their lengths come first (HLEN, HSTRLEN), so that no reply is larger than `mostBytes` for
 * one hash. Each in bounded round trips, in order. Throws what is no answer about one key: UNREACHABLE, UNSUPPORTED.
 * https://redis.io/docs/latest/commands/hmget/ https://redis.io/docs/latest/commands/hpexpiretime/
 */
export async function lookAtHashes(
  reader: Reader,
  asks: readonly HashAsk[],
  mostBytes: number,
): Promise<readonly HashLook[]> {
  const looks: HashLook[] = []
  for (const part of parts(asks, ({ names }) => names.length + 1, LINES)) {
    const sizes = await sizesOf(reader, part)
    const wanted = part.flatMap((ask, at) => {
      const size = sizes[at]
      return size !== undefined && typeof size.bytes === 'number' && size.bytes <= mostBytes ? [{ ask, ...size }] : []
    })
    const read = new Map<HashAsk, HashLook>()
    for (const some of parts(wanted, ({ bytes }) => Number(bytes), REPLY_BYTES)) {
      const found = await readAll(
        reader,
        some.map(({ ask, exists }) => ({ ...ask, exists })),
      )
      some.forEach(({ ask }, at) => read.set(ask, found[at] ?? noReply()))
    }
    for (const [at, ask] of part.entries()) {
      const { bytes } = sizes[at] ?? noReply()
      if (typeof bytes !== 'number') looks.push({ state: 'refused', error: bytes })
      else looks.push(read.get(ask) ?? { state: 'too-large', bytes })
    }
  }
  return looks
}

interface Size {
  /** Of the fields that were asked for, or why it is not told. */
  readonly bytes: number | AppError<'REDIS'>
  readonly exists: boolean
}

async function sizesOf(reader: Reader, asks: readonly HashAsk[]): Promise<readonly Size[]> {
  const lines = asks.map(({ key, names }): readonly ReadLine[] => [
    ['HLEN', key],
    ...names.map((name): ReadLine => ['HSTRLEN', key, name]),
  ])
  const replies = await inTurns(reader, lines.flat())
  let at = 0
  return lines.map((own) => {
    const [count, ...lengths] = replies.slice(at, at + own.length).map(orRefusal)
    at += own.length
    const refusal = [count, ...lengths].find((each) => isAppError(each, 'REDIS'))
    if (isAppError(refusal, 'REDIS')) return { bytes: refusal, exists: true }
    const bytes = lengths.reduce<number>((sum, each) => sum + asNumber(each as Reply), 0)
    return { bytes, exists: asNumber(count as Reply) > 0 }
  })
}

async function readAll(
  reader: Reader,
  asks: readonly (HashAsk & { readonly exists: boolean })[],
): Promise<readonly HashLook[]> {
  const values = await inTurns(
    reader,
    asks.map(({ key, names }): ReadLine => ['HMGET', key, ...names]),
  )
  const there = asks.filter(({ exists }) => exists)
  const times = await inTurns(
    reader,
    there.map(({ key, names }): ReadLine => ['HPEXPIRETIME', key, 'FIELDS', names.length, ...names]),
  )
  const timesOf = new Map(there.map((ask, at) => [ask, times[at]]))
  return asks.map((ask, at): HashLook => {
    const found = orRefusal(values[at] ?? noReply())
    if (isAppError(found, 'REDIS')) return { state: 'refused', error: found }
    const told = asList(found).map((each) => (Buffer.isBuffer(each) ? each : null))
    if (told.length !== ask.names.length) noReply()
    return { state: 'read', values: told, expireAt: expiries(timesOf.get(ask), told.length), exists: ask.exists }
  })
}

/** Where the server has no such command, or does not let us ask, nothing is known of any expiry. */
function expiries(reply: Reply | AppError | undefined, count: number): readonly (number | null)[] {
  if (reply === undefined || reply === null || isAppError(reply)) return Array.from({ length: count }, () => null)
  return asList(reply).map((each) => {
    const at = asNumber(each)
    return at < 0 ? null : at
  })
}

async function inTurns(reader: Reader, lines: readonly ReadLine[]): Promise<readonly (Reply | AppError)[]> {
  const replies: (Reply | AppError)[] = []
  for (let at = 0; at < lines.length; at += LINES) replies.push(...(await reader.pipeline(lines.slice(at, at + LINES))))
  return replies
}

function orRefusal(reply: Reply | AppError): Reply | AppError<'REDIS'> {
  if (!isAppError(reply) || isAppError(reply, 'REDIS')) return reply
  throw reply
}

function noReply(): never {
  throw new ReplyShapeError('the server’s reply lacks some of what was asked for')
}

/** Cuts a list where a part would come to more than `most`; what is larger by itself is a part of its own. */
function parts<T>(all: readonly T[], weigh: (each: T) => number, most: number): readonly (readonly T[])[] {
  const made: T[][] = []
  let weight = Infinity
  for (const each of all) {
    weight += weigh(each)
    if (weight > most) {
      made.push([])
      weight = weigh(each)
    }
    made.at(-1)?.push(each)
  }
  return made
}
