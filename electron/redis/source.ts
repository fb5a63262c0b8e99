import type { Reader } from './reader-writer'

/** A key, and where it is read: for what lies in a cluster, the node that has its slot. */
export interface Source {
  readonly reader: Reader
  readonly key: Buffer
}

/** A group of it. */
export interface GroupSource extends Source {
  readonly group: Buffer
}
