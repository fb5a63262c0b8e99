import { cliArgument } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/plan'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind } from '../action'
import { copyLines } from '../command-lines'
import { copiesGivenBack } from '../copies-given-back'
import { copyGuard, copyOut } from '../copying'
import { provenanceOf } from '../provenance'
import { lookAtTarget } from '../target-stream'

type Requeue = Extract<RecoveryAction, { kind: 'requeue' }>

/** Copies entries to the end of the same or of another stream, to be delivered as new ones, and acks the old ones. */
export const requeue: ActionKind<Requeue> = {
  needs: (_action, { capabilities }) => (capabilities.eval.available ? ['xadd', 'xack'] : ['xadd', 'xack', 'xdel']),
  guard: ({ stream }, { server, place }) => copyGuard(server, toBuffer(place.key), toBuffer(stream ?? place.key)),
  settle: (action, _from, { place }) => ({ ...action, stream: action.stream ?? place.key }),
  examine: (context, { stream }) => lookAtTarget(context, stream ?? ''),
  summary: ({ stream }) => `requeue to ${cliArgument(stream ?? '')}`,
  recipient: () => null,
  isAlreadySo: () => false,
  takesGone: () => false,
  deletes: () => false,
  arriving: () => new Map(),
  warnings: () => [],
  undo: () => ({
    possible: true,
    note: 'Where no group was given the copy yet: gives back owner and delivery count, and deletes the copy; the idle time starts anew.',
  }),
  commands: ({ stream }, place, batches) => copyLines(place, stream ?? '', batches),
  run(context, { stream, provenance: isWanted }, _plan, batches, signal) {
    const origin = { stream: context.key, group: context.group, reason: null }
    const provenance: Parameters<typeof copyOut>[1]['provenance'] = isWanted
      ? (row, at) => provenanceOf(origin, row, at)
      : null
    return copyOut(context, { target: toBuffer(stream ?? ''), maxLength: null, provenance }, batches, signal)
  },
  giveBack: ({ stream, provenance: isWanted }) =>
    copiesGivenBack(toBuffer(stream ?? ''), {
      unreadOnly: true,
      tailOf: isWanted
        ? ({ key, group }, entry, at) => provenanceOf({ stream: key, group, reason: null }, entry, at)
        : null,
    }),
}
