import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'

type Ack = Extract<RecoveryAction, { kind: 'ack' }>

export const ack: ActionScreen<Ack> = {
  kind: 'ack',
  label: words.recoveryAction.ack,
  hint: words.recoveryAction.ackHint,
  verb: words.recoveryAction.ack,
  start: { kind: 'ack' },
  options: [],
}
