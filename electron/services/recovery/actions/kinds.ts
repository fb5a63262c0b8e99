import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { ActionKind } from '../action'
import { ack } from './ack'
import { ackDelete } from './ack-delete'
import { autoClaim } from './auto-claim'
import { claim } from './claim'
import { deadLetter } from './dead-letter'
import { release } from './release'
import { requeue } from './requeue'
import { handle } from './handle'
import { spread } from './spread'

const kinds: { readonly [K in RecoveryAction['kind']]: ActionKind<Extract<RecoveryAction, { kind: K }>> } = {
  ack,
  ackDelete,
  autoClaim,
  claim,
  deadLetter,
  release,
  requeue,
  handle,
  spread,
}

/** What is known of an action's kind. */
export function kindOf<A extends RecoveryAction>(action: A): ActionKind<A> {
  // Keyed by the very kind; TypeScript can't follow a union's member through an index.
  return kinds[action.kind] as unknown as ActionKind<A>
}
