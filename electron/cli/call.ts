import type { ContractRouterClient } from '@orpc/contract'
import type { Bytes } from '../../shared/bytes'
import type { Contract } from '../../shared/contract'
import type { Connection } from '../../shared/model/connection'
import type { Caller } from '../../shared/model/who'
import type { StagedImport, StageChoice } from '../host/stage-file'
import type { Print } from './print/print'
import type { Flags } from './values'

/** The one router, called in this process: roles, guard and journal are its own. */
export type Api = ContractRouterClient<Contract>

/** A question to a person at the terminal. Null: no answer comes any more (Ctrl+D). */
export type Ask = (question: string) => Promise<string | null>

/** What a command is called with. */
export interface Call {
  readonly flags: Flags
  readonly print: Print
  readonly api: Api
  /** The same for somebody else than who runs this. */
  as(caller: Caller): Api
  /** What it reads ends with this: a signal, or nobody reads what it prints. */
  readonly signal: AbortSignal
  /** A signal asks to end. Who changes something goes on to the end of its batch, whoever reads. */
  readonly stop: AbortSignal
  readonly ask: Ask
  /**
   * A line for the shell that Sluice was called from: these words of a command, led to the same connection and journal (`wayTo`).
   * Null: no words lead there.
   */
  line(words: readonly string[]): string | null
  /**
   * Reads and checks a file of entries (`-`: what is piped in) that are to be added to this stream, and keeps them in the data directory:
   * see `stageImport`. Throws BAD_INPUT with the line, STORAGE.
   */
  stage(path: string, key: Bytes, choice: Omit<StageChoice, 'signal'>): Promise<StagedImport>
  /** An argument as it was typed. */
  word(at: number): string
  /** The same as a name of Redis. */
  name(at: number): Bytes
  /** The connection that was named, or the one that goes without saying; it is open then. Throws UNREACHABLE. */
  connect(): Promise<Connection>
  /** The one that was named in so many words, not opened; null: none was. */
  named(): Promise<Connection | null>
  /** The one of this id, not opened; null: there is none. */
  find(connectionId: string): Promise<Connection | null>
  /** Opens it, and gives it back. Throws UNREACHABLE. */
  open(connection: Connection): Promise<Connection>
}
