import { isReplyError } from './errors'

/** Whether a connection is alive, and its round trip. */
export interface Ping {
  /**
   * Round trip, ms; null: this user has no command to measure by. Throws what the server says where it does not serve
   * (a password needed or wrong, LOADING, MASTERDOWN, BUSY), and where the connection is lost.
   */
  ping(): Promise<number | null>
  /** To be called when the connection is lost: the next one may have other rights. */
  forget(): void
}

/** The second is for those who may not run the first. https://redis.io/docs/latest/commands/ping/ */
const COMMANDS = ['PING', 'TIME'] as const
type Command = (typeof COMMANDS)[number]

/** By which the server says that it is not there for this connection, now or at all. */
const NOT_SERVING =
  /^(NOAUTH|WRONGPASS|LOADING|MASTERDOWN|BUSY|DENIED)\b|^ERR (operation not permitted|.*(authentication required|invalid password|max number of clients))/i
/** By which a server refuses just this command: it looked at it, so it serves. MISCONF: it can't save its data to the disk. */
const SERVING =
  /^(NOPERM|MISCONF)\b|^ERR.*(unknown command|unsupported|disabled|not (supported|permitted|allowed|available))/i

/**
 * A refusal is a round trip as well, but each is a line in the server's log: it is remembered, and the next command taken.
 * `call`: rejects with what ioredis makes of an error reply. `notRedis`: of a PING that is answered by anything but PONG.
 */
export function createPing(call: (command: Command) => Promise<unknown>, notRedis: () => Error): Ping {
  const refused = new Set<Command>()
  const timed = async (command: Command): Promise<number> => {
    const before = performance.now()
    const reply = await call(command)
    if (command === 'PING' && String(reply) !== 'PONG') throw notRedis()
    return performance.now() - before
  }

  return {
    async ping() {
      const tried: Command[] = []
      let isServing = refused.size > 0
      let last: unknown = null
      for (const command of COMMANDS.filter((each) => !refused.has(each))) {
        try {
          const ms = await timed(command)
          for (const each of tried) refused.add(each)
          return ms
        } catch (error) {
          if (!(error instanceof Error) || !isReplyError(error) || NOT_SERVING.test(error.message)) throw error
          tried.push(command)
          last = error
          isServing ||= SERVING.test(error.message)
        }
      }
      // Something else than a server may stand there, and refuse whatever it is asked.
      if (!isServing) throw last
      for (const each of tried) refused.add(each)
      return null
    },
    forget: () => refused.clear(),
  }
}
