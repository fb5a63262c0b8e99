import type { Source } from '../redis/source'
import type { Bytes } from '../../shared/bytes'
import type { SavedConnection } from '../../shared/model/connection'
import type { Job } from '../../shared/model/job'
import type { JournalRecord } from '../../shared/model/journal'
import { KINDS } from '../../shared/model/kinds'
import type { UndoPlan, UndoPlanning, UndoWhich } from '../../shared/model/undo-plan'
import type { WriteGrant } from './jobs/write-grant'
import type { GroupChanges } from './group-change/group-changes'
import type { Journal } from './journal/journal'
import type { Recovery } from './recovery/recovery'
import type { Restore } from './restore/restore'
import { notUndoable, requireUndoable } from './journal/undoable'
import { message } from '../../shared/words/messages'
import type { StreamMark } from './inspection/stream-mark'
import type { RecordedSubject } from './journal/judge-record'
import { readDoubts, requireAccepted, requireStill } from './journal/doubts'

interface PlanOrder {
  readonly recordId: string
  /** Absent: what is certain. */
  readonly which?: UndoWhich | undefined
}

export interface Undoing {
  /** Says what an undo would give back, and what is not certain, by reading only. Throws BAD_INPUT like `undo`. */
  plan(connectionId: string, order: PlanOrder, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  /**
   * Throws NOT_FOUND for no such record, BAD_INPUT for one that can't be undone, that was about another server or stream,
   * or where a doubt is not among those that are accepted.
   */
  undo(grant: WriteGrant, order: PlanOrder & { accepts?: readonly string[] | undefined }): Promise<Job>
}

export interface UndoingConnections {
  get(connectionId: string): SavedConnection
  source(connectionId: string, key: Bytes): Source
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
    const { record, ...subject } = await journal.get(recordId)
    requireUndoable(record)
    const { undoneBy } = KINDS[record.action]
    if (undoneBy === null) throw notUndoable(message('undo.no-way'))
    const by = takersBack[undoneBy]
    const source = connections.source(connection.id, record.key)
    const then = { ...expected(record, subject), leavesNoTrace: leavesNoTrace(record) }
    const look = async (accepts?: readonly string[]): Promise<void> => {
      if (then.stream) await requireStill(source, record.group, withoutMade(record, then.stream), accepts)
    }
    const doubts = await readDoubts(connection, source, { ...record, ...then })
    const asked = doubts.filter(({ code }) => code !== UNPROVEN_GROUP || !isToldByEntries(record))
    return { record, by, look, doubts: asked }
  }
  /** Who holds what can't be given back yet is told by what they did. */
  const named = async (plan: UndoPlan): Promise<UndoPlan> => {
    if (plan.held === undefined) return plan
    const summaryOf = (recordId: string) => journal.record(recordId).then(({ summary }) => summary)
    const held = plan.held.map(async (each) => ({ ...each, summary: await summaryOf(each.recordId) }))
    return { ...plan, held: await Promise.all(held) }
  }
  return {
    async *plan(connectionId, { recordId, which }, signal) {
      const { by, doubts } = await find(connections.get(connectionId), recordId)
      for await (const step of by.planUndo(connectionId, recordId, signal, which)) {
        yield step.state === 'ready' ? { state: 'ready', plan: { ...(await named(step.plan)), doubts } } : step
      }
    },
    async undo(grant, { recordId, accepts, which }) {
      const { by, doubts, look } = await find(grant.connection, recordId)
      requireAccepted(doubts, accepts)
      const judgeAgain = async () => requireAccepted((await find(grant.connection, recordId)).doubts, accepts)
      return by.undo(grant, recordId, which, { judgeAgain, look: () => look(accepts) })
    },
  }
}

const UNPROVEN_GROUP = message('identity.group-unproven').code
/** Who holds an entry, after how many deliveries and since when is looked at, and tells a group that was made anew. */
function isToldByEntries({ action }: JournalRecord): boolean {
  return KINDS[action].followed || action === 'make pending'
}

/** A group that an undo has made again is there rightly, once it goes on to fill it. */
function withoutMade({ action }: JournalRecord, stream: StreamMark): StreamMark {
  return action === 'destroy group' ? { ...stream, group: undefined } : stream
}

/** A copy tells of what it was made of, a claim of what it gave away, and a group that is gone of its end. */
function leavesNoTrace({ action, state }: JournalRecord): boolean {
  return action === 'ack' || action === 'handle' || (action === 'destroy group' && state !== 'done')
}

/**
 * A group that was to be gone is there rightly where it was not destroyed to the end, or an undo has made it again. The
 * undo of a restore into a new key is about that key; where the job ended early, that has not its name yet.
 */
function expected<Subject extends RecordedSubject>({ action, state, undo }: JournalRecord, subject: Subject): Subject {
  const { stream, beside = [] } = subject
  if (action === 'restore stream') {
    return state === 'done' && beside.length > 0 ? { ...subject, stream: undefined } : { ...subject, beside: [] }
  }
  if (stream?.group !== null || (state === 'done' && !undo.partly)) return subject
  return { ...subject, stream: { ...stream, group: undefined } }
}
