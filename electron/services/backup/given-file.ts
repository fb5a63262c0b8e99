import type { ImportStop } from '../../../shared/model/entry-import'

/** A file that a person gives a host to read. */
export interface GivenFile {
  /** A file of the host's machine, or one that is sent to a path of it. */
  readonly origin:
    | { readonly kind: 'file'; readonly name: string; readonly bytes: number | null }
    | { readonly kind: 'sent'; readonly path: string; readonly mostBytes: number }
  /** By which the same is found once more; null: it can't be. */
  readonly again: string | null
  /** Read once. Throws `GivenStopped`, and what the system throws. */
  readonly chunks: AsyncIterable<Buffer>
  /** It is not read any further. Never throws. */
  drop(): void
}

/** Of a host: a file that a person chooses, or (`again`) the one that was chosen before. Null: none. */
export type TakeFile = (again: string | null, signal: AbortSignal | undefined) => Promise<GivenFile | null>

/** There is no more of it to come. */
export class GivenStopped extends Error {
  override readonly name = 'GivenStopped'
  constructor(readonly why: Exclude<ImportStop, 'cancelled'>) {
    super(why)
  }
}
