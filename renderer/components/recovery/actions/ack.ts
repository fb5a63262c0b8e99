import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Ack = Extract<RecoveryAction, { kind: 'ack' }>

export const ack: ActionScreen<Ack> = {
  kind: 'ack',
  label: 'Ack',
  hint: 'They leave the pending list; nobody is given them again.',
  verb: 'Ack',
  needs: ['xack'],
  start: { kind: 'ack' },
  options: [],
}
