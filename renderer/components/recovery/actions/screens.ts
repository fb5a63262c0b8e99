import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { ack } from './ack'
import { ackDelete } from './ack-delete'
import { anyScreen, type ActionScreen, type ScreenOf } from './action-screen'
import { autoClaim } from './auto-claim'
import { claim } from './claim'
import { deadLetter } from './dead-letter'
import { handle } from './handle'
import { release } from './release'
import { requeue } from './requeue'
import { spread } from './spread'

type Kind = RecoveryAction['kind']

/** One for each kind, in the order in which the dialog offers them. */
const SCREENS: { readonly [K in Kind]: ScreenOf<K> } = {
  claim,
  spread,
  autoClaim,
  ack,
  ackDelete,
  deadLetter,
  requeue,
  handle,
  release,
}

/** What the dialog offers, in its order. */
export const screens: readonly ActionScreen[] = Object.values(SCREENS).map(anyScreen)

export function screenOf(kind: Kind): ActionScreen {
  return anyScreen(SCREENS[kind])
}
