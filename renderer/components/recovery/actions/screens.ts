import type { RecoveryAction } from '../../../../shared/model/plan'
import { ack } from './ack'
import { anyScreen, type ActionScreen } from './action-screen'
import { claim } from './claim'
import { spread } from './spread'

/** What the dialog offers, in its order. */
export const screens: readonly ActionScreen[] = [anyScreen(claim), anyScreen(spread), anyScreen(ack)]

export function screenOf(kind: RecoveryAction['kind']): ActionScreen {
  return screens.find((screen) => screen.kind === kind) ?? anyScreen(claim)
}
