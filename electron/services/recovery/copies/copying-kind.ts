import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { toBuffer } from '../../../redis/bytes'
import type { ActionKind } from '../action'
import { copyGuard } from './copying'
import { lookAtTarget } from './target-stream'
import { ofCopies } from '../undo/worked-on'

type Copying = Extract<RecoveryAction, { kind: 'deadLetter' | 'requeue' }>
type Shared =
  'guard' | 'examine' | 'recipient' | 'isAlreadySo' | 'deletes' | 'copiesTo' | 'arriving' | 'warnings' | 'notes'

/** What is the same for all actions that copy entries to a stream and ack them. */
export const copyingKind: Pick<Required<ActionKind<Copying>>, Shared> = {
  guard: ({ stream }, { server, group }) => copyGuard(server, toBuffer(group.key), toBuffer(stream ?? group.key)),
  examine: (context, { stream }) => lookAtTarget(context, stream ?? ''),
  recipient: () => null,
  isAlreadySo: () => false,
  deletes: ({ deleteOriginal }) => deleteOriginal !== undefined,
  copiesTo: ({ stream }) => stream,
  arriving: () => new Map(),
  warnings: () => [],
  notes: ({ stream }, facts, holders) => ofCopies(stream ?? '', facts, holders),
}
