import type { Bytes } from '../../../shared/bytes'
import type { SavedConnection, ServerInfo } from '../../../shared/model/connection'
import type { Who } from '../../../shared/model/who'
import type { Beginnable } from './begin-record'
import type { SweepTag } from '../../../shared/model/sweep-tag'
import type { Within } from './job-parts'

/**
 * Leave to change something on one connection, given by the guard and by nobody else. A `Writer` can only be had by
 * beginning a journal record, so nothing is written that the journal doesn't know of.
 */
export interface WriteGrant extends Beginnable {
  readonly connection: SavedConnection
  /** To whom. */
  readonly who: Who
  /** Of a sweep: for this part of it. */
  readonly part?: { readonly tag: SweepTag; readonly within: Within }
  /** Of a key. */
  server(key: Bytes): ServerInfo
  /**
   * For what turns out to be for good: on a production connection the name of what it destroys has to be typed.
   * CONFIRMATION_NEEDED.
   */
  confirm(name: Bytes, typed: Bytes | undefined): void
}
