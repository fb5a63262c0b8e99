import type { AppError } from '../../shared/error'
import type { ReplyLimit } from './guarded-connector'

import type { KeyProbeName, ProbeName } from './probe'
import type { Reader, Writer } from './reader-writer'
import type { WritePermit } from './write-permit'

/** One server, as whoever works with it sees it: they neither open nor close it. */
export interface RedisClient {
  readonly endpoint: string
  /** As which it logs in; empty: the default user. */
  readonly username: string
  readonly reader: Reader
  writer(permit: WritePermit): Writer
  /** The same for what a node of a cluster redirected here by ASK: each command comes behind an ASKING. */
  readonly asking: Pick<RedisClient, 'reader' | 'writer'>
  /** Whether the server serves, and the round trip, ms: see `Ping`. */
  ping(): Promise<number | null>
  /** Sends a command that can't execute, and gives the server's refusal: it tells what the server has and allows. */
  probe(name: ProbeName): Promise<AppError | null>
  /** The same about a key, which may exist: what an ACL allows may differ by key. */
  probeKey(name: KeyProbeName, key: Buffer): Promise<AppError | null>
  /** Which connection to the server this is by now: another number after each loss. */
  line(): number
  /** Of the server process that it leads to; null: not told. Undefined: not known yet, as while it comes back. */
  runId(): string | null | undefined
  /** True while commands can be sent. */
  isReady(): boolean
}

/** The same, as its maker holds it. */
export interface OwnedClient extends RedisClient, OwnConnection {
  /** To be called on each new connection: ends those before it that replies were lost on. Throws UNREACHABLE. */
  fence(): Promise<void>
  /** False while a command whose reply was lost may still be carried out, after whatever is sent now. */
  isFenced(): boolean
  /** Another connection to the same server, not yet open. */
  beside(purpose: OwnPurpose): OwnConnection
  onChange(listener: (change: ClientChange) => void): void
  /** A replica of a cluster answers by itself from now on, instead of naming its primary (READONLY). Throws REDIS, UNREACHABLE. */
  readReplica(): Promise<void>
  /** Leaves the server it is at, and connects anew, to wherever it leads by now. Nothing where it is not open. */
  redial(): void
}

/** A connection for one thing only: whoever asked for it opens and closes it. */
export interface OwnConnection {
  readonly endpoint: string
  readonly reader: Reader
  /** Throws UNREACHABLE when that fails; only a connection that was open once reconnects by itself. */
  open(): Promise<void>
  close(): void
}

/** A command that blocks; or a reply as large as the limit, which may take as long as bytes keep coming. */
export type OwnPurpose = 'blocking' | ReplyLimit

export type ClientChange = { readonly state: 'ready' | 'lost' | 'ended'; readonly error: AppError | null }
