import type { RecoveryAction } from '../../../../shared/model/plan'
import { ack } from './ack'
import { ackDelete } from './ack-delete'
import { anyScreen, type ActionScreen } from './action-screen'
import { autoClaim } from './auto-claim'
import { claim } from './claim'
import { deadLetter } from './dead-letter'
import { handle } from './handle'
import { release } from './release'
import { requeue } from './requeue'
import { spread } from './spread'

/** What the dialog offers, in its order. */
export const screens: readonly ActionScreen[] = [
  anyScreen(claim),
  anyScreen(spread),
  anyScreen(autoClaim),
  anyScreen(ack),
  anyScreen(ackDelete),
  anyScreen(deadLetter),
  anyScreen(requeue),
  anyScreen(handle),
  anyScreen(release),
]

export function screenOf(kind: RecoveryAction['kind']): ActionScreen {
  return screens.find((screen) => screen.kind === kind) ?? anyScreen(claim)
}
