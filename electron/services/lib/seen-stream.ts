import type { StreamReport } from '../../../shared/model/monitoring'
import type { StreamLook } from '../../redis/stream-look'

/** What one look has seen of a stream. */
export interface SeenStream {
  readonly summary: StreamReport['summary']
  /** What is made of its groups, one by one; null: they were not judged. */
  readonly groups: readonly Pick<StreamReport['groups'][number], 'waiting'>[] | null
  /** With what its consumers show by themselves. Null: it could not be read. */
  readonly look: Pick<StreamLook, 'groups' | 'next'> | null
  /** Of which process of the server: another number after each start. Null: not told. */
  readonly run: number | null
}
