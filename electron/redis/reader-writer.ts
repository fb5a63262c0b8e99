import type { AppError } from '../../shared/error'
import type { ReadCommand, WriteCommand } from './commands'
import type { Reply } from './reply'

export type Argument = Buffer | string | number

/**
 * Sends commands that only read. Every reply is binary-safe, and every failure an AppError: TOO_LARGE for a reply beyond 8 MiB, of
 * which `cutReply` has what was kept.
 */
export interface Reader {
  /** See `originOf`. */
  readonly origin?: object
  call(command: ReadCommand, ...args: readonly Argument[]): Promise<Reply>
  /**
   * The same for one reply of up to 512 MiB, where `call` threw TOO_LARGE: on a connection of its own, one at a time, and after all
   * that was sent before. Absent where that is what `call` does. Throws TOO_LARGE.
   */
  callLarge?(command: ReadCommand, ...args: readonly Argument[]): Promise<Reply>
  /** Several bounded commands in one round trip. Each result is that command's reply or its error. */
  pipeline(commands: readonly ReadLine[]): Promise<readonly (Reply | AppError)[]>
}
export type ReadLine = readonly [ReadCommand, ...Argument[]]

/** What is remembered of a server holds for all readers of one origin: those of a cluster, and those that send by another. */
export function originOf(reader: Reader): object {
  return reader.origin ?? reader
}

/** See `Reader`. */
export function callLarge(reader: Reader, command: ReadCommand, ...args: readonly Argument[]): Promise<Reply> {
  return reader.callLarge ? reader.callLarge(command, ...args) : reader.call(command, ...args)
}

/** Sends commands that change something. Never sends one twice: a lost reply is an UNKNOWN_OUTCOME. */
export interface Writer {
  readonly reader: Reader
  write(command: WriteCommand, ...args: readonly Argument[]): Promise<Reply>
  /**
   * MULTI … EXEC: the commands run one after the other with nobody between them. Each result is that command's reply or
   * its error: Redis rolls nothing back, and goes on after a command that failed while it ran. Throws the error of the
   * first command that was refused before that; then none of them ran. At most 100 commands, each bounded.
   * https://redis.io/docs/latest/develop/using-commands/transactions/
   */
  transaction(commands: readonly WriteLine[]): Promise<readonly (Reply | AppError)[]>
}
export type WriteLine = readonly [WriteCommand, ...Argument[]]
