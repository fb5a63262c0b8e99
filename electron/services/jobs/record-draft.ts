import type { Bytes } from '../../../shared/bytes'
import type { JournalRecord } from '../../../shared/model/journal'
import type { NewRecord } from '../journal/journal'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** A record as a mutation describes itself; the guard adds the connection, and who it is. */
export type RecordDraft = Omit<NewRecord, 'connectionId' | 'connectionName' | 'server' | 'who'> & {
  /** Streams beside its own that may be there afterwards and were not before. Not journaled. */
  readonly makes: readonly Bytes[]
}

type Rest = Pick<
  RecordDraft,
  'group' | 'request' | 'groupChange' | 'restore' | 'stream' | 'beside' | 'commands' | 'undo' | 'undoes' | 'makes'
>

export function recordDraft(
  action: NewRecord['action'],
  key: Bytes,
  summary: Message,
  rest: Partial<Rest> = {},
): RecordDraft {
  return {
    action,
    key,
    summary,
    group: rest.group ?? null,
    request: rest.request ?? null,
    groupChange: rest.groupChange,
    restore: rest.restore,
    stream: rest.stream,
    beside: rest.beside,
    commands: rest.commands ?? [],
    undo: rest.undo ?? { possible: false, note: message('undo.no-way') },
    undoes: rest.undoes ?? null,
    makes: rest.makes ?? [],
  }
}

/** Of the undo of a record. `makes`: streams that may be there afterwards. */
export function undoDraft({ id, key, group, summary }: JournalRecord, makes: readonly Bytes[] = []): RecordDraft {
  const undo = { possible: false, note: message('undo.of-undo') }
  return recordDraft('undo', key, message('journal.undo', { what: summary }), { group, undo, undoes: id, makes })
}
