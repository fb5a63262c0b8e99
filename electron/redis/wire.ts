import { Command, type Redis } from 'ioredis'
import type { CommandTap } from './command-tap'
import type { CutReply, Awaiting } from './reply-gate'
import { endWithinReply, replyBytesOn } from './guarded-connector'
import { CommandTimeoutError, whileBytesCome, type ProgressLimit } from './progress'
import type { Argument } from './reader-writer'
import type { Reply } from './reply'
import { shareOf, type Share } from './reply-size'
import { ReplyTooLargeError } from './too-large'

const MIB = 1024 * 1024
/** What one reply may hold, unless more is asked for. */
const USUAL_REPLY_BYTES = 8 * MIB
/** Many small values: some 800 000, as of 90 000 consumers. */
const USUAL_KEPT_BYTES = 128 * MIB
/** The replies of one round trip are all kept until the last of them is there. */
const TOGETHER_BYTES = 16 * MIB

/** A command with its arguments. */
export type Line = readonly [string, ...Argument[]]
/** Of one of several commands: why it failed, or what was said. */
export type Result = readonly [error: Error | null, reply?: unknown]

/** ioredis's connection, held so that every reply belongs to the command that it answers, and is no larger than that may be. */
export interface Wire {
  /** Throws what ioredis throws, and `ReplyTooLargeError`. */
  send(line: Line): Promise<unknown>
  /** In one write. Never rejects. */
  sendAll(lines: readonly Line[]): Promise<readonly Result[]>
  /** Who waits for the nth reply that the decoder has not seen yet. */
  awaiting(nth: number): Awaiting | null
}

export interface WireOptions {
  readonly redis: () => Redis
  /** Which command is given up; null: none. */
  readonly limit: ProgressLimit | null
  /** What each reply may hold; undefined: as usual. */
  readonly mostBytes: number | undefined
  /** Who takes note of what is sent. */
  readonly tap: CommandTap | undefined
}

interface Sent extends Awaiting {
  cut: CutReply | null
}

interface CommandQueue {
  get(at: number): { readonly command: object } | undefined
}

/** What ioredis's types leave out. */
interface CommandPipeline {
  sendCommand(command: Command): unknown
  exec(): Promise<unknown>
}

export function createWire({ redis, limit, mostBytes, tap }: WireOptions): Wire {
  const sent = new WeakMap<object, Sent>()
  const shareOfOne = (): Share =>
    mostBytes === undefined ? shareOf(USUAL_REPLY_BYTES, USUAL_KEPT_BYTES) : shareOf(mostBytes)

  const track = (command: object, share: Share): Sent => {
    const tracked: Sent = {
      share,
      cut: null,
      isCut(cut) {
        tracked.cut = cut
        tap?.cut(command)
      },
      came: (bytes) => tap?.came(command, bytes),
    }
    sent.set(command, tracked)
    return tracked
  }
  const make = ([name, ...args]: Line, share: Share) => {
    const command = new Command(name, [...args], { replyEncoding: null })
    return { command, tracked: track(command, share) }
  }
  const whole = (reply: unknown, { cut }: Sent): unknown => {
    if (cut === null) return reply
    throw new ReplyTooLargeError(mostBytes ?? USUAL_REPLY_BYTES, { ...cut, reply: reply as Reply })
  }
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const { stream } = redis()
    return whileBytesCome(work, () => replyBytesOn(stream), limit)
  }
  const endIfTimedOut = (error: unknown, command: object): void => {
    if (!(error instanceof CommandTimeoutError)) return
    tap?.givenUp(command)
    endWithinReply(redis().stream)
  }

  return {
    async send(line) {
      const { command, tracked } = make(line, shareOfOne())
      const work = redis().sendCommand(command) as Promise<unknown>
      work.catch(() => undefined)
      try {
        return whole(await inTime(work), tracked)
      } catch (error) {
        endIfTimedOut(error, command)
        throw error
      }
    },
    async sendAll(lines) {
      const together =
        mostBytes === undefined ? shareOf(USUAL_REPLY_BYTES, USUAL_KEPT_BYTES, TOGETHER_BYTES) : shareOf(mostBytes)
      const pipeline = redis().pipeline() as unknown as CommandPipeline
      const made = lines.map((line) => make(line, together))
      for (const { command } of made) pipeline.sendCommand(command)
      void pipeline.exec()
      const results = made.map(async ({ command, tracked }): Promise<Result> => {
        try {
          return [null, whole(await inTime(command.promise), tracked)]
        } catch (error) {
          return [error instanceof Error ? error : new Error('a command failed', { cause: error })]
        }
      })
      const all = await Promise.all(results)
      for (const [at, { command }] of made.entries()) endIfTimedOut(all[at]?.[0], command)
      return all
    },
    awaiting(nth) {
      const queue = (redis() as unknown as { readonly commandQueue: CommandQueue }).commandQueue
      const next = queue.get(nth)
      // What ioredis itself sends as it connects is not known here.
      return next === undefined ? null : (sent.get(next.command) ?? track(next.command, shareOfOne()))
    },
  }
}
