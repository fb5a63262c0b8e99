import type { ContractRouterClient } from '@orpc/contract'
import type { Bytes } from '../../shared/bytes'
import type { Contract } from '../../shared/contract'
import type { Connection } from '../../shared/model/connection'
import type { Print } from './print/print'
import type { Flags } from './values'

/** The one router, called in this process: roles, guard and journal are its own. */
export type Api = ContractRouterClient<Contract>

/** A question to a person at the terminal. */
export type Ask = (question: string) => Promise<string>

/** What a command is called with. */
export interface Call {
  readonly flags: Flags
  readonly print: Print
  readonly api: Api
  /** What it reads ends with this: a signal, or nobody reads what it prints. */
  readonly signal: AbortSignal
  /** A signal asks to end. Who changes something goes on to the end of its batch, whoever reads. */
  readonly stop: AbortSignal
  readonly ask: Ask
  /** An argument as it was typed. */
  word(at: number): string
  /** The same as a name of Redis. */
  name(at: number): Bytes
  /** The connection that was named, or the one that goes without saying; it is open then. Throws UNREACHABLE. */
  connect(): Promise<Connection>
  /** This one; null: there is none of this id. */
  connectTo(connectionId: string): Promise<Connection | null>
  /** The one that was named in so many words; null: none was. */
  named(): Promise<Connection | null>
}
