import type { ServerInfo } from '../../../shared/model/connection'
import type { PriorRow, RunContext } from '../jobs/run-context'
import type { RawEntry } from '../../redis/xrange'

/** What reading for a restore works with. `key`: the stream that entries go to, or that is looked at. */
export interface RestorePlace extends Pick<RunContext, 'reader' | 'key'> {
  readonly server: ServerInfo
}

/** What the job of a restore works with. */
export interface RestoreContext extends RestorePlace, Pick<RunContext, 'writer' | 'record' | 'whenReady'> {}

/** For the journal: an entry that nobody holds. */
export function unheld({ id }: Pick<RawEntry, 'id'>): PriorRow {
  return { id, consumer: Buffer.alloc(0), deliveries: 0, deliveredAt: 0 }
}
