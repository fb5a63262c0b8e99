import { sameBytes } from '../../../shared/bytes'
import type { JournalRecord } from '../../../shared/model/journal'
import type { UndoPlan, UndoWhich } from '../../../shared/model/undo-plan'
import { fromBuffer } from '../../redis/bytes'
import type { GroupSource } from '../../redis/source'
import { consumerInfos, findGroup, requireGroup } from '../../redis/xinfo'
import type { Need } from '../jobs/needs'
import { ackGivenBack, ackGivenBackToNobody } from '../recovery/undo/give-back'
import type { PastBatch } from '../recovery/undo/given-back-kind'
import type { MadeHere } from '../recovery/undo/made-consumers'
import { planRecoveryUndo } from '../recovery/undo/plan-undo'
import { madePendingTakenBack } from './make-pending'
import { readOn, type PastChange } from './undo'
import { message } from '../../../shared/words/messages'

/** A change of a group as the journal has it. */
export interface PastGroupChange {
  readonly record: JournalRecord
  readonly groupChange: PastChange
  readonly which?: UndoWhich | undefined
  batches(): AsyncIterable<PastBatch>
  readonly here: MadeHere
}

/** What taking a change back sends. */
export function needsOfUndo({ change }: PastChange, { key }: Pick<GroupSource, 'key'>): readonly Need[] {
  const { kind } = change
  const group: Need = { name: 'xgroup', key }
  if (kind === 'make pending') return madePendingTakenBack.needs({ key })
  return kind === 'destroy group' ? [group, { name: 'xclaim', key }] : [group]
}

/**
 * Reads what an undo would give back now, and changes nothing. Throws BAD_INPUT where the group has changed since in a way
 * that this would undo as well, NOT_FOUND where what it needs is gone.
 */
export async function* planGroupChangeUndo(
  source: GroupSource,
  { record, groupChange, batches, which, here }: PastGroupChange,
): AsyncGenerator<{ readonly walked: number }, UndoPlan> {
  const { change, before, position } = groupChange
  const { note } = record.undo
  const nothing = { recordId: record.id, entries: 0, leftAlone: 0, gone: 0, consumers: [], note }
  switch (change.kind) {
    case 'remove consumer': {
      const { consumer } = change
      const now = await consumerInfos(source.reader, source.key, source.group)
      if (now.some(({ name }) => sameBytes(fromBuffer(name), consumer))) {
        return { ...nothing, note: message('undo.consumer-is-there', { consumer }) }
      }
      return { ...nothing, instead: message('undo.makes-consumer', { consumer }) }
    }
    case 'set id': {
      const now = await requireGroup(source)
      if (now.lastDeliveredId !== position) throw readOn()
      return { ...nothing, instead: message('undo.sets-id', { id: before.lastDeliveredId }) }
    }
    case 'destroy group': {
      const isThere = (await findGroup(source)) !== undefined
      const how = isThere ? ackGivenBack : ackGivenBackToNobody
      const plan = yield* planRecoveryUndo(source, how, { record, batches: batches(), which, here })
      return { ...plan, instead: message(isThere ? 'undo.fills-group' : 'undo.makes-group') }
    }
    case 'make pending': {
      const plan = yield* planRecoveryUndo(source, madePendingTakenBack, { record, batches: batches(), which, here })
      // They go back to nobody.
      const consumers = plan.consumers.filter(({ name }) => sameBytes(name, change.consumer))
      return { ...plan, consumers, acks: true }
    }
  }
}
