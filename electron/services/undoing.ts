import { toBuffer } from '../redis/bytes'
import type { Reader } from '../redis/reader-writer'
import type { SavedConnection } from '../../shared/model/connection'
import type { Job } from '../../shared/model/job'
import { KINDS } from '../../shared/model/kinds'
import type { UndoPlanning } from '../../shared/model/plan'
import type { WriteGrant } from './jobs/write-grant'
import type { GroupChanges } from './group-change/group-changes'
import type { Journal } from './journal/journal'
import type { Recovery } from './recovery/recovery'
import type { Restore } from './restore/restore'
import { requireSameServer, serverOf } from './journal/server-identity'
import { canBeTheSame, readStreamMark } from './inspection/stream-mark'
import { message } from '../../shared/words/messages'
import type { Message } from '../../shared/model/message'

export interface Undoing {
  /** Says what an undo would give back, by reading only. */
  plan(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  /** Throws NOT_FOUND for no such record, BAD_INPUT for one that can't be undone, or not on this server. */
  undo(grant: WriteGrant, recordId: string): Promise<Job>
}

export interface UndoingConnections {
  get(connectionId: string): SavedConnection
  reader(connectionId: string): Reader
}

/** Takes back what a record of the journal did, by whoever did it, on the server where it was done and on no other. */
export function createUndoing(
  journal: Journal,
  recovery: Recovery,
  groupChanges: GroupChanges,
  restoring: Restore,
  connections: UndoingConnections,
): Undoing {
  const takersBack = { recovery, groupChange: groupChanges, restore: restoring } as const
  const find = async (connection: SavedConnection, recordId: string) => {
    const found = await journal.get(recordId)
    const { record, server } = found
    if (server && record.connectionId === connection.id) requireSameServer(server, serverOf(connection))
    // What nobody takes back is refused by the first that is asked, with the reason that the record has.
    return { ...found, by: takersBack[KINDS[record.action].undoneBy ?? 'recovery'] }
  }
  return {
    async *plan(connectionId, recordId, signal) {
      const { by, record, server, stream } = await find(connections.get(connectionId), recordId)
      for await (const step of by.planUndo(connectionId, recordId, signal)) {
        if (step.state !== 'ready') yield step
        else {
          const now = stream ? await readStreamMark(connections.reader(connectionId), toBuffer(record.key)) : null
          const doubts = [
            ...(server ? [] : [NO_SERVER]),
            ...(stream && now && !canBeTheSame(stream, now) ? [OTHER_STREAM] : []),
          ]
          const { note } = step.plan
          yield { state: 'ready', plan: { ...step.plan, note: doubts.length === 0 ? note : together(doubts, note) } }
        }
      }
    },
    undo: async (grant, recordId) => (await find(grant.connection, recordId)).by.undo(grant, recordId),
  }
}

const NO_SERVER = message('undo.server-unknown')
const OTHER_STREAM = message('undo.other-stream')

function together(doubts: readonly Message[], note: Message): Message {
  return message('undo.notes', { notes: [...doubts, note] })
}
