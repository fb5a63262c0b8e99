import type { Bytes } from '../../../shared/bytes'
import type { Connection, ServerInfo } from '../../../shared/model/connection'
import type { Writer } from '../../redis/reader-writer'
import type { NewRecord, RecordWriter } from '../journal/journal'

/** A record as a mutation describes itself; the guard adds the connection. */
export type Intention = Omit<NewRecord, 'connectionId' | 'connectionName' | 'server'> & {
  /** Streams beside its own that may be there afterwards and were not before. Not journaled. */
  readonly makes: readonly Bytes[]
}

/**
 * Leave to change something on one connection, given by the guard and by nobody else. A `Writer` can only be had by
 * beginning a journal record, so nothing is written that the journal doesn't know of.
 */
export interface Grant {
  readonly connection: Connection
  readonly server: ServerInfo
  /** For what turns out to be for good: on a production connection the stream's name has to be typed. CONFIRMATION_NEEDED. */
  confirm(key: Bytes, typed: Bytes | undefined): void
  begin(intention: Intention): Promise<{ readonly writer: Writer; readonly record: RecordWriter }>
  /** For a mutation of one command: begins, carries it out, and ends the record with what came of it. */
  once<T>(intention: Intention, work: (writer: Writer) => Promise<T>): Promise<T>
}

/** The parts of an intention that most mutations share. */
export function intention(
  action: NewRecord['action'],
  key: Bytes,
  summary: string,
  rest: Partial<
    Pick<
      Intention,
      'group' | 'request' | 'groupChange' | 'restore' | 'stream' | 'commands' | 'undo' | 'undoes' | 'makes'
    >
  > = {},
): Intention {
  return {
    action,
    key,
    summary,
    group: rest.group ?? null,
    request: rest.request ?? null,
    groupChange: rest.groupChange,
    restore: rest.restore,
    stream: rest.stream,
    commands: rest.commands ?? [],
    undo: rest.undo ?? { possible: false, note: 'Redis keeps no way back.' },
    undoes: rest.undoes ?? null,
    makes: rest.makes ?? [],
  }
}
