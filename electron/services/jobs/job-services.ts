import type { Bytes } from '../../../shared/bytes'
import type { Mask } from '../../../shared/masking/mask'
import type { ServerInfo } from '../../../shared/model/connection'
import type { AppError } from '../../../shared/error'
import type { KeyProbeName } from '../../redis/probe'
import type { Source } from '../../redis/source'
import type { ServerStamp } from '../connections/connections'
import type { Jobs } from './jobs'
import type { LostReply } from './lost-reply'
import type { PlanShelf } from './plan-shelf'

/** What a service that starts jobs works with. By connection; all throw UNREACHABLE not-open where it is closed. */
export interface JobServices {
  readonly jobs: Jobs
  source(connectionId: string, key: Bytes): Source
  /** Of the server that has the key now; so are the next two. */
  server(connectionId: string, key: Bytes): ServerInfo
  stamp(connectionId: string, key: Bytes): ServerStamp
  lostReply(connectionId: string, key: Bytes): LostReply
  /** What of entries is not told, in a plan or to the journal; null: nothing. */
  mask(connectionId: string): Mask | null
  /** Sends what can't execute to the server of this key, and gives the refusal: see `probe.ts`. */
  probe(connectionId: string, name: KeyProbeName, key: Buffer): Promise<AppError | null>
  /** Where the plans of all of them are kept. */
  readonly shelf: PlanShelf
}

/** All that a job's work is given but the writer and the record. */
export interface JobSource extends Source {
  readonly server: ServerInfo
  readonly lostReply: LostReply
  readonly mask: Mask | null
}

/** To be made before a record is begun: what throws here leaves none behind that never ends. */
export function jobSource(services: JobServices, connectionId: string, key: Bytes): JobSource {
  const { source, server, lostReply, mask } = services
  return {
    ...source(connectionId, key),
    server: server(connectionId, key),
    lostReply: lostReply(connectionId, key),
    mask: mask(connectionId),
  }
}
