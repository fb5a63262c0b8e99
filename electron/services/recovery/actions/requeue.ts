import { AppError } from '../../../../shared/error'
import type { RecoveryAction } from '../../../../shared/model/plan'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind } from '../action'
import { copyLines } from '../command-lines'
import { copiesGivenBack } from '../copies-given-back'
import { copyGuard, copyOut, flatFields } from '../copying'
import { provenanceOf } from '../../inspection/copy-provenance'
import { lookAtTarget } from '../target-stream'
import { ofCopies } from '../worked-on'
import { message } from '../../../../shared/words/messages'

type Requeue = Extract<RecoveryAction, { kind: 'requeue' }>

/** Copies entries to the end of the same or of another stream, to be delivered as new ones, and acks the old ones. */
export const requeue: ActionKind<Requeue> = {
  needs: (_action, { capabilities }) => (capabilities.eval.available ? ['xadd', 'xack'] : ['xadd', 'xack', 'xdel']),
  guard: ({ stream }, { server, group: place }) =>
    copyGuard(server, toBuffer(place.key), toBuffer(stream ?? place.key)),
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
  resolveTargets: (action, _from, { group: place }) => ({ ...action, stream: action.stream ?? place.key }),
  examine: (context, { stream }) => lookAtTarget(context, stream ?? ''),
  summary: ({ stream, fields }) =>
    message(fields === undefined ? 'recovery.requeue' : 'recovery.requeue-edited', { stream: stream ?? '' }),
  recipient: () => null,
  isAlreadySo: () => false,
  takesGone: () => false,
  deletes: () => false,
  copiesTo: ({ stream }) => stream,
  arriving: () => new Map(),
  warnings: () => [],
  notes: ({ stream }, facts, holders) => ofCopies(stream ?? '', facts, holders),
  undo: () => ({ possible: true, note: message('undo.requeue') }),
  commands: ({ stream, fields }, place, batches) => copyLines(place, stream ?? '', batches, fields !== undefined),
  run(context, { stream, provenance: isWanted, fields }, _plan, batches, signal) {
    const origin = { stream: context.key, group: context.group, reason: null }
    const provenance: Parameters<typeof copyOut>[1]['provenance'] = isWanted
      ? (row, at) => provenanceOf(origin, row, at)
      : null
    const copying = { target: toBuffer(stream ?? ''), trim: null, provenance, fields: flatFields(fields) }
    return copyOut(context, copying, batches, signal)
  },
  giveBack: ({ stream, provenance: isWanted }) =>
    copiesGivenBack(toBuffer(stream ?? ''), {
      unreadOnly: true,
      tailOf: isWanted
        ? ({ key, group }, entry, at) => provenanceOf({ stream: key, group, reason: null }, entry, at)
        : null,
    }),
}
