import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { words } from '../../../../shared/words/words'
import type { ActionScreen } from './action-screen'
import { idleTime } from './idle-time'

type Spread = Extract<RecoveryAction, { kind: 'spread' }>

export const spread: ActionScreen<Spread> = {
  kind: 'spread',
  label: words.recoveryAction.spreadOverConsumers,
  hint: words.recoveryAction.spreadHint,
  verb: words.recoveryAction.spread,
  start: { kind: 'spread', to: null, includeGone: false },
  options: [
    {
      control: 'consumers',
      label: words.recoveryAction.spreadOver,
      auto: words.recoveryAction.allActive,
      autoQuiet: words.recoveryAction.seenLast,
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to === null ? null : [...to] }),
    },
    {
      control: 'check',
      label: words.recoveryAction.takeGone,
      hint: words.recoveryAction.takeGoneHint,
      get: ({ includeGone }) => includeGone,
      set: (action, includeGone) => ({ ...action, includeGone }),
    },
    idleTime(),
  ],
}
