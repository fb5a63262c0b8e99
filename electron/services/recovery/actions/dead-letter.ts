import { AppError } from '../../../../shared/error'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind } from '../action'
import { copyLines } from './command-lines'
import { copiesGivenBack } from '../copies/copies-given-back'
import { copyOut } from '../copies/copying'
import { copyingKind } from '../copies/copying-kind'
import { undoOfCopies } from '../copies/delete-originals'
import { provenanceOf } from '../../inspection/copy-provenance'
import { createTrimCeiling, targetLosses } from '../copies/target-losses'
import { deadLetterStream } from '../copies/target-stream'
import { message } from '../../../../shared/words/messages'

type DeadLetter = Extract<RecoveryAction, { kind: 'deadLetter' }>

/**
 * Copies entries to a dead-letter stream, with fields that say where they come from (`provenanceOf`), and acks those whose
 * copy is confirmed.
 */
export const deadLetter: ActionKind<DeadLetter> = {
  ...copyingKind,
  resolveTargets(action, _from, facts) {
    const stream = action.stream ?? deadLetterStream(facts)
    if (toBuffer(stream).equals(toBuffer(facts.group.key))) {
      const [problem, remedy] = [message('recovery.own-dead-letters'), message('recovery.name-other-stream')]
      throw new AppError('BAD_INPUT', { field: 'action.stream', problem, remedy })
    }
    return { ...action, stream }
  },
  async targetLosses({ reader }, { stream, maxLen }, copies) {
    return maxLen === null ? undefined : targetLosses(reader, { stream: stream ?? '', copies, maxLength: maxLen })
  },
  summary({ stream, deleteOriginal }) {
    const what = message('recovery.dead-letter', { stream: stream ?? '' })
    return deleteOriginal === undefined ? what : message('recovery.deleting-originals', { what })
  },
  undo: ({ deleteOriginal }) => undoOfCopies(deleteOriginal, { possible: true, note: message('undo.dead-letter') }),
  commands: ({ stream, deleteOriginal }, group, batches) =>
    copyLines(group, { target: stream ?? '', edited: false, deleteOriginal }, batches),
  run(context, { stream, reason, maxLen, deleteOriginal }, plan, batches, signal) {
    const target = toBuffer(stream ?? '')
    const shown = plan.targetLosses?.value ?? 0
    const trim =
      maxLen === null
        ? null
        : { maxLength: maxLen, ceiling: createTrimCeiling(context.reader, { target, maxLength: maxLen, shown }) }
    const origin = { stream: context.key, group: context.group, reason }
    const provenance: Parameters<typeof copyOut>[1]['provenance'] = (row, at) => provenanceOf(origin, row, at)
    return copyOut(context, { target, trim, provenance, fields: null, deleteOriginal }, batches, signal)
  },
  giveBack: ({ stream, reason, deleteOriginal }) =>
    deleteOriginal === undefined
      ? copiesGivenBack(toBuffer(stream ?? ''), {
          unreadOnly: false,
          isEdited: false,
          tailOf: ({ key, group }, entry, at) => provenanceOf({ stream: key, group, reason }, entry, at),
        })
      : null,
}
