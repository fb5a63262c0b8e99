import { AppError, isAppError } from '../../shared/error'
import type { WriteLine } from './reader-writer'
import { commandLabel } from './commands'
import { isReplyError } from './errors'
import type { Reply } from './reply'
import type { Line, Result, Wire } from './wire'

/** The most commands of one transaction: nobody else is served while they run. */
const MAX_COMMANDS = 100

export interface Transactions {
  /** `asking`: what goes first is an ASKING, which holds for all of them. */
  send(lines: readonly WriteLine[], asking?: boolean): Promise<readonly (Reply | AppError)[]>
  /** Throws where MULTI or EXEC is refused. Changes nothing. */
  tryOut(): Promise<void>
  /** To be called when the connection is lost. */
  forget(): void
}

/** Of the connection. */
interface Connection {
  /** What a failed command means, as `commandError` has it. */
  whyFailed(error: unknown, line: Line, wrote: boolean): AppError
  refuseUnlessUsable(): void
  /** Ends it, and makes another one. */
  reconnect(): void
}

/**
 * MULTI … EXEC on a connection that others use as well, so it goes out in one write. That has a trap: where MULTI itself
 * is refused, by an ACL say, the commands behind it run one by one; and where EXEC is, they wait for ever, and with them
 * all that others send. So both are tried first, once per connection, with no command between them.
 */
export function createTransactions(
  wire: Pick<Wire, 'sendAll'>,
  { whyFailed, refuseUnlessUsable, reconnect }: Connection,
): Transactions {
  let connection = 0
  let triedOn = -1

  const sendLines = async (lines: readonly Line[]): Promise<readonly Result[]> => {
    refuseUnlessUsable()
    return wire.sendAll(lines)
  }

  const tryOut = async (): Promise<void> => {
    const fail = (error: Error | null | undefined, command: string): void => {
      if (error) throw discarded(whyFailed(error, [command], false))
    }
    // EXEC on its own: only where it is allowed may a MULTI be begun.
    const [[refusal] = []] = await sendLines([['EXEC']])
    if (!isWithoutMulti(refusal)) fail(refusal, 'EXEC')
    const [[begun] = [], [ended] = []] = await sendLines([['MULTI'], ['EXEC']])
    fail(begun, 'MULTI')
    fail(ended, 'EXEC')
  }

  return {
    tryOut,
    forget() {
      connection += 1
    },
    async send(lines, asking = false) {
      if (lines.length === 0 || lines.length > MAX_COMMANDS) {
        throw new RangeError(`a transaction takes 1 to ${MAX_COMMANDS} commands, not ${lines.length}`)
      }
      while (triedOn !== connection) {
        const on = connection
        await tryOut()
        triedOn = on
      }
      const names = lines.map(([command, ...args]) => commandLabel(command, args))
      const name = `MULTI ${[...new Set(names)].join(', ')}`
      const sent = await sendLines([...(asking ? [['ASKING'] as const] : []), ['MULTI'], ...lines, ['EXEC']])
      const [[begun] = [], ...queued] = asking ? sent.slice(1) : sent
      const [failed, replies] = queued.pop() ?? []

      if (isReplyError(begun) || isWithoutMulti(failed)) throw withoutMulti(name)
      // A command that is refused while it is queued makes EXEC discard them all.
      const bad = queued.findIndex(([error]) => isReplyError(error))
      if (bad >= 0) throw whyFailed(queued[bad]?.[0], lines[bad] ?? [name], true)
      if (failed) {
        const error = whyFailed(failed, [name], true)
        // Servers before 6.2 still wait for an EXEC then. They forget what they were told when the connection closes.
        if (isAppError(error, 'REDIS') && error.data.prefix === 'NOPERM') reconnect()
        throw discarded(error)
      }
      if (!Array.isArray(replies) || replies.length !== lines.length) throw lost(name)
      return replies.map((reply: unknown, at) =>
        reply instanceof Error ? whyFailed(reply, lines[at] ?? [name], true) : (reply as Reply),
      )
    },
  }
}

function isWithoutMulti(error: Error | null | undefined): boolean {
  return isReplyError(error) && /^ERR EXEC without MULTI/i.test(error?.message ?? '')
}

/** The right to MULTI was taken away since it was tried. */
function withoutMulti(command: string): AppError<'UNKNOWN_OUTCOME'> {
  return new AppError('UNKNOWN_OUTCOME', { command, cause: 'no-multi' })
}

function lost(command: string): AppError<'UNKNOWN_OUTCOME'> {
  return new AppError('UNKNOWN_OUTCOME', { command, cause: 'odd-reply' })
}

/** EXEC may tell itself why it discarded all: when memory ran out in between, say. */
function discarded(error: AppError): AppError {
  if (!isAppError(error, 'REDIS')) return error
  const reply = error.data.reply.replace(/^EXECABORT Transaction discarded because of: (?=\S)/, '')
  const prefix = /^[A-Z]+/.exec(reply)?.[0] ?? error.data.prefix
  return new AppError('REDIS', { ...error.data, prefix, reply })
}
