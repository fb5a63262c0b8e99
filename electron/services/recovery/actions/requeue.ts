import { AppError } from '../../../../shared/error'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind } from '../action'
import { copyLines } from './command-lines'
import { copiesGivenBack } from '../copies/copies-given-back'
import { copyOut, flatFields } from '../copies/copying'
import { copyingKind } from '../copies/copying-kind'
import { undoOfCopies } from '../copies/delete-originals'
import { provenanceOf } from '../../inspection/copy-provenance'
import { message } from '../../../../shared/words/messages'

type Requeue = Extract<RecoveryAction, { kind: 'requeue' }>

/** Copies entries to the end of the same or of another stream, to be delivered as new ones, and acks the old ones. */
export const requeue: ActionKind<Requeue> = {
  ...copyingKind,
  selection({ fields, edited }, selection) {
    const isOne = selection.kind === 'ids' && selection.ids.length === 1
    if (fields !== undefined && !isOne) {
      const [problem, remedy] = [message('recovery.edits-one-only'), message('recovery.choose-one')]
      throw new AppError('BAD_INPUT', { field: 'action.fields', problem, remedy })
    }
    if (edited && fields === undefined) {
      const [problem, remedy] = [message('recovery.fields-not-kept'), message('recovery.requeue-anew')]
      throw new AppError('BAD_INPUT', { field: 'action.fields', problem, remedy })
    }
    return selection
  },
  journaled: ({ fields, ...action }) => (fields === undefined ? action : { ...action, edited: true }),
  resolveTargets: (action, _from, { group }) => ({ ...action, stream: action.stream ?? group.key }),
  summary({ stream, fields, deleteOriginal }) {
    const what = message(fields === undefined ? 'recovery.requeue' : 'recovery.requeue-edited', {
      stream: stream ?? '',
    })
    return deleteOriginal === undefined ? what : message('recovery.deleting-originals', { what })
  },
  undo: ({ deleteOriginal, provenance }) =>
    undoOfCopies(deleteOriginal, {
      possible: true,
      note: message(provenance ? 'undo.requeue' : 'undo.requeue-untraced'),
    }),
  commands: ({ stream, fields, deleteOriginal }, group, batches) =>
    copyLines(group, { target: stream ?? '', edited: fields !== undefined, deleteOriginal }, batches),
  run(context, { stream, provenance: isWanted, fields, deleteOriginal }, _plan, batches, signal) {
    const origin = { stream: context.key, group: context.group, reason: null }
    const provenance: Parameters<typeof copyOut>[1]['provenance'] = isWanted
      ? (row, at) => provenanceOf(origin, row, at)
      : null
    const copying = {
      target: toBuffer(stream ?? ''),
      trim: null,
      provenance,
      fields: flatFields(fields),
      deleteOriginal,
    }
    return copyOut(context, copying, batches, signal)
  },
  giveBack: ({ stream, provenance: isWanted, edited, deleteOriginal }) =>
    deleteOriginal === undefined
      ? copiesGivenBack(toBuffer(stream ?? ''), {
          unreadOnly: true,
          isEdited: edited === true,
          tailOf: isWanted
            ? ({ key, group }, entry, at) => provenanceOf({ stream: key, group, reason: null }, entry, at)
            : null,
        })
      : null,
}
